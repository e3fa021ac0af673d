/** The state that an optimizer keeps between steps, as data for checkpoints. */
import type { Begun } from "../binding/ages.ts";
import { type StoredElements, typeOf } from "../memory/memory.ts";

/** Parameters that share a rule and its hyperparameters. */
export interface StateGroup {
  /** Their names. */
  readonly parameters: readonly string[];
  /** The parts of the rule, each with a fingerprint of its maths: `clipByNorm:1c2f60ab+adam:90d1e7aa`. */
  readonly rule: string;
  /** By qualified name, such as `adam.lr`. For a schedule, its name. */
  readonly hyper: Readonly<Record<string, number | boolean | string>>;
  /** The states in this group that all parameters share, such as `prodigy.d`. Each parameter has a copy. */
  readonly shared: readonly string[];
  /** The storages of states that are not kept in the type of their parameters: `{ "adam.m": "bfloat16" }`. */
  readonly storages?: Readonly<Record<string, string>>;
}

/** The state of a schedule, and the parameters that use it. */
export interface ScheduleState {
  /** The parameters whose hyperparameter it is, by the qualified name of the hyperparameter. */
  readonly of: Readonly<Record<string, readonly string[]>>;
  /** The result of its `state()`. */
  readonly state: unknown;
}

/** An array that is stored elsewhere, such as in a file. */
export interface StoredArray {
  /** `float32`, `float64`, or the name of its storage. */
  readonly type: string;
  /** The number of elements. */
  readonly length: number;
  /** Reads it into a new array of that length and type. */
  read(): StoredElements;
}

/**
 * Everything that an optimizer needs to continue: plain data, except for the arrays.
 * @typeParam A the type of its arrays
 */
export interface OptimizerState<A = StoredElements> {
  /** The version of this format. */
  readonly version: 2;
  /** The number of updates. */
  readonly step: number;
  /** The number of steps that were left out. */
  readonly skippedSteps: number;
  /** The seed of the random numbers that rules draw. They depend on it, the step and the parameter's name. */
  readonly seed: number;
  /** The groups of all parameters that are not frozen. */
  readonly groups: readonly StateGroup[];
  /** The shape of each parameter. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The states of schedules that have one, such as `reduceOnPlateau`. */
  readonly schedules: readonly ScheduleState[];
  /** The number of updates before something began that is younger than the run. */
  readonly begun: Begun;
  /** Numbers of a wrapper, such as the micro-steps that wait for an update. */
  readonly counters: Readonly<Record<string, number>>;
  /** The arrays by parameter, then by the name of the state, such as `adam.m`. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, A>>>>;
  /** The states of optimizers inside this one, such as the sums of `accumulate`. */
  readonly nested: Readonly<Record<string, OptimizerState<A>>>;
}

/** A state to restore: its arrays may be stored elsewhere. */
export type SavedState = OptimizerState<StoredElements | StoredArray>;

/** The point from which an optimizer, or one inside it, continues: everything but the arrays. */
export interface ResumePoint {
  /** The number of updates. */
  readonly step: number;
  /** The number of steps that were left out. */
  readonly skippedSteps: number;
  /** The counters of wrappers, by name. */
  readonly counters: Readonly<Record<string, number>>;
  /** When parts of rules began that are younger than the run. */
  readonly begun: Begun;
  /** The states of its schedules, in their order; undefined for one without a saved state. */
  readonly schedules: readonly unknown[];
  /** The same for optimizers inside this one, by name. */
  readonly nested: Readonly<Record<string, ResumePoint>>;
}

/** A schedule that depends on more than `step` (the number of the step, from 1), such as `reduceOnPlateau`. */
export interface StatefulSchedule {
  (step: number): number;
  /** Its state as plain data. */
  state(): unknown;
  /** Continues from a result of `state()`. */
  restore(state: unknown): void;
}

/** Copies the arrays, so that later steps do not change the state. */
export function copied(state: OptimizerState): OptimizerState {
  return withArrays(state, (array) => array.slice());
}

/** The same state with other arrays. */
export function withArrays<A, B>(
  { parameters, nested, ...rest }: OptimizerState<A>,
  change: (array: A, slot: string, parameter: string) => B,
): OptimizerState<B> {
  return {
    ...rest,
    parameters: mapped(parameters, (slots, parameter) =>
      mapped(slots, (array, slot) => change(array, slot, parameter)),
    ),
    nested: mapped(nested, (state) => withArrays(state, change)),
  };
}

/** Maps a record. The result has no prototype, because names are the user's: `__proto__` is a name like any other. */
export function mapped<V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, name: string) => W,
): Record<string, W> {
  const result: Record<string, W> = Object.create(null);
  for (const name of Object.keys(record)) {
    result[name] = change(record[name]!, name);
  }
  return result;
}

/** An array, or an object that reads one. */
export type Stored = StoredElements | StoredArray;

/** The advice to convert, at the end of a difference. */
export const convertAdvice = ": pass { convert: true }";

/**
 * Why a saved array cannot be restored without conversion; empty if it can.
 * @param kept the storage of the present array, if it holds whole numbers
 * @param saved the storage of the saved array, if it holds whole numbers
 */
export function misfit(to: Stored, kept: string | undefined, from: Stored, saved?: string): string {
  const [type, was] = [keptAs(to, kept), keptAs(from, saved)];
  const advice = type === was ? "" : convertAdvice;
  return advice || to.length !== from.length
    ? `has ${to.length} of ${type}, but it was saved with ${from.length} of ${was}${advice}`
    : "";
}

/**
 * The name of an array's type or storage.
 * @param kept the storage that its group gives, if the array holds whole numbers
 */
export function keptAs(array: StoredElements | StoredArray, kept = "whole numbers"): string {
  const type = "type" in array ? array.type : typeOf(array);
  return type && !type.startsWith("uint") ? type : kept;
}
