/** What functions say of options that they do not have, and of values of the wrong kind. */
import { didYouMean } from "../suggest.ts";
import { AutodiffError, check } from "./errors.ts";

/** A value as errors print it, short whatever it is. */
export function printValue(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  }
  if (typeof value === "bigint") {
    return `${value}n`;
  }
  if (typeof value === "function") {
    return "a function";
  }
  if (Array.isArray(value)) {
    return `[${value.slice(0, 4).map(printElement).join(",")}${value.length > 4 ? ",..." : ""}]`;
  }
  return typeof value === "object" && value !== null ? nameOf(value) : String(value);
}

const printElement = (value: unknown): string =>
  Array.isArray(value) ? "an array" : printValue(value);

/** `an object`, or the name of its class. */
function nameOf(value: object): string {
  const { constructor: made } = value;
  return typeof made === "function" && made !== Object ? `a ${made.name}` : "an object";
}

/** Throws unless the options are an object, and have no name but these. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  check(isObject, () => {
    return `${where}: expected options as an object { ${known.join(", ")} }, found ${printValue(options)}`;
  });
  const unknown = Object.keys(options as object).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, known);
    throw new AutodiffError(
      `${where}: there is no option \`${unknown}\`${meant} (it has ${known.join(", ")})`,
    );
  }
}

/** Throws unless a switch is `true` or `false`. */
export function checkSwitch(where: string, name: string, value: unknown): void {
  check(typeof value === "boolean", () => {
    return `${where}: expected ${name} true or false, found ${printValue(value)}`;
  });
}
