/** Plans a restore: checks whether a saved state fits an optimizer, and what to copy. */
import { Feature } from "../../feature.ts";
import { own } from "../binding/lists.ts";
import { checkOptions, RestoreError } from "../errors.ts";
import { type Copy, compare, type HyperDifference } from "./comparison.ts";
import { mapped, type OptimizerState, type ResumePoint, type SavedState } from "./state.ts";

export type { HyperDifference } from "./comparison.ts";
export type { ResumePoint, SavedState } from "./state.ts";

/** Options of `restore`. */
export interface RestoreOptions {
  /**
   * Restores whatever fits and reports the rest; by default, any difference is an error. Use it for a network with a new layer, or
   * one that is frozen now. A parameter, or a part of its rule, that is not restored begins at its own first step, but takes over
   * the states that all parameters share. Schedules continue with the run. Default: false.
   */
  readonly partial?: boolean;
  /** New names of parameters by their saved names, or a function from a saved name to the new one. Default: no name changes. */
  readonly rename?: Readonly<Record<string, string>> | ((saved: string) => string);
  /**
   * Converts arrays that were saved in another type, such as bfloat16 instead of float32, in either direction. The report says
   * which, and how they were rounded. By default another type is an error. The code for this is in a bundle if it contains
   * `gradus/checkpoint`, `gradus/pytorch`, or a storage such as `bfloat16`. Default: false.
   */
  readonly convert?: boolean;
}

/** A conversion of an array by a restore. */
export interface Conversion {
  /** The parameter's name. */
  readonly parameter: string;
  /** The name of the state, such as `adam.m`; undefined for the parameter's values. */
  readonly state: string | undefined;
  /** The saved type or storage, such as `bfloat16`. */
  readonly from: string;
  /** The present type or storage. */
  readonly to: string;
  /**
   * `exact`: the new type can represent all numbers of the old one. `nearest`: each number became the nearest one of the new type;
   * of two equally near ones, the even one. `own`: a storage of your own encoded it.
   */
  readonly rounding: "exact" | "nearest" | "own";
}

/** The result of `restore`. */
export interface RestoreReport {
  /** The number of updates before the state was saved. */
  readonly step: number;
  /** The parameters whose whole state was restored. */
  readonly restored: readonly string[];
  /** For a partial restore: a sentence for each thing that did not fit and stayed as it was. */
  readonly differences: readonly string[];
  /** Hyperparameters that differ from the saved ones. The optimizer keeps its own. */
  readonly hyper: readonly HyperDifference[];
  /** With `convert`: each array that was converted. */
  readonly converted?: readonly Conversion[];
}

/** A planned restore; nothing is written yet. */
export interface RestorePlan {
  readonly report: RestoreReport;
  readonly point: ResumePoint;
  readonly copies: readonly Copy[];
}

/** Plans a restore that converts, for a state with its present names (conversions.ts). */
export const converting = new Feature<typeof planOf>();

/** @throws {RestoreError} if it is not a state at all */
function checkForm(saved: SavedState): void {
  const { version, step, skippedSteps, groups, shapes, parameters, schedules, begun } = saved ?? {};
  if (version !== 2) {
    throw new RestoreError([
      `this is not an optimizer state of form 2, but ${version === undefined ? typeof saved : `in form ${version}`}: use one from state(), or update gradus`,
    ]);
  }
  for (const [name, count] of Object.entries({ step, skippedSteps })) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RestoreError([`\`${name}\` must be a whole number, not ${String(count)}`]);
    }
  }
  const records = [shapes, parameters, begun?.parts, begun?.shared];
  if (
    ![groups, schedules].every(Array.isArray) ||
    !records.every((each) => typeof each === "object" && each !== null)
  ) {
    throw new RestoreError([
      "a state must have groups, shapes, parameters, schedules, and the steps at which they began",
    ]);
  }
}

/** Renames the parameters of a saved state. */
export function renamed(saved: SavedState, rename: RestoreOptions["rename"]): SavedState {
  if (rename === undefined) {
    return saved;
  }
  const toNew = (name: string): string =>
    typeof rename === "function" ? rename(name) : (own(rename, name) ?? name);
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
    schedules: saved.schedules.map(({ of, state }) => ({
      of: mapped(of, (names) => names.map(toNew)),
      state,
    })),
    begun: { ...saved.begun, parts: keys(saved.begun.parts) },
    shapes: keys(saved.shapes),
    parameters: keys(saved.parameters),
    nested: mapped(saved.nested, (state) => renamed(state, rename)),
  };
}

/**
 * Plans a restore. It writes nothing.
 * @throws {RestoreError} if anything differs, unless the restore is partial
 */
export function planRestore(
  live: OptimizerState,
  state: SavedState,
  options: RestoreOptions,
): RestorePlan {
  checkOptions("restore", options, ["partial", "rename", "convert"]);
  const { partial = false, rename, convert } = options;
  checkForm(state);
  const plan = convert ? converting.value : planOf;
  return plan(live, renamed(state, rename), partial);
}

/** The same without renaming and conversion. */
export function planOf(live: OptimizerState, saved: SavedState, partial: boolean): RestorePlan {
  const comparison = compare(live, saved);
  const { differences, restored, hyper, copies } = comparison;
  if (differences.length > 0 && !partial) {
    throw new RestoreError(differences);
  }
  return {
    report: { step: saved.step, restored, differences, hyper },
    point: comparison.point,
    copies,
  };
}
