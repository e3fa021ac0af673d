/** Compares what an optimizer holds with a saved state, and takes that over. */
import { didYouMean } from "../suggest.ts";
import { RestoreError } from "./errors.ts";
import type { FloatArray } from "./memory.ts";
import { mapped, type OptimizerState, type StateGroup, type StoredArray } from "./state.ts";

/** Options of `restore`. */
export interface RestoreOptions {
  /**
   * Takes what fits and reports the rest, where by default any difference is an error: for a network
   * with a layer more, or one that is frozen now. Default false.
   */
  readonly partial?: boolean;
  /** New names of parameters by their saved ones, or a function from one to the other. Default: none changes. */
  readonly rename?: Readonly<Record<string, string>> | ((saved: string) => string);
}

/** A hyperparameter that was another when the state was saved. */
export interface HyperDifference {
  readonly parameters: readonly string[];
  /** Qualified, such as `adam.lr`; `seed` is that of `optimize`. */
  readonly name: string;
  readonly saved: number | boolean | string | undefined;
  readonly now: number | boolean | string | undefined;
}

/** What `restore` has done. */
export interface RestoreReport {
  /** The number of updates that the state had seen. */
  readonly step: number;
  /** The parameters whose state was taken over whole. */
  readonly restored: readonly string[];
  /** Of a partial restore: a sentence for each thing that did not fit and stayed as it was. */
  readonly differences: readonly string[];
  /** Hyperparameters that differ from the saved ones: those that the optimizer has now count. */
  readonly hyper: readonly HyperDifference[];
}

/** What may be restored from. */
export type SavedState = OptimizerState<FloatArray | StoredArray>;

interface Copy {
  readonly from: FloatArray | StoredArray;
  readonly to: FloatArray;
}

/** What a restore comes to, before anything is written. */
export interface RestorePlan {
  readonly report: RestoreReport;
  readonly copy: () => void;
}

const typeOf = (array: FloatArray | StoredArray): string =>
  "type" in array ? array.type : array instanceof Float32Array ? "float32" : "float64";

const describe = (array: FloatArray | StoredArray): string => `${array.length} of ${typeOf(array)}`;

function groupsByParameter(groups: readonly StateGroup[]): ReadonlyMap<string, StateGroup> {
  return new Map(groups.flatMap((group) => group.parameters.map((name) => [name, group] as const)));
}

/** @throws {RestoreError} where it is no state at all */
function checkForm(saved: SavedState): void {
  const { version, step, skippedSteps, groups, shapes, parameters } = saved ?? {};
  if (version !== 1) {
    throw new RestoreError([
      `this is no state of an optimizer in form 1, but ${version === undefined ? typeof saved : `in form ${version}`}: take it from state(), or update gradus`,
    ]);
  }
  for (const [name, count] of Object.entries({ step, skippedSteps })) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RestoreError([`\`${name}\` is a whole number, not ${String(count)}`]);
    }
  }
  if (!Array.isArray(groups) || typeof shapes !== "object" || typeof parameters !== "object") {
    throw new RestoreError(["a state has groups, shapes and parameters"]);
  }
}

/** Saved names become the present ones. */
function renamed(saved: SavedState, rename: RestoreOptions["rename"]): SavedState {
  if (rename === undefined) {
    return saved;
  }
  const toNew = (name: string): string =>
    typeof rename === "function"
      ? rename(name)
      : Object.hasOwn(rename, name)
        ? rename[name]!
        : name;
  const keys = <V>(record: Readonly<Record<string, V>>): Record<string, V> => {
    const result: Record<string, V> = Object.create(null);
    for (const name of Object.keys(record)) {
      const now = toNew(name);
      if (now in result) {
        throw new RestoreError([`rename: two parameters would be \`${now}\``]);
      }
      result[now] = record[name]!;
    }
    return result;
  };
  return {
    ...saved,
    groups: saved.groups.map((group) => ({ ...group, parameters: group.parameters.map(toNew) })),
    shapes: keys(saved.shapes),
    parameters: keys(saved.parameters),
    nested: mapped(saved.nested, (state) => renamed(state, rename)),
  };
}

class Comparison {
  readonly differences: string[] = [];
  readonly copies: Copy[] = [];
  readonly restored: string[] = [];
  readonly hyper: HyperDifference[] = [];

