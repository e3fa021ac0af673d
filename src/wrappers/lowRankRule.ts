/** What a rule must not do where its parameters are surrogates of others, and what it says of decay. */
import { chain } from "../rule/define.ts";
import type { Definition, HyperValue, HyperValues, Part, Rule } from "../rule/definition.ts";
import { checkHyper } from "../rule/hyper.ts";
import { type Group, type ResolvedGroup, resolveGroups } from "../runtime/binding/groups.ts";
import type { Tensor } from "../runtime/binding/tensor.ts";
import { BindingError } from "../runtime/errors.ts";
import { HyperAtStep, Schedules } from "../runtime/step/hyper.ts";
import { onlyDisplaces } from "./parameterDependence.ts";

/** Learning rates of a step, by parameter. */
export type Rates = Readonly<Record<string, number>>;

/** What each step takes off the parameters, by name; nothing of those whose rule has no rate to decay by. */
export class Decays {
  /** The decay; the rate is the step's own, which has asked its schedule. */
  readonly #factors: ReadonlyMap<string, HyperAtStep | undefined>;

  readonly #schedules: Schedules;

  constructor(factors: ReadonlyMap<string, HyperAtStep | undefined>, schedules: Schedules) {
    this.#factors = factors;
    this.#schedules = schedules;
  }

  /**
   * Asks the schedules, before anything moves.
   * @throws {HyperparameterError} where one gives step `t` what it must not
   */
  begin(t: number): void {
    this.#schedules.begin();
    for (const factors of new Set(this.#factors.values())) {
      factors?.begin(t);
    }
  }

  /** What a step by these rates takes off a parameter. */
  shareOf(parameter: string, rates: Rates): number {
    const [decay = 0] = this.#factors.get(parameter)?.values ?? [];
    return decay === 0 ? 0 : decay * (rates[parameter] ?? 0);
  }
}

/** The name under which the rule of a wrapper has its hyperparameter. */
const name = "galore";

/** A part without maths, so that groups can set the decay as they set any hyperparameter. */
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

/** The groups as the rule itself has them. */
export function withoutDecay(groups: readonly Group[]): Group[] {
  return groups.map((group) => {
    const kept = Object.entries(group).filter(([key]) => !isDecay(key));
    return Object.fromEntries(kept) as unknown as Group;
  });
}

/**
 * @throws {BindingError} where the rule reads parameters, or is to decay without a rate
 * @throws {HyperparameterError} where a group sets what neither the rule nor the wrapper has
 */
export function decaysOf(
  tensors: readonly Tensor[],
  rule: Rule,
  groups: readonly Group[],
  weightDecay: HyperValue,
): Decays {
  const own: Rule = { parts: [decaying(weightDecay)], planner: rule.planner };
  const resolved = resolveGroups(tensors, chain(own, rule), groups);
  const schedules = new Schedules();
  const factors = resolved.flatMap((group) => {
    const stepping = bare(group);
    refuseReaders(stepping);
    const each = factorsOf(group, stepping.rule, schedules);
    return group.tensors.map((tensor) => [tensor.name, each] as const);
  });
  return new Decays(new Map(factors), schedules);
}

/** A group whose rule is without the part that only the groups needed. */
function bare(group: ResolvedGroup): ResolvedGroup {
  const parts = group.rule.parts.filter((part) => part.name !== name);
  return { ...group, rule: { parts, planner: group.rule.planner } };
}

/** @param stepping the group's rule without the wrapper's part */
function factorsOf(
  { rule, hyper }: ResolvedGroup,
  stepping: Rule,
  schedules: Schedules,
): HyperAtStep | undefined {
  const lr = stepping.planner.learningRate(stepping);
  if (lr !== undefined) {
    return new HyperAtStep(rule, [`${name}.weightDecay`], hyper, schedules);
  }
  if (hyper.get(`${name}.weightDecay`) !== 0) {
    throw new BindingError("galore: weightDecay is times the learning rate, and the rule has none");
  }
  return undefined;
}

function refuseReaders({ rule, hyper, tensors }: ResolvedGroup): void {
  const asks = rule.planner.asksForMatrix(rule);
  const ranks = asks ? new Set(tensors.map(({ shape }) => shape.length >= 2)) : [true];
  for (const matrix of ranks) {
    if (!onlyDisplaces(rule, hyper, matrix)) {
      const names = readersOf(rule, hyper, matrix).map((each) => `\`${each}\``);
      throw new BindingError(
        `galore: ${names.join(" and ")} reads the parameters, which are not where it steps. ` +
          "For decoupled decay give galore a `weightDecay`, and the rule none (adamw has 0.01 by default)",
      );
    }
  }
}

/** The parts whose text speaks of parameters and is not harmless by itself. */
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
