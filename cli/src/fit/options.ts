/** The options of `gradus fit`, as they are typed and as they are meant. */
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

/** Closed intervals, of those parameters that have one. */
export interface NamedBounds {
  readonly lower: Numbers;
  readonly upper: Numbers;
}

/** `name=text` pairs with commas between them. */
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
  if (twice !== undefined) throw new UsageError(`${option}: \`${twice}\` is there twice`);
  return pairs;
}

function numberOf(option: string, name: string, text: string): number {
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw new UsageError(`${option}: \`${name}\` is a number, not "${text}"`);
}

/** `a=1,b=0.1` @throws {UsageError} */
export function readStart(text: string | undefined): Numbers {
  if (text === undefined) {
    throw new UsageError("where to start? Give each parameter a number: --start a=1,b=0.1");
  }
  const pairs = pairsOf("--start", text, "a=1,b=0.1");
  return Object.fromEntries(pairs.map(([name, value]) => [name, numberOf("--start", name, value)]));
}

/**
 * `a=0..10,b=0..`
 * @param noun what these names are of, for messages
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
        `--bounds: there is no ${noun} \`${name}\`; they are ${names.join(", ")}`,
      );
    }
    const ends = range.split("..");
    if (ends.length !== 2) {
      throw new UsageError(
        `--bounds: write those of \`${name}\` as ${name}=0..10, ${name}=0.. or ${name}=..10`,
      );
    }
    if (ends[0] !== "") lower![name] = numberOf("--bounds", name, ends[0]!);
    if (ends[1] !== "") upper![name] = numberOf("--bounds", name, ends[1]!);
  }
  return { lower: lower!, upper: upper! };
}

/** A number over 0, and under `below` @throws {UsageError} */
export function readPositive(
  option: string,
  text: string,
  below = Number.POSITIVE_INFINITY,
): number {
  const value = Number(text);
  if (value > 0 && value < below) return value;
  const range = below === Number.POSITIVE_INFINITY ? "over 0" : `between 0 and ${below}`;
  throw new UsageError(`${option} is a number ${range}, not "${text}"`);
}
