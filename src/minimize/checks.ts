/** Checks of options. Messages list the known names: a guess at what was meant would make bundles larger. */
import { MinimizeError } from "./errors.ts";

/** @throws {MinimizeError} if an option is unknown */
export function checkNames(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new MinimizeError(`${where}: unknown option \`${unknown}\`; it has ${known.join(", ")}`);
  }
}

/** @throws {MinimizeError} if it is not a whole number, 1 or more */
export function checkCount(where: string, name: string, value: unknown): void {
  if (!Number.isInteger(value) || (value as number) < 1) {
    throw new MinimizeError(
      `${where}: \`${name}\` must be a whole number, 1 or more, not ${value}`,
    );
  }
}

/** @throws {MinimizeError} if it is not a number, 0 or more */
export function checkPositive(where: string, name: string, value: unknown): void {
  if (!(typeof value === "number" && value >= 0)) {
    throw new MinimizeError(`${where}: \`${name}\` must be a number, 0 or more, not ${value}`);
  }
}
