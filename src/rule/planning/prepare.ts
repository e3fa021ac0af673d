/** Makes programs from a rule's text and its hyperparameters. */

import { type HyperValues, type Planner, type Rule, stateOf } from "../definition.ts";
import { compose, learningRatePart } from "../graph/compose.ts";
import { elaborateEvaluation, elaborateInitial } from "../graph/elaborate.ts";
import { GraphBuilder, reachable, type Store } from "../graph/graph.ts";
import { isHost } from "../graph/kinds.ts";
import { projectionsBehind } from "../graph/order.ts";
import { decider, type Statics, simplify } from "../graph/simplify.ts";
import { schedule } from "./passes.ts";
import type { Program } from "./program.ts";
import { remembering } from "./programCache.ts";

/**
 * The hyperparameters that no schedule changes. Switches are 1 and 0.
 * @param matrix whether it is for tensors of two or more dimensions
 */
export function staticsOf(hyper: HyperValues, matrix?: boolean): Statics {
  return {
    get(name) {
      const value = name === "matrix" ? matrix : hyper.get(name);
      return typeof value === "function" || value === undefined ? undefined : Number(value);
    },
  };
}

/**
 * The program of a rule with the hyperparameters of one group.
 * @param guard whether all gradients are checked before anything is stored
 * @param matrix whether it is for tensors of two or more dimensions
 * @param rounded the slots whose storage type is narrower than the type of the computation
 */
export function programOf(
  rule: Rule,
  hyper: HyperValues,
  guard: boolean,
  matrix = true,
  rounded: readonly string[] = [],
): Program {
  const statics = staticsOf(hyper, matrix);
  const stores = simplify(compose(rule), statics).map((store) =>
    rounded.includes(store.slot) ? { ...store, rounded: true } : store,
  );
  return schedule(stores, { guard, known: decider(statics) });
}

/** The initial values of these states, as stores of a program that runs once. */
function initialStores(rule: Rule, states: readonly string[]): Store[] {
  const graph = new GraphBuilder();
  return rule.parts.flatMap((part) =>
    Object.entries(stateOf(part.definition)).flatMap(([name, { initial, kind }]) => {
      const slot = `${part.name}.${name}`;
      return typeof initial === "string" && states.includes(slot)
        ? [
            {
              slot,
              value: elaborateInitial(part, initial, kind, graph),
              // For a square matrix, the value goes to its diagonal.
              kind: kind === "left" || kind === "right" ? "scalar" : kind,
            },
          ]
        : [];
    }),
  );
}

/** For each rule, whether it reads `matrix`; remembered, because every group asks. */
const asking = new WeakMap<Rule, boolean>();

/** The program that initializes those of these states that start from an expression, if any do. */
function initialProgram(
  rule: Rule,
  hyper: HyperValues,
  states: readonly string[],
): Program | undefined {
  const stores = initialStores(rule, states);
  return stores.length === 0
    ? undefined
    : schedule(simplify(stores, staticsOf(hyper)), { guard: false });
}

/** The program that computes the weights to evaluate, if they are not the parameters. */
function evaluationProgram(rule: Rule, hyper: HyperValues, matrix: boolean): Program | undefined {
  const part = rule.parts.findLast(({ definition }) => definition.evaluation !== undefined);
  if (part === undefined) {
    return undefined;
  }
  const graph = new GraphBuilder();
  const { evaluation } = part.definition;
  const value = elaborateEvaluation(part, evaluation!, graph, projectionsBehind(rule));
  const scalars = Object.entries(stateOf(part.definition))
    .filter(([, { kind }]) => isHost(kind))
    .map(([name, { kind }]): Store => {
      const slot = `${part.name}.${name}`;
      return { slot, value: graph.slot(slot, kind), kind };
    });
  const stores = simplify([{ slot: "p", value }, ...scalars], staticsOf(hyper, matrix));
  return schedule(stores, { guard: false });
}

/** Plans a rule from its text. Hyperparameters that decide the program's form lead to different programs. */
export const textPlanner: Planner = {
  step: remembering(programOf),
  initial: remembering(initialProgram),
  evaluation: remembering(evaluationProgram),
  asksForMatrix(rule) {
    const asks =
      asking.get(rule) ??
      reachable(compose(rule).map((store) => store.value)).some(
        (node) => node.form === "fact" && node.name === "matrix",
      );
    asking.set(rule, asks);
    return asks;
  },
  learningRate(rule) {
    const part = learningRatePart(rule) ?? rule.parts.findLast((each) => "lr" in each.hyper);
    return part && `${part.name}.lr`;
  },
};
