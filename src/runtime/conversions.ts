/** Converts saved numbers from one type to another, for `{ convert: true }`. */
import { bfloat16 } from "../compilers/storages/bfloat16.ts";
import { block8 } from "../compilers/storages/block8.ts";
import { float16 } from "../compilers/storages/float16.ts";
import { plainStorages, type Storage } from "../compilers/storages/storage.ts";
import { own } from "./binding/lists.ts";
import { RestoreError } from "./errors.ts";
import { countIn, keptIn, numbersOf } from "./keptNumbers.ts";
import type { FloatArray, StoredElements } from "./memory/memory.ts";
import { type Conversion, converting, planOf } from "./state/restore.ts";
import { inPart, matchParts, partOf, partsIn } from "./state/ruleParts.ts";
import {
  convertAdvice,
  keptAs,
  mapped,
  misfit,
  type OptimizerState,
  type SavedState,
  type Stored,
  type StoredArray,
} from "./state/state.ts";

/** The known storages, by name. */
const known = new Map<string, Storage>(Object.entries(plainStorages));

/** Lets restores convert from and to these storages, and the plain types. */
export function provideConversion(storages: readonly Storage[]): void {
  for (const storage of storages) {
    known.set(storage.name, storage);
  }
  converting.provide(planConverted);
}

/** Undefined if no storage of that name was provided. */
export const storageNamed = (name: string): Storage | undefined => known.get(name);

/** Storages that round to the nearest. Files may have them, even if the bundle does not use them. */
const usual: readonly Storage[] = [bfloat16, float16, block8];

/** For code that reads files, which may have any of the library's storages. */
export const provideConversions = (): void => provideConversion(usual);

const plain: readonly string[] = Object.keys(plainStorages);

function roundingOf(from: string, to: string): Conversion["rounding"] {
  if (to === "float64" || (to === "float32" && from !== "float64")) {
    return "exact";
  }
  return plain.includes(to) || usual.some(({ name }) => name === to) ? "nearest" : "own";
}

/** The place that an array is copied to. */
export interface Target {
  readonly to: StoredElements;
  /** The storage of the place, if it holds whole numbers. */
  readonly kept?: string | undefined;
  readonly parameter: string;
  readonly state?: string;
}

/** An array that is converted from another one. */
export interface ConvertedArray extends StoredArray {
  readonly source: Stored;
  readonly conversion: Conversion;
  /** Converts what was read from the source. @throws {RestoreError} if a number is too large for the new type */
  of(array: StoredElements): StoredElements;
}

/**
 * A saved array that fits its place, converted if necessary; or a text that says what differs.
 * @param kept the storage of the saved array, if it holds whole numbers
 */
export function fitted(
  saved: Stored | undefined,
  kept: string | undefined,
  target: Target,
  mayConvert: boolean,
): Stored | string {
  if (saved === undefined) {
    return "was not saved";
  }
  const problem = misfit(target.to, target.kept, saved, kept);
  if (problem === "") {
    return saved;
  }
  const [from, to] = [keptAs(saved, kept), keptAs(target.to, target.kept)].map(storageNamed);
  if (!from || !to || countIn(from, saved.length) !== countIn(to, target.to.length)) {
    return problem.replace(convertAdvice, "");
  }
  return mayConvert ? new Converted(saved, from, to, target) : problem;
}

/** The index of the first number that has become infinite; -1 if none has. */
function firstLost(before: FloatArray, after: FloatArray): number {
  for (let i = 0; i < after.length; i++) {
    if (!Number.isFinite(after[i]!) && Number.isFinite(before[i]!)) {
      return i;
    }
  }
  return -1;
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
    const lost = firstLost(numbers, found);
    if (lost >= 0) {
      const { parameter, state } = this.#target;
      const where = `parameter \`${parameter}\`${state === undefined ? "" : `: its state \`${state}\``}`;
      throw new RestoreError([
        `${where} has ${numbers[lost]} at element ${lost}, which would be ${found[lost]} in ${this.type}: keep it in a wider type`,
      ]);
    }
    return kept;
  }

  get conversion(): Conversion {
    const [from, to] = [this.#from.name, this.#to.name];
    const { parameter, state } = this.#target;
    return { parameter, state, from, to, rounding: roundingOf(from, to) };
  }
}

/** The conversions among these arrays. */
export const conversionsIn = (arrays: readonly Stored[]): readonly Conversion[] =>
  arrays.flatMap((each) => (each instanceof Converted ? each.conversion : []));

/** Converts each array of a saved state to the type in which it is kept now, where that is possible. */
function inFormOf(live: OptimizerState, saved: SavedState): SavedState {
  const [now, before] = [live, saved].map(
    ({ groups }) =>
      new Map(groups.flatMap((group) => group.parameters.map((name) => [name, group] as const))),
  );
  const parameters = mapped(saved.parameters, (slots, name) => {
    const [group, old] = [now!.get(name), before!.get(name)];
    const parts = matchParts(group?.rule, old?.rule);
    const ruled = new Set(partsIn(group?.rule).map((part) => part.name));
    const changed = { ...slots };
    for (const [slot, to] of Object.entries(own(live.parameters, name) ?? {})) {
      const part = partOf(slot);
      const key = inPart(slot, (ruled.has(part) ? parts.get(part) : part) ?? "");
      const target = { to, kept: own(group?.storages, slot), parameter: name, state: slot };
      const found = fitted(own(slots, key), own(old?.storages, key), target, true);
      if (typeof found !== "string") {
        changed[key] = found;
      }
    }
    return changed;
  });
  const nested = mapped(saved.nested ?? {}, (state, name) => {
    const inner = own(live.nested, name);
    return inner ? inFormOf(inner, state) : state;
  });
  return { ...saved, parameters, nested };
}

const planConverted: typeof planOf = (live, saved, partial) => {
  const plan = planOf(live, inFormOf(live, saved), true);
  const differences = plan.report.differences.map((each) => each.replace(convertAdvice, ""));
  if (differences.length > 0 && !partial) {
    throw new RestoreError(differences);
  }
  const converted = conversionsIn(plan.copies.map(({ from }) => from));
  return { ...plan, report: { ...plan.report, differences, converted } };
};
