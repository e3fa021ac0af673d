/** What an optimizer keeps between steps, as data: what checkpoints hold. */
import type { Begun } from "../binding/ages.ts";
import { type StoredElements, typeOf } from "../memory/memory.ts";

/** Parameters that share a rule and its hyperparameters. */
export interface StateGroup {
  /** Their names. */
  readonly parameters: readonly string[];
  /** The parts of the rule, each with a fingerprint of its maths: `clipByNorm:1c2f60ab+adam:90d1e7aa`. */
  readonly rule: string;
  /** By qualified name, such as `adam.lr`; a schedule is what it is called. */
  readonly hyper: Readonly<Record<string, number | boolean | string>>;
  /** The states that all parameters share which take their part, such as `prodigy.d`: each has a copy. */
  readonly shared: readonly string[];
  /** How states are kept that are not kept in the type of their parameters, by slot: `{ "adam.m": "bfloat16" }`. */
  readonly storages?: Readonly<Record<string, string>>;
}

/** What a schedule has seen, and whose it is. */
export interface ScheduleState {
  /** The parameters whose hyperparameter it is, by the qualified name of that. */
  readonly of: Readonly<Record<string, readonly string[]>>;
  /** What its `state()` gave. */
  readonly state: unknown;
}

/** An array that is elsewhere, such as in a file. */
export interface StoredArray {
  /** `float32`, `float64`, or what its storage is called. */
  readonly type: string;
  /** Elements. */
  readonly length: number;
  /** Reads it into a new array of that length and type. */
  read(): StoredElements;
}

/**
 * All that an optimizer needs to go on where it was: plain data, but for the arrays.
 * @typeParam A what its arrays are
 */
export interface OptimizerState<A = StoredElements> {
  /** Of this form. */
  readonly version: 2;
  /** Updates made. */
  readonly step: number;
  /** Steps that were left out. */
  readonly skippedSteps: number;
  /** Of the random numbers that rules draw; with the step and a parameter's name it decides them. */
  readonly seed: number;
  /** Of all parameters but frozen ones. */
  readonly groups: readonly StateGroup[];
  /** Of each parameter. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Of schedules that have a state, such as `reduceOnPlateau`. */
  readonly schedules: readonly ScheduleState[];
  /** Of what began later than the run: the updates that were made before. */
  readonly begun: Begun;
  /** Numbers that a wrapper keeps, such as the micro-steps that wait for an update. */
  readonly counters: Readonly<Record<string, number>>;
  /** By parameter, then by the state's name, such as `adam.m`. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, A>>>>;
  /** Of optimizers within this one, such as the sums of `accumulate`. */
  readonly nested: Readonly<Record<string, OptimizerState<A>>>;
}

/** What may be restored from. */
export type SavedState = OptimizerState<StoredElements | StoredArray>;

/** Where an optimizer, or one within it, goes on: all that is no array. */
export interface ResumePoint {
  /** Updates made. */
  readonly step: number;
  /** Steps that were left out. */
  readonly skippedSteps: number;
  /** What wrappers count, by name. */
  readonly counters: Readonly<Record<string, number>>;
  /** When parts of rules began that are younger than the run. */
  readonly begun: Begun;
  /** What each of its schedules had seen, in their order; undefined where that was not saved. */
  readonly schedules: readonly unknown[];
  /** The same of optimizers within this one, by name. */
  readonly nested: Readonly<Record<string, ResumePoint>>;
}

/** A schedule that is no pure function of `step`, the step's number from 1, such as `reduceOnPlateau`. */
export interface StatefulSchedule {
  (step: number): number;
  /** Plain data. */
  state(): unknown;
  /** Goes on where `state()` was taken. */
  restore(state: unknown): void;
}

/** Copies of the arrays, so that steps do not change what was taken. */
export function copied(state: OptimizerState): OptimizerState {
  return withArrays(state, (array) => array.slice());
}

/** The same with other arrays in their place. */
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

/** Names are the user's: without a prototype, `__proto__` is one like others. */
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

/** An array, or what reads it. */
export type Stored = StoredElements | StoredArray;

/** What advises to convert, at the end of a difference. */
export const convertAdvice = ": pass { convert: true }";

/**
 * Why a saved array cannot be taken over as it is; empty where it can.
 * @param kept what whole numbers stand for in an array, and in the saved one
 */
export function misfit(to: Stored, kept: string | undefined, from: Stored, saved?: string): string {
  const [type, was] = [keptAs(to, kept), keptAs(from, saved)];
  const advice = type === was ? "" : convertAdvice;
  return advice || to.length !== from.length
    ? `has ${to.length} of ${type}, but it was saved with ${from.length} of ${was}${advice}`
    : "";
}

/**
 * How an array's numbers are kept.
 * @param kept what its group says that whole numbers in it stand for
 */
export function keptAs(array: StoredElements | StoredArray, kept = "whole numbers"): string {
  const type = "type" in array ? array.type : typeOf(array);
  return type && !type.startsWith("uint") ? type : kept;
}
