/** Rules that are on only in some steps, chosen by the step's number. */

import type { Definition, HyperDefaults, Part, Rule, Schedule } from "./definition.ts";
import { HyperparameterError } from "./errors.ts";
import { sharing } from "./graph/compose.ts";
import { withShared } from "./graph/shared.ts";
import { checkIsRule } from "./hyper.ts";
import { joined } from "./join.ts";
import { statementsOf } from "./language/statements.ts";
import { textPlanner } from "./planning/prepare.ts";

/** Options of {@link when}. */
export interface WhenOptions {
  /**
   * What a rule passes on while it is off: its input unchanged (`"pass"`, the default; an optimizer passes on the gradient),
   * or `"zero"`, so that parameters stay as they are.
   */
  readonly otherwise?: "pass" | "zero";
}

const flowing = ["g", "u", "p"];

/** Makes names that the definition does not use yet. */
function namerFor({ hyper, state = {} }: Definition, targets: ReadonlySet<string>) {
  const free = (name: string): string =>
    Object.hasOwn(hyper, name) || Object.hasOwn(state, name) || targets.has(name)
      ? free(`${name}2`)
      : name;
  return free;
}

/** The same part, but off where an added hyperparameter is 0. */
function conditional(part: Part, condition: Schedule, otherwise: string): Part {
  const { definition, role } = part;
  const { rule, hyper, state = {}, evaluation } = definition;
  const targets = new Set(statementsOf(definition).map(({ target }) => target));
  const free = namerFor(definition, targets);
  const [active, ticks] = [free("active"), free("ticks")];
  const before = (name: string) => free(`${name}Before`);
  const kept = [...targets].filter((name) => flowing.includes(name) || Object.hasOwn(state, name));
  // An optimizer gets no direction as input, so it passes on the gradient.
  const cameAs = (name: string) => (role === "optimizer" && name === "u" ? "g" : name);
  const isZero = (name: string) => otherwise === "zero" && (name === "g" || name === "u");
  // Its `t` counts only the steps in which it is on.
  const counts = /\bt\b/.test(`${rule} ${evaluation}`);
  const counting = (text: string) => text.replace(/\bt\b/g, ticks);
  const lines = [
    ...[...new Set(kept.map(cameAs))].map((name) => `${before(name)} = ${name}`),
    ...(counts ? [`${ticks} = ${ticks} + where(${active} == 0, 0, 1)`] : []),
    counting(rule),
    ...kept.map((name) => {
      const off = isZero(name) ? "0" : before(cameAs(name));
      return `${name} = where(${active} == 0, ${off}, ${name})`;
    }),
  ];
  const changed: Definition = {
    ...definition,
    hyper: { ...hyper, [active]: 1 },
    state: { ...state, ...(counts && { [ticks]: { kind: "scalar", initial: 0 } }) },
    rule: lines.join("\n"),
    ...(evaluation !== undefined && { evaluation: counting(evaluation) }),
  };
  return { ...part, definition: changed, hyper: { ...part.hyper, [active]: condition } };
}

/**
 * Applies a rule only in some steps. In the others it changes nothing, its state stays, and its own `t` does not advance.
 *
 * The condition gets the number of the step in the run, from 1, as schedules do. While the rule is off, it passes its
 * input on, as if it were not in the chain; after an optimizer that is off, the direction is the gradient. With
 * `otherwise: "zero"` the direction is 0, and parameters stay as they are. Averages and projections are skipped likewise.
 *
 * In Optax this is conditionally_transform, and with `"zero"` conditionally_mask; their conditions count from 0. Schedules
 * of the rule's hyperparameters follow the run's step number; in Optax they stop while the rule is off.
 *
 * @param condition gets the step's number, from 1; the rule is on where it returns true
 * @param rule the rule to apply
 * @throws {HyperparameterError} where `rule` is not a rule, or `condition` is not a function
 * @example
 * optimize(net, chain(when((step) => step <= 100, clipByGlobalNorm(1)), adam()))
 */
export function when<H extends HyperDefaults>(
  condition: (step: number) => boolean,
  rule: Rule<H>,
  { otherwise = "pass" }: WhenOptions = {},
): Rule<H> {
  checkIsRule("when", "the second argument", rule);
  if (typeof condition !== "function") {
    throw new HyperparameterError(
      "when: the first argument must be a function of the step number, such as (step) => step <= 100",
    );
  }
  if (otherwise !== "pass" && otherwise !== "zero") {
    throw new HyperparameterError(`when: otherwise must be "pass" or "zero", not "${otherwise}"`);
  }
  // It lets the rule count its own steps.
  sharing.provide(withShared);
  const active = (step: number) => Number(condition(step));
  const parts = rule.parts.map((part) => conditional(part, active, otherwise));
  const whole = { ...(rule as unknown as Rule), parts };
  return joined([whole], rule.select, textPlanner) as unknown as Rule<H>;
}
