/** Checks what files say about runs: they may come from anywhere. */
import { CommandError } from "../errors.ts";
import {
  type Check,
  isCount,
  isNumber,
  isNumbers,
  isObject,
  isText,
  optional,
  problemOf,
} from "../fields.ts";
import type { Outcome } from "./job.ts";
import { type Recorded, windowAt } from "./train.ts";

const isWhole = (value: unknown) => value === 0 || isCount(value);
const isBoolean = (value: unknown) => typeof value === "boolean";
const isNumberOrNull = (value: unknown) => value === null || isNumber(value);
/** JSON turns numbers that are not finite into null. */
const isFromJson = (value: unknown) =>
  Array.isArray(value) && value.every((each) => each === null || typeof each === "number");

/** An array with as many elements as another field. */
const asMany = (other: string, accepts = isNumbers as (value: unknown) => boolean) =>
  ((value, whole) =>
    accepts(value) &&
    (value as readonly unknown[]).length ===
      (whole as Record<string, readonly unknown[]>)[other]!.length) satisfies Check[2];

const recordedChecks: readonly Check[] = [
  ["step", "a whole number", isWhole],
  ["elapsed", "a number of seconds", isNumber],
  ["steps", "numbers", isNumbers],
  ["seconds", "a number for each of `steps`", asMany("steps")],
  ["loss", "a number for each of `steps`", asMany("steps")],
  ["metricSteps", "numbers", isNumbers],
  ["metric", "a number for each of `metricSteps`", asMany("metricSteps")],
  ["moved", "a list of shares", optional(isNumbers)],
  [
    "recent",
    "the losses of the last tenth of the steps",
    (value, whole) => isNumbers(value) && value.length === windowAt((whole as Recorded).step),
  ],
];

/**
 * Reads what a checkpoint recorded about a run of so many steps.
 * @throws {CommandError} if it is not valid
 */
export function readRecorded(value: unknown, steps: number, where: string): Recorded {
  const problem = problemOf(value, [
    ...recordedChecks,
    ["step", `at most ${steps}`, (step) => (step as number) <= steps],
  ]);
  if (problem !== undefined) {
    throw new CommandError(`${where}: what it says of the run cannot be used: ${problem}`);
  }
  return value as Recorded;
}

/** A finished run, and how long the comparison had taken by then. */
export interface Entry {
  readonly outcome: Outcome;
  readonly elapsed: number;
}

const entryChecks: readonly Check[] = [
  ["elapsed", "a number of seconds", isNumber],
  ["outcome.parameters", "a whole number", isWhole],
  ["outcome.job.rule.label", "an optimizer", isText],
  ["outcome.job.lr", "a number", isNumber],
  ["outcome.job.seed", "a whole number", isWhole],
  ["outcome.job.sweep", "true or false", isBoolean],
  ["outcome.curves", "the curves of the run", isObject],
];

const curveChecks: readonly Check[] = [
  ["steps", "numbers", isNumbers],
  ["seconds", "a number for each of `steps`", asMany("steps")],
  ["loss", "a number for each of `steps`", asMany("steps", isFromJson)],
  ["metricSteps", "numbers", isNumbers],
  ["metric", "a number for each of `metricSteps`", asMany("metricSteps")],
  ["finalLoss", "a number or null", isNumberOrNull],
  ["finalMetric", "a number or null", isNumberOrNull],
  ["diverged", "true or false", isBoolean],
  ["made", "a whole number", isWhole],
];

/**
 * Reads the finished runs of a comparison's folder.
 * @throws {CommandError} if one is not valid; it names file and line
 */
export function readEntries(lines: readonly unknown[], file: string): readonly Entry[] {
  for (const [index, line] of lines.entries()) {
    const problem =
      problemOf(line, entryChecks) ?? problemOf((line as Entry).outcome.curves, curveChecks);
    if (problem !== undefined) throw new CommandError(`${file}: line ${index + 1}: ${problem}`);
  }
  return lines as readonly Entry[];
}
