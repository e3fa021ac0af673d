/** What a saved state comes to for an optimizer, and whether it fits. */
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
   * Takes what fits and reports the rest, where by default any difference is an error: for a network
   * with a layer more, or one that is frozen now. A parameter, or a part of its rule, that is not restored begins at its own
   * first step, with what all parameters share taken over; schedules go on with the run. Default false.
   */
  readonly partial?: boolean;
  /** New names of parameters by their saved ones, or a function from one to the other. Default: none changes. */
  readonly rename?: Readonly<Record<string, string>> | ((saved: string) => string);
  /**
   * Converts what was saved in another type than it is kept in now, such as bfloat16 for float32, and the other way round: the
   * report says what, and how it was rounded. By default that is an error. A bundle has what this takes if it has
   * `gradus/checkpoint`, `gradus/pytorch`, or a storage such as `bfloat16`. Default false.
   */
  readonly convert?: boolean;
}

/** An array that a restore has converted. */
export interface Conversion {
  /** The parameter's name. */
  readonly parameter: string;
  /** Which state of it, such as `adam.m`; undefined where it is its own values. */
  readonly state: string | undefined;
  /** How the numbers were saved, such as `bfloat16`. */
  readonly from: string;
  /** How they are kept now. */
  readonly to: string;
  /**
   * `exact`: the new type has all numbers of the old one. `nearest`: each became the nearest number of the new type, of two
   * equally near ones the even one. `own`: as a storage of your own encodes them.
   */
  readonly rounding: "exact" | "nearest" | "own";
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
  /** With `convert`, how each array was converted that was kept in another type. */
  readonly converted?: readonly Conversion[];
}

/** What a restore comes to, before anything is written. */
export interface RestorePlan {
  readonly report: RestoreReport;
  readonly point: ResumePoint;
  readonly copies: readonly Copy[];
}

/** Plans a restore that converts, of a state by its present names (conversions.ts). */
export const converting = new Feature<typeof planOf>();

/** @throws {RestoreError} where it is no state at all */
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

/** Saved names become the present ones. */
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
 * Finds out what a restore comes to.
 * @throws {RestoreError} where anything differs, unless what fits is enough; nothing is written
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

/** The same of a state by its present names, as it is. */
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
