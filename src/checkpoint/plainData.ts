/**
 * Plain data as JSON that gives the same data back: JSON itself makes `null` of NaN and the infinities, and 0
 * of -0. Here they are `{"$number": "NaN"}`, and a user's own name that begins with `$` gets another one.
 */
import { CheckpointError, quote } from "./errors.ts";

/** Of lists and objects in one another. */
const mostLevels = 100;

const numberKey = "$number";

const oddNumbers: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

/** @throws {CheckpointError} where something is no plain data, naming it */
export function toText(value: unknown, name: string): string {
  return JSON.stringify(encode(value, name, 0));
}

function encode(value: unknown, path: string, level: number): unknown {
  checkLevel(level);
  if (value === null || typeof value === "string" || typeof value === "boolean") {
    return value;
  }
  if (typeof value === "number") {
    const isOdd = !Number.isFinite(value) || Object.is(value, -0);
    return isOdd ? { [numberKey]: Object.is(value, -0) ? "-0" : String(value) } : value;
  }
  if (Array.isArray(value)) {
    return Array.from(value, (each, index) => encode(each, `${path}[${index}]`, level + 1));
  }
  if (typeof value === "object" && isPlain(value)) {
    // An option that was left out is no value.
    const given = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      given.map(([name, each]) => [
        name.startsWith("$") ? `$${name}` : name,
        encode(each, `${path}.${name}`, level + 1),
      ]),
    );
  }
  const kind = typeof value === "object" ? value.constructor?.name : typeof value;
  throw new CheckpointError(
    `${quote(path)} is no plain data but ${kind}: numbers, texts, true, false, null, lists and objects can be saved`,
  );
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @throws {CheckpointError} where this is no such text */
export function fromText(text: string, name: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`its ${quote(name)} is no JSON: the file is damaged`, { cause });
  }
  return decode(value, 0);
}

function decode(value: unknown, level: number): unknown {
  checkLevel(level);
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((each) => decode(each, level + 1));
  }
  const odd = (value as Record<string, unknown>)[numberKey];
  if (typeof odd === "string" && oddNumbers.has(odd)) {
    return oddNumbers.get(odd);
  }
  // Sets each name as the object's own, `__proto__` too.
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.startsWith("$") ? name.slice(1) : name,
      decode(each, level + 1),
    ]),
  );
}

function checkLevel(level: number): void {
  if (level > mostLevels) {
    throw new CheckpointError(`its metadata has more than ${mostLevels} levels`);
  }
}
