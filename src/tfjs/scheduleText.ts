/** Makes schedules from their names: `linear(initial 0.1, final 0, steps 100)`. */
import type { Schedule } from "../rule/definition.ts";
import { schedules } from "../schedules/index.ts";

type Make = (...values: readonly unknown[]) => Schedule;

/** Schedules that take positional arguments. The others take options. */
const positional: readonly string[] = ["constant", "join", "scaled"];

const tokens = /"(?:[^"\\]|\\.)*"|[()[\],]|[^\s()[\],]+/g;

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(tokens) ?? [];
  }

  /** The whole text as one value. */
  whole(): unknown {
    const value = this.#value();
    return this.#at === this.#tokens.length ? value : undefined;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? "";
  }

  /** The items up to a closing bracket. */
  #list<V>(end: string, item: () => V): V[] {
    const items: V[] = [];
    while (this.#at < this.#tokens.length && this.#tokens[this.#at] !== end) {
      items.push(item());
      if (this.#tokens[this.#at] === ",") {
        this.#at += 1;
      }
    }
    this.#at += 1;
    return items;
  }

  #value(): unknown {
    const token = this.#next();
    if (token === "[") {
      return this.#list("]", () => this.#value());
    }
    if (this.#tokens[this.#at] === "(") {
      this.#at += 1;
      return make(
        token,
        this.#list(")", () => [this.#next(), this.#value()] as const),
      );
    }
    if (token.startsWith('"')) {
      return JSON.parse(token);
    }
    return token === "true" || token === "false" ? token === "true" : numberOf(token);
  }
}

/** @throws {Error} if it is not a number, such as `custom`, which stands for a function of the user */
function numberOf(token: string): number {
  const value = Number(token);
  if (token === "" || Number.isNaN(value)) {
    throw new Error(`\`${token}\` is not a number`);
  }
  return value;
}

function make(kind: string, options: readonly (readonly [string, unknown])[]): Schedule {
  const known = Object.hasOwn(schedules, kind) ? schedules[kind as keyof typeof schedules] : null;
  if (known === null) {
    throw new Error(`there is no schedule \`${kind}\``);
  }
  return positional.includes(kind)
    ? (known as unknown as Make)(...options.map(([, value]) => value))
    : (known as unknown as Make)(Object.fromEntries(options));
}

/** The schedule with this name; undefined if there is none, or if it contains a function of the user. */
export function scheduleFrom(text: string): Schedule | undefined {
  try {
    const made = new Reader(text).whole();
    return typeof made === "function" && made.name === text ? (made as Schedule) : undefined;
  } catch {
    return undefined;
  }
}
