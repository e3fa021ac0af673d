/** Precompiled optimizers whose program is shorter while an option stays 0, which sums go without. */
import type { Definition, HyperDefaults, Planner, Role, RuleFactory } from "../definition.ts";
import { ruleFactory } from "../factory.ts";
import { assembledModules, type Programs, precompiledPlanner } from "./precompiled.ts";
import type { NodeData, ProgramData } from "./serialize.ts";

/** What makes the shorter program of the one for any hyperparameters, by positions of nodes. */
export interface Shortening {
  readonly changed: Readonly<Record<number, NodeData>>;
  readonly gone: readonly number[];
}

export function shortened(data: ProgramData, { changed, gone }: Shortening): ProgramData {
  const kept = (positions: readonly number[]) => positions.filter((each) => !gone.includes(each));
  return {
    ...data,
    nodes: data.nodes.map((node, position) => changed[position] ?? node),
    values: kept(data.values),
    host: data.host.filter(([node]) => !gone.includes(node)),
    passes: data.passes.map((pass) => ({
      ...pass,
      compute: kept(pass.compute),
      values: kept(pass.values),
    })),
  };
}

/**
 * @param option the one that must stay 0 for the shorter program
 * @param by what shortens each of the programs
 * @param programs for any hyperparameters
 * @param provide provides what they need beyond loops over elements, if anything
 */
export function precompiledTwice<H extends HyperDefaults>(
  option: string,
  by: readonly [guarded: Shortening, unguarded: Shortening],
  role: Role,
  definition: Definition<H>,
  programs: Programs,
  learningRate: string,
  provide?: () => void,
): RuleFactory<H> {
  provide?.();
  const { name } = definition;
  const general = precompiledPlanner(name, programs, learningRate);
  let short: Planner | undefined;
  // Not before it is used: most of the optimizers that a page loads never are.
  const shorter = () =>
    (short ??= precompiledPlanner(
      name,
      [shortened(programs[0], by[0]), shortened(programs[1], by[1])],
      learningRate,
      () => assembledModules.get(name),
    ));
  const planner: Planner = {
    ...general,
    step: (rule, hyper, ...rest) =>
      (hyper.get(`${name}.${option}`) === 0 ? shorter() : general).step(rule, hyper, ...rest),
  };
  return ruleFactory(role, definition, planner);
}
