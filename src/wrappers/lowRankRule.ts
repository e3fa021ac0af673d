/** What a rule must not do where its parameters are shadows of others, and what it says of decay. */
import { chain } from "../rule/define.ts";
import type { HyperValue, HyperValues, Part, Rule } from "../rule/definition.ts";
import { checkHyper } from "../rule/hyper.ts";
import { BindingError } from "../runtime/errors.ts";
import { type Group, type ResolvedGroup, resolveGroups } from "../runtime/groups.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { onlyDisplaces } from "./displacement.ts";

/** What each step takes off a parameter: these two, multiplied. */
export interface Decay {
  readonly lr: HyperValue;
  readonly weightDecay: HyperValue;
}

/** What step `t` takes off. */
export function shareAt({ lr, weightDecay }: Decay, t: number): number {
  const [rate, decay] = [lr, weightDecay].map((each) =>
    Number(typeof each === "function" ? each(t) : each),
  );
  return rate! * decay!;
}

/** The name under which the rule of a wrapper has its hyperparameter. */
const name = "galore";

/** A part without maths, so that groups can set the decay as they set any hyperparameter. */
function decaying(weightDecay: HyperValue): Part {
  const hyper = { weightDecay: 0 };
  checkHyper(name, hyper, "weightDecay", weightDecay);
  const definition = { name, hyper, rule: "" };
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
 * The decay of each parameter, by name.
 * @throws {BindingError} where the rule reads parameters, or has no rate to decay by
 * @throws {HyperparameterError} where a group sets what neither the rule nor the wrapper has
 */
export function decaysOf(
  tensors: readonly Tensor[],
  rule: Rule,
  groups: readonly Group[],
  weightDecay: HyperValue,
): ReadonlyMap<string, Decay> {
  const own: Rule = { parts: [decaying(weightDecay)], planner: rule.planner };
  const resolved = resolveGroups(tensors, chain(own, rule), groups);
  return new Map(
    resolved.map(bare).flatMap((group) => {
      refuseReaders(group);
      const decay = decayOf(group);
      return group.tensors.map((tensor) => [tensor.name, decay] as const);
    }),
  );
}

/** A group whose rule is without the part that only the groups needed. */
function bare(group: ResolvedGroup): ResolvedGroup {
  const parts = group.rule.parts.filter((part) => part.name !== name);
  return { ...group, rule: { parts, planner: group.rule.planner } };
}

function decayOf({ rule, hyper }: ResolvedGroup): Decay {
  const weightDecay = hyper.get(`${name}.weightDecay`)!;
  const lr = hyper.get(rule.planner.learningRate(rule) ?? "");
  if (lr === undefined && weightDecay !== 0) {
    throw new BindingError("galore: weightDecay is times the learning rate, and the rule has none");
  }
  return { lr: lr ?? 0, weightDecay };
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
