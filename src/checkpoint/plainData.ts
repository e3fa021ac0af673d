/**
 * Plain data as JSON that gives the same data back: JSON itself makes `null` of NaN and the infinities, and 0
 * of -0. Here they are `{"$number": "NaN"}`, and a user's own name that begins with `$` gets another one.
 */
import { Allowance, memoryFor } from "../allowance.ts";
import { CheckpointError, quote } from "./errors.ts";

/** Of lists and objects in one another. */
const maxLevels = 100;

const numberKey = "$number";

const oddNumbers: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

/** @throws {CheckpointError} where something is no plain data, naming it, or none that could be read */
export function toText(value: unknown, name: string): string {
  const text = JSON.stringify(encode(value, name, 0));
  checkSize(text, name);
  return text;
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
    `${quote(path)} is not plain data but ${kind}: numbers, strings, true, false, null, lists and objects can be saved`,
  );
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @throws {CheckpointError} where this is no such text, or one that would take far more memory than its own */
export function fromText(text: string, name: string): unknown {
  checkSize(text, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`its ${quote(name)} is not JSON: the file is damaged`, { cause });
  }
  // Only names that begin with $ stand for something else; what begins with a backslash may be one.
  return /"[$\\]/.test(text) ? decode(value) : value;
}

/** Bytes of memory that begin with a sign, at most. */
const costs: Readonly<Record<string, number>> = { "{": 128, "[": 64, ":": 120, ",": 24, '"': 40 };

const byCode = Array.from({ length: 128 }, (_, code) => costs[String.fromCharCode(code)] ?? 0);

const [quotation, backslash] = [0x22, 0x5c];
/** Of braces, and of brackets but for one bit. */
const [opening, closing, brace] = [0x7b, 0x7d, 0x20];

/** What `JSON.parse` would make of a text, before it does. */
function checkSize(text: string, name: string): void {
  const memory = new Allowance(memoryFor(text.length, 8), () => {
    throw new CheckpointError(
      `its ${quote(name)} has ${text.length} characters, and far more values than others of so many`,
    );
  });
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    memory.take(byCode[code] ?? 0);
    if (code === quotation) {
      at = endOfString(text, at + 1);
    } else if ((code | brace) === opening) {
      checkLevel(level++);
    } else if ((code | brace) === closing) {
      level -= 1;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== quotation) {
    at += text.charCodeAt(at) === backslash ? 2 : 1;
  }
  return at;
}

/** In its place, but where names change. */
function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      value[index] = decode(each);
    }
    return value;
  }
  const record = value as Record<string, unknown>;
  const odd = record[numberKey];
  if (typeof odd === "string" && oddNumbers.has(odd)) {
    return oddNumbers.get(odd);
  }
  const names = Object.keys(record);
  if (names.some((name) => name.startsWith("$"))) {
    return Object.fromEntries(
      names.map((name) => [name.startsWith("$") ? name.slice(1) : name, decode(record[name])]),
    );
  }
  for (const name of names) {
    const decoded = decode(record[name]);
    if (decoded !== record[name]) {
      // Sets each name as the object's own, `__proto__` too.
      const property = { value: decoded, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(record, name, property);
    }
  }
  return record;
}

function checkLevel(level: number): void {
  if (level > maxLevels) {
    throw new CheckpointError(`its metadata has more than ${maxLevels} levels`);
  }
}
