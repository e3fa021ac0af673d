/** The options of `gradus fit`: the text that was typed, and how it is read. */
import { UsageError } from "../errors.ts";

export interface RawOptions {
  readonly start?: string;
  readonly x?: string;
  readonly y?: string;
  readonly weights?: string;
  readonly bounds?: string;
  readonly loss: string;
  readonly lossScale: string;
  readonly level: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export type Numbers = Readonly<Record<string, number>>;

/** The limits of those parameters that have some. */
export interface NamedBounds {
  readonly lower: Numbers;
  readonly upper: Numbers;
}

/** `name=text` pairs, separated by commas. */
function pairsOf(
  option: string,
  text: string,
  form: string,
): readonly (readonly [string, string])[] {
  const pairs = text.split(",").map((entry) => {
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=\s*(\S+)\s*$/.exec(entry) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`${option} ${text}: write it as ${form}`);
    }
    return [name, value] as const;
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`${option}: \`${twice}\` is given twice`);
  return pairs;
}

function numberOf(option: string, name: string, text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw new UsageError(`${option}: \`${name}\` must be a number, not "${text}"`);
}

/** `a=1,b=0.1` @throws {UsageError} */
export function readStart(text: string | undefined): Numbers {
  if (text === undefined) {
    throw new UsageError(
      "--start is missing: give each parameter an initial value, as in --start a=1,b=0.1",
    );
  }
  const pairs = pairsOf("--start", text, "a=1,b=0.1");
  return Object.fromEntries(pairs.map(([name, value]) => [name, numberOf("--start", name, value)]));
}

/**
 * `a=0..10,b=0..`
 * @param noun what the names stand for, for messages
 * @throws {UsageError}
 */
export function readBounds(
  text: string | undefined,
  names: readonly string[],
  noun = "parameter",
): NamedBounds {
  const [lower, upper]: Record<string, number>[] = [{}, {}];
  if (text === undefined) return { lower: lower!, upper: upper! };
  for (const [name, range] of pairsOf("--bounds", text, "a=0..10,b=0..")) {
    if (!names.includes(name)) {
      throw new UsageError(
        `--bounds: there is no ${noun} \`${name}\`; the ${noun}s are ${names.join(", ")}`,
      );
    }
    const ends = range.split("..");
    if (ends.length !== 2) {
      throw new UsageError(
        `--bounds: write the range of \`${name}\` as ${name}=0..10, ${name}=0.. or ${name}=..10`,
      );
    }
    if (ends[0] !== "") lower![name] = numberOf("--bounds", name, ends[0]!);
    if (ends[1] !== "") upper![name] = numberOf("--bounds", name, ends[1]!);
    if (lower![name]! > upper![name]!) {
      throw new UsageError(
        `--bounds: \`${name}\` cannot be between ${lower![name]} and ${upper![name]}`,
      );
    }
  }
  return { lower: lower!, upper: upper! };
}

/** A number above 0 and below `below`. @throws {UsageError} */
export function readPositive(
  option: string,
  text: string,
  below = Number.POSITIVE_INFINITY,
): number {
  const value = Number(text);
  if (value > 0 && value < below) return value;
  const range = below === Number.POSITIVE_INFINITY ? "above 0" : `between 0 and ${below}`;
  throw new UsageError(`${option} must be a number ${range}, not "${text}"`);
}
