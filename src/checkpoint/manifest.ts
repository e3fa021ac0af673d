/**
 * The part of a checkpoint that is not tensors, and the meaning of each tensor: JSON in the header's metadata. It is read with the
 * caution for all outside data: a file may be damaged, or made to do harm.
 */
import type { Begun } from "../runtime/binding/ages.ts";
import {
  mapped,
  type OptimizerState,
  type ScheduleState,
  type StateGroup,
} from "../runtime/state/state.ts";
import { CheckpointError, quote } from "./errors.ts";
import { fromText, toText } from "./plainData.ts";

export const manifestKey = "gradus";

/** The version of the format. A change that older releases cannot read gets the next number. */
const form = 1;

/** Your own notes on a checkpoint, such as the epoch or the loss: plain data. */
export type CheckpointMetadata = Readonly<Record<string, unknown>>;

export interface Manifest {
  /** The names of the parameters, which are also the names of their tensors. */
  readonly parameters: readonly string[];
  /** The storages of parameters, if the types of their tensors do not say them. */
  readonly storages?: Readonly<Record<string, string>> | undefined;
  /** The state, with names of tensors in place of arrays. */
  readonly state: OptimizerState<string>;
  readonly metadata: CheckpointMetadata;
  /** The number of the process that wrote it, if others may write into the folder. */
  readonly process?: number | undefined;
}

/** @throws {CheckpointError} if the metadata, or the state of a schedule, is not plain data */
export function manifestText({ parameters, storages, state, metadata, process }: Manifest): string {
  return toText({ form, process, metadata, parameters, storages, state }, manifestKey);
}

/** @throws {CheckpointError} if this is not a manifest */
export function readManifest(text: string): Manifest {
  const found = fromText(text, manifestKey);
  if (!isRecord(found) || found["form"] !== form) {
    // Not String(): a value in a file could define its own conversion to text.
    const what = isRecord(found) ? JSON.stringify(found["form"])?.slice(0, 80) : "none";
    throw new CheckpointError(
      `it is a checkpoint in form ${what}, and this release of gradus reads form ${form}: update gradus`,
    );
  }
  const { parameters, storages, state, metadata, process } = found;
  return {
    parameters: list(parameters, "parameters", isText),
    storages: storages === undefined ? storages : record(storages, "storages", isText),
    state: readState(state, "state"),
    metadata: record(metadata, "metadata", isAnything),
    process: process === undefined ? process : checked(process, "process", isNumber),
  };
}

function readState(value: unknown, at: string): OptimizerState<string> {
  const { version, step, skippedSteps, seed, groups, shapes, schedules, counters, ...rest } =
    record(value, at, isAnything);
  if (version !== 2) {
    refuse(`${at}.version`);
  }
  const slots = (value: unknown) => record(value, `${at}.parameters`, isText);
  const nested = record(rest["nested"], `${at}.nested`, isRecord);
  return {
    version,
    step: checked(step, `${at}.step`, isWhole),
    skippedSteps: checked(skippedSteps, `${at}.skippedSteps`, isWhole),
    seed: checked(seed, `${at}.seed`, isNumber),
    groups: list(groups, `${at}.groups`, isRecord).map((group) => readGroup(group, at)),
    shapes: record(shapes, `${at}.shapes`, isShape),
    schedules: list(schedules, `${at}.schedules`, isRecord).map((each) => readSchedule(each, at)),
    begun: readBegun(record(rest["begun"], `${at}.begun`, isRecord), at),
    counters: record(counters, `${at}.counters`, isNumber),
    parameters: records(rest["parameters"], `${at}.parameters`, slots),
    nested: mapped(nested, (inner) => readState(inner, `${at}.nested`)),
  };
}

function readSchedule({ of, state }: Record<string, unknown>, at: string): ScheduleState {
  return { of: record(of, `${at}.schedules.of`, isTexts), state };
}

function readBegun({ parts, shared }: Record<string, unknown>, at: string): Begun {
  const ages = (value: unknown) => record(value, `${at}.begun.parts`, isInteger);
  return {
    parts: records(parts, `${at}.begun.parts`, ages),
    shared: record(shared, `${at}.begun.shared`, isInteger),
  };
}

function readGroup(group: Record<string, unknown>, at: string): StateGroup {
  const { parameters, rule, hyper, shared, storages } = group;
  return {
    parameters: list(parameters, `${at}.groups.parameters`, isText),
    rule: checked(rule, `${at}.groups.rule`, isText),
    hyper: record(hyper, `${at}.groups.hyper`, isHyper),
    shared: list(shared, `${at}.groups.shared`, isText),
    ...(storages !== undefined && {
      storages: record(storages, `${at}.groups.storages`, isText),
    }),
  };
}

type Is<T> = (value: unknown) => value is T;

const isAnything = (_: unknown): _ is unknown => true;
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isWhole = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isShape = (value: unknown): value is number[] => Array.isArray(value) && value.every(isWhole);
const isHyper = (value: unknown): value is number | boolean | string =>
  isText(value) || isNumber(value) || typeof value === "boolean";
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function refuse(at: string): never {
  throw new CheckpointError(`its ${quote(`${manifestKey}.${at}`)} is not what Gradus writes`);
}

function checked<T>(value: unknown, at: string, is: Is<T>): T {
  return is(value) ? value : refuse(at);
}

function list<T>(value: unknown, at: string, is: Is<T>): T[] {
  return Array.isArray(value) && value.every(is) ? value : refuse(at);
}

function record<T>(value: unknown, at: string, is: Is<T>): Record<string, T> {
  return records(value, at, (each) => checked(each, at, is));
}

/** Checks the values of an object from JSON in place, without a copy, because it may be large. @param check returns its argument */
function records<T>(value: unknown, at: string, check: (each: unknown) => T): Record<string, T> {
  if (!isRecord(value)) {
    return refuse(at);
  }
  for (const name of Object.keys(value)) {
    check(value[name]);
  }
  // Names come from a file. Without a prototype, a name that is not there gives undefined.
  return Object.setPrototypeOf(value, null);
}
