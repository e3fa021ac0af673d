/** Checks of options. Messages list what there is, which costs bundles less than a guess at what was meant. */
import { MinimizeError } from "./errors.ts";

/** @throws {MinimizeError} where an option is unknown */
export function checkNames(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new MinimizeError(`${where}: unknown option \`${unknown}\`; it has ${known.join(", ")}`);
  }
}

/** @throws {MinimizeError} where it is no whole number from 1 on */
export function checkCount(where: string, name: string, value: unknown): void {
  if (!Number.isInteger(value) || (value as number) < 1) {
    throw new MinimizeError(`${where}: \`${name}\` is a whole number from 1 on, not ${value}`);
  }
}

/** @throws {MinimizeError} where it is no number from 0 on */
export function checkPositive(where: string, name: string, value: unknown): void {
  if (!(typeof value === "number" && value >= 0)) {
    throw new MinimizeError(`${where}: \`${name}\` is a number from 0 on, not ${value}`);
  }
}