  compare(live: OptimizerState, saved: SavedState, within = ""): void {
    const before = groupsByParameter(saved.groups);
    const now = groupsByParameter(live.groups);
    for (const name of Object.keys(live.shapes)) {
      this.#compareParameter(name, live, saved, now.get(name), before.get(name), within);
    }
    for (const name of Object.keys(saved.shapes)) {
      if (!Object.hasOwn(live.shapes, name)) {
        const known = Object.keys(live.shapes).filter((each) => !Object.hasOwn(saved.shapes, each));
        this.differences.push(
          `${within}there is no parameter \`${name}\` now${didYouMean(name, known)}`,
        );
      }
    }
    if (live.seed !== saved.seed) {
      const all = { parameters: Object.keys(live.shapes), name: "seed" };
      this.hyper.push({ ...all, saved: saved.seed, now: live.seed });
    }
    for (const name of new Set([...Object.keys(live.nested), ...Object.keys(saved.nested ?? {})])) {
      const [inner, before] = [live.nested[name], saved.nested?.[name]];
      if (inner && before) {
        this.compare(inner, before, `${within}${name}: `);
      } else {
        this.differences.push(
          `${within}\`${name}\` was ${inner ? "not saved" : "saved, but is not there now"}`,
        );
      }
    }
  }

  #compareParameter(
    name: string,
    live: OptimizerState,
    saved: SavedState,
    now: StateGroup | undefined,
    before: StateGroup | undefined,
    within: string,
  ): void {
    const count = this.differences.length;
    const differs = (what: string) =>
      void this.differences.push(`${within}parameter \`${name}\`${what}`);
    if (!Object.hasOwn(saved.shapes, name)) {
      differs(" was not saved");
      return;
    }
    const [shape, old] = [live.shapes[name]!, saved.shapes[name]!];
    if (String(shape) !== String(old)) {
      differs(`: the shape is [${shape}], saved was [${old}]`);
      return;
    }
    if (now?.rule !== before?.rule) {
      differs(`: the rule is ${now?.rule ?? "frozen"}, saved was ${before?.rule ?? "frozen"}`);
    }
    this.#compareArrays(live.parameters[name]!, saved.parameters[name] ?? {}, differs);
    if (this.differences.length === count) {
      this.restored.push(within + name);
    }
    if (now && before) {
      this.#compareHyper(name, now, before);
    }
  }

  #compareArrays(
    live: Readonly<Record<string, FloatArray>>,
    saved: Readonly<Record<string, FloatArray | StoredArray>>,
    differs: (what: string) => void,
  ): void {
    for (const slot of Object.keys(live)) {
      const [to, from] = [live[slot]!, Object.hasOwn(saved, slot) ? saved[slot]! : undefined];
      if (from === undefined) {
        differs(`: its state \`${slot}\` was not saved`);
      } else if (describe(from) !== describe(to)) {
        differs(`: its state \`${slot}\` has ${describe(to)}, saved were ${describe(from)}`);
      } else {
        this.copies.push({ from, to });
      }
    }
    for (const slot of Object.keys(saved)) {
      if (!Object.hasOwn(live, slot)) {
        differs(`: it has no state \`${slot}\` now`);
      }
    }
  }

  #compareHyper(parameter: string, now: StateGroup, before: StateGroup): void {
    for (const name of new Set([...Object.keys(now.hyper), ...Object.keys(before.hyper)])) {
      const difference = { name, saved: before.hyper[name], now: now.hyper[name] };
      if (Object.is(difference.saved, difference.now)) {
        continue;
      }
      const same = this.hyper.findIndex(
        (each) =>
          each.name === name && each.saved === difference.saved && each.now === difference.now,
      );
      const { parameters } = same < 0 ? { parameters: [] } : this.hyper[same]!;
      this.hyper.splice(same < 0 ? this.hyper.length : same, 1, {
        parameters: [...parameters, parameter],
        ...difference,
      });
    }
  }
}

/**
 * Finds out what a restore comes to.
 * @throws {RestoreError} where anything differs, unless what fits is enough; nothing is written
 */
export function planRestore(
  live: OptimizerState,
  state: SavedState,
  { partial = false, rename }: RestoreOptions,
): RestorePlan {
  checkForm(state);
  const saved = renamed(state, rename);
  const { step } = saved;
  const comparison = new Comparison();
  comparison.compare(live, saved);
  const { differences, restored, hyper, copies } = comparison;
  if (differences.length > 0 && !partial) {
    throw new RestoreError(differences);
  }
  return {
    report: { step, restored, differences, hyper },
    copy: () => {
      for (const { from, to } of copies) {
        if ("copyTo" in from) {
          from.copyTo(to);
        } else {
          to.set(from);
        }
      }
    },
  };
}
