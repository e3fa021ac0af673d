/** Checks rules whose parameters are surrogates, and computes their weight decay. */
import { chain, frozen } from "../rule/define.ts";
import type { Definition, HyperValue, HyperValues, Part, Rule } from "../rule/definition.ts";
import { checkHyper } from "../rule/hyper.ts";
import { type Group, resolveGroups } from "../runtime/binding/groups.ts";
import type { Plan } from "../runtime/binding/plans.ts";
import type { Tensor } from "../runtime/binding/tensor.ts";
import { BindingError } from "../runtime/errors.ts";
import { HyperAtStep, Schedules } from "../runtime/step/hyper.ts";
import { onlyDisplaces } from "./parameterDependence.ts";

/** The learning rates of a step, by parameter. */
export type Rates = Readonly<Record<string, number>>;

/** The weight decay of each parameter, by name. */
export class Decays {
  /** The factors of the decay. The learning rate comes from the step, which has called its schedule. */
  readonly #factors: ReadonlyMap<string, HyperAtStep>;
  readonly #schedules: Schedules;

  constructor(factors: ReadonlyMap<string, HyperAtStep>, schedules: Schedules) {
    this.#factors = factors;
    this.#schedules = schedules;
  }

  /**
   * Calls the schedules, before anything moves.
   * @throws {HyperparameterError} if one gives an invalid value for step `t`
   */
  begin(t: number): void {
    this.#schedules.begin();
    for (const factors of new Set(this.#factors.values())) {
      factors.begin(t);
    }
  }

  /** Whether a parameter may decay at all. */
  has(parameter: string): boolean {
    return this.#factors.get(parameter)?.values[0] !== 0;
  }

  /** The share of a parameter that a step with these rates removes. */
  shareOf(parameter: string, rates: Rates): number {
    const [decay = 0] = this.#factors.get(parameter)?.values ?? [];
    return decay === 0 ? 0 : decay * (rates[parameter] ?? 0);
  }
}

/** The part that has the hyperparameter of the wrapper. */
const name = "galore";

/** A part without maths, so that groups can set the decay like any other hyperparameter. */
function decaying(weightDecay: HyperValue): Part {
  const definition: Definition = {
    name,
    hyper: { weightDecay: 0 },
    ranges: { weightDecay: "[0, inf)" },
    rule: "",
  };
  checkHyper(name, definition, "weightDecay", weightDecay);
  return { name, role: "transform", definition, hyper: { weightDecay } };
}

const isDecay = (key: string): boolean => key === "weightDecay" || key === `${name}.weightDecay`;

/** The groups without the decay, for the rule itself. */
export function withoutDecay(groups: readonly Group[]): Group[] {
  return groups.map((group) => {
    const kept = Object.entries(group).filter(([key]) => !isDecay(key));
    return Object.fromEntries(kept) as unknown as Group;
  });
}

/**
 * @param rule undefined if a function makes the optimizer; then groups set only the decay
 * @throws {HyperparameterError} if a group sets something that neither the rule nor the wrapper has
 */
export function decaysOf(
  tensors: readonly Tensor[],
  rule: Rule | undefined,
  groups: readonly Group[],
  weightDecay: HyperValue,
): Decays {
  const own: Rule = chain({ parts: [decaying(weightDecay)], planner: frozen.planner });
  const resolved = resolveGroups(tensors, rule === undefined ? own : chain(own, rule), groups);
  const schedules = new Schedules();
  const factors = resolved.flatMap(({ rule, hyper, tensors }) => {
    const each = new HyperAtStep(rule, [`${name}.weightDecay`], hyper, schedules);
    return tensors.map((tensor) => [tensor.name, each] as const);
  });
  return new Decays(new Map(factors), schedules);
}

/**
 * @param plans the plans of the optimizer that steps the surrogates
 * @throws {BindingError} if a rule reads parameters, or weight decay is set but the rule has no learning rate
 */
export function checkPlans(plans: readonly Plan[], decays: Decays): void {
  for (const { rule, hyper, matrix } of plans) {
    if (!onlyDisplaces(rule, hyper, matrix)) {
      const names = readersOf(rule, hyper, matrix).map((each) => `\`${each}\``);
      throw new BindingError(
        `galore: ${names.join(" and ")} reads the parameters, but galore steps in another space. ` +
          "For decoupled decay, give galore a `weightDecay`, and the rule none (adamw has 0.01 by default)",
      );
    }
  }
  const rated = new Set(
    plans
      .filter(({ rule }) => rule.planner.learningRate(rule) !== undefined)
      .flatMap(({ tensors }) => tensors.map((tensor) => tensor.name)),
  );
  const stepped = plans.flatMap(({ tensors }) => tensors);
  if (stepped.some((tensor) => !rated.has(tensor.name) && decays.has(tensor.name))) {
    throw new BindingError(
      "galore: weightDecay is multiplied by the learning rate, and the rule has no learning rate",
    );
  }
}

/** The parts whose text uses the parameters, and not only to add a displacement. */
function readersOf(rule: Rule, hyper: HyperValues, matrix: boolean): string[] {
  const speaks = ({ definition }: Part): boolean =>
    /\bp\b/.test(JSON.stringify([definition.rule, definition.state, definition.evaluation]));
  const speaking = rule.parts.filter(speaks);
  const alone = speaking.filter((part) => {
    if (part.role === "transform") return true;
    return !onlyDisplaces({ parts: [part], planner: rule.planner }, hyper, matrix);
  });
  return (alone.length > 0 ? alone : speaking).map((part) => part.name);
}
