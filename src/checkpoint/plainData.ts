/**
 * Plain data as JSON that gives the same data back. JSON itself writes NaN and the infinities as `null`, and -0 as 0. Here they are
 * `{"$number": "NaN"}`, and a name that begins with `$` gets another `$`.
 */
import { Allowance, memoryFor } from "../allowance.ts";
import { CheckpointError, quote } from "./errors.ts";

/** The most levels of nested lists and objects. */
const maxLevels = 100;

const numberKey = "$number";

const oddNumbers: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

/** @throws {CheckpointError} if something is not plain data (the message names it), or could not be read again */
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
    // An option that is undefined is left out.
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

/** @throws {CheckpointError} if this is not such a text, or would take far more memory than its length */
export function fromText(text: string, name: string): unknown {
  checkSize(text, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`its ${quote(name)} is not JSON: the file is damaged`, { cause });
  }
  // Only names that begin with `$` need decoding. A backslash may begin an escaped `$`.
  return /"[$\\]/.test(text) ? decode(value) : value;
}

/** The most bytes of memory for a value that begins with, or follows, this character. */
const costs: Readonly<Record<string, number>> = { "{": 128, "[": 64, ":": 120, ",": 24, '"': 40 };

const byCode = Array.from({ length: 128 }, (_, code) => costs[String.fromCharCode(code)] ?? 0);

const [quotation, backslash] = [0x22, 0x5c];
/** The codes of braces. Brackets differ from them by one bit. */
const [opening, closing, brace] = [0x7b, 0x7d, 0x20];

/** Estimates the memory that `JSON.parse` would use for a text. */
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

/** Decodes in place, except for objects whose names change. */
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
      // Defines each name as an own property, even `__proto__`.
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
