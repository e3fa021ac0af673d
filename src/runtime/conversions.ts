/** Numbers that were kept in one type, as another keeps them: what `{ convert: true }` does. */
import { bfloat16 } from "../compilers/storages/bfloat16.ts";
import { block8 } from "../compilers/storages/block8.ts";
import { float16 } from "../compilers/storages/float16.ts";
import { plainStorages, type Storage } from "../compilers/storages/storage.ts";
import {
  type Conversion,
  type ConvertedArray,
  converting,
  type Stored,
  type Target,
} from "./converter.ts";
import { RestoreError } from "./errors.ts";
import { countIn, keptIn, numbersOf } from "./keptNumbers.ts";
import type { StoredElements } from "./memory.ts";

/** How numbers may be kept, by name. */
const known = new Map<string, Storage>(Object.entries(plainStorages));

/** Lets restores convert from and to these storages, and the plain types. */
export function provideConversion(storages: readonly Storage[]): void {
  for (const storage of storages) {
    known.set(storage.name, storage);
  }
  converting.provide({ convert, conversionsIn });
}

/** Undefined of what nothing here has defined. */
export const storageNamed = (name: string): Storage | undefined => known.get(name);

/** The storages that round to the nearest, and that files may have whatever the bundle has. */
const usual: readonly Storage[] = [bfloat16, float16, block8];

/** Of those who read files: they may have any of the library's storages. */
export const provideConversions = (): void => provideConversion(usual);

const plain: readonly string[] = Object.keys(plainStorages);

function roundingOf(from: string, to: string): Conversion["rounding"] {
  if (to === "float64" || (to === "float32" && from !== "float64")) {
    return "exact";
  }
  return plain.includes(to) || usual.some(({ name }) => name === to) ? "nearest" : "own";
}

function convert(
  from: Stored,
  was: string,
  type: string,
  target: Target,
): ConvertedArray | undefined {
  const [source, storage] = [known.get(was), known.get(type)];
  const { length } = target.to;
  return source === undefined ||
    storage === undefined ||
    countIn(source, from.length) !== countIn(storage, length)
    ? undefined
    : new Converted(from, source, storage, target);
}

class Converted implements ConvertedArray {
  readonly source: Stored;
  readonly length: number;
  readonly #from: Storage;
  readonly #to: Storage;
  readonly #target: Target;

  constructor(source: Stored, from: Storage, to: Storage, target: Target) {
    this.source = source;
    this.length = target.to.length;
    this.#from = from;
    this.#to = to;
    this.#target = target;
  }

  get type(): string {
    return this.#to.name;
  }

  read(): StoredElements {
    return this.of("read" in this.source ? this.source.read() : this.source);
  }

  of(array: StoredElements): StoredElements {
    const numbers = numbersOf(array, this.#from);
    const kept = keptIn(numbers, this.#to);
    const found = numbersOf(kept, this.#to);
    const lost = numbers.findIndex(
      (each, i) => Number.isFinite(each) && !Number.isFinite(found[i]),
    );
    if (lost >= 0) {
      const { parameter, state } = this.#target;
      const where = `parameter \`${parameter}\`${state === undefined ? "" : `: its state \`${state}\``}`;
      throw new RestoreError([
        `${where} has ${numbers[lost]} at element ${lost}, which would be ${found[lost]} in ${this.type}: keep it in a wider type`,
      ]);
    }
    return kept;
  }

  /** What it is an instance of. */
  get conversion(): Omit<Conversion, "parameters"> & { readonly parameter: string } {
    const [from, to] = [this.#from.name, this.#to.name];
    const { parameter, state } = this.#target;
    return { parameter, state, from, to, rounding: roundingOf(from, to) };
  }
}

function conversionsIn(arrays: readonly Stored[]): readonly Conversion[] {
  const found = new Map<string, Conversion & { readonly parameters: string[] }>();
  for (const array of arrays) {
    if (array instanceof Converted) {
      const { parameter, ...rest } = array.conversion;
      const key = JSON.stringify(Object.values(rest));
      const conversion = found.get(key) ?? { parameters: [], ...rest };
      found.set(key, conversion);
      conversion.parameters.push(parameter);
    }
  }
  return [...found.values()];
}
