/** Adam in six stages, each a rule of the library, for the article's construction term by term. */
import { defineOptimizer, type Rule } from "gradus";
import type { RuleEntry } from "../../playground/state.ts";

/** The settings of all stages; each stage uses those that its text names. */
export interface Settings {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

export interface Stage {
  /** The lines of the rule without the last, which all share: `p = p - lr * u`. */
  readonly lines: readonly string[];
  readonly rule: (settings: Settings) => Rule;
  /** The rule as a custom rule of the playground. */
  readonly entry: (settings: Settings) => RuleEntry;
}

const mean = "m = beta1 * m + (1 - beta1) * g";
const square = "v = beta2 * v + (1 - beta2) * g^2";

function stage(name: string, ...lines: readonly string[]): Stage {
  const text = lines.join("\n");
  const named = (known: string) => new RegExp(`\\b${known}\\b`).test(text);
  const defaults = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 };
  const hyper = Object.fromEntries(
    Object.entries(defaults).filter(([known]) => known === "lr" || named(known)),
  );
  const state = Object.fromEntries(["m", "v"].filter(named).map((each) => [each, 0]));
  const define = defineOptimizer({ name, hyper, state, rule: text });
  const options = (settings: Settings) =>
    Object.fromEntries(Object.keys(hyper).map((key) => [key, settings[key as keyof Settings]]));
  const states = Object.entries(state).map(([key, initial]) => [key, { kind: "element", initial }]);
  return {
    lines,
    rule: (settings) => define(options(settings)),
    entry: (settings) => ({
      ...{ kind: "rule", name, rule: text, hyper: options(settings), ranges: {} },
      state: Object.fromEntries(states),
    }),
  };
}

/** By the names in the choice. */
export const stages = {
  gradient: stage("gradient", "u = g"),
  momentum: stage("mean", mean, "u = m"),
  RMSprop: stage("root", square, "u = g / sqrt(v)"),
  both: stage("meanOverRoot", mean, square, "u = m / sqrt(v)"),
  corrected: stage("corrected", mean, square, "u = (m / (1 - beta1^t)) / sqrt(v / (1 - beta2^t))"),
  Adam: stage(
    "assembled",
    mean,
    square,
    "u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)",
  ),
} as const satisfies Readonly<Record<string, Stage>>;

export type StageName = keyof typeof stages;
export const stageNames = Object.keys(stages) as readonly StageName[];

/** The lines of a stage that the previous one does not have. */
export function newLines(name: StageName): readonly boolean[] {
  const before = stageNames[stageNames.indexOf(name) - 1];
  const known: readonly string[] = before === undefined ? [] : stages[before].lines;
  return stages[name].lines.map((line) => !known.includes(line));
}
