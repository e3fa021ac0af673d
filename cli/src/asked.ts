/** Checks `run.json` before a run resumes: the file may come from anywhere. */
import { join } from "node:path";
import { isKept } from "./compare/kept.ts";
import { isTaskSource } from "./compare/task-source.ts";
import { CommandError } from "./errors.ts";
import {
  type Check,
  isCount,
  isDate,
  isNumber,
  isObject,
  isPowerOfTwo,
  isText,
  optional,
  problemOf,
} from "./fields.ts";
import type { Asked } from "./run-folder.ts";
import { parseRule } from "./specification.ts";

function isRule(text: unknown): boolean {
  try {
    return isText(text) && parseRule(text).label === text;
  } catch {
    return false;
  }
}

const isOptionalText = optional(isText);
const isSwitch = optional((value) => typeof value === "boolean");
const isTexts = optional((value) => Array.isArray(value) && value.every(isText));

const common: readonly Check[] = [
  ["command", "what was typed", isText],
  ["date", "a date", isDate],
  ["task", "a task of this version of gradus, or the path of a module", isTaskSource],
  ["options", "an object", isObject],
];

const checks: Readonly<Record<Asked["kind"], readonly Check[]>> = {
  train: [
    ["lr", "a learning rate above 0", (value) => isNumber(value) && value > 0],
    ["options.rule.label", "an optimizer, or a chain of rules", isRule],
    ...["seed", "steps", "batch", "checkpointEvery", "keep"].map(
      (name): Check => [`options.${name}`, "a whole number, 1 or more", isCount],
    ),
    ["options.microBatches", "a power of two", optional(isPowerOfTwo)],
    ["options.settings", "an object", isObject],
    ["options.data", "a folder", isOptionalText],
    ["options.kept", "a type, and a rounding that it has", optional(isKept)],
  ],
  compare: [
    ...["optimizers", "lr", "record", "seeds", "steps", "batch", "data", "out", "jobs"].map(
      (name): Check => [`options.${name}`, "a text", isOptionalText],
    ),
    ...["sweep", "json", "quiet"].map(
      (name): Check => [`options.${name}`, "true or false", isSwitch],
    ),
    ["options.set", "a list of texts", isTexts],
  ],
};

/** @throws {CommandError} if the folder's `run.json` does not say how to resume */
export function requireAsked({ path }: { readonly path: string }, asked: Asked): void {
  const problem = problemOf(asked, [...common, ...checks[asked.kind]]);
  if (problem !== undefined) throw new CommandError(`${join(path, "run.json")}: ${problem}`);
}
