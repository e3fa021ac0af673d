/** Checks of options. */
import { didYouMean } from "../suggest.ts";
import { MinimizeError } from "./errors.ts";

/** @throws {MinimizeError} where an option is unknown */
export function checkNames(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new MinimizeError(`${where}: options are an object with ${known.join(", ")}`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new MinimizeError(
      `${where}: unknown option \`${unknown}\`${didYouMean(unknown, known)} (it has ${known.join(", ")})`,
    );
  }
}

/** @throws {MinimizeError} where it is no whole number from `least` on */
export function checkWhole(where: string, name: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw new MinimizeError(
      `${where}: \`${name}\` is a whole number from ${least} on, not ${value}`,
    );
  }
}

/** @throws {MinimizeError} where it is no number from 0 on */
export function checkPositive(where: string, name: string, value: unknown): void {
  if (!(typeof value === "number" && value >= 0)) {
    throw new MinimizeError(`${where}: \`${name}\` is a number from 0 on, not ${value}`);
  }
}
