/** Precompiled optimizers whose program is shorter while an option stays 0, which sums go without. */
import type { HyperDefaults, HyperOptions, Planner, RuleFactory, Schedule } from "./definition.ts";
import { precompiled } from "./precompiled.ts";
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
 * @param general what `precompiled` takes, for any hyperparameters
 */
export function precompiledTwice<H extends HyperDefaults>(
  option: string,
  by: readonly [guarded: Shortening, unguarded: Shortening],
  ...general: Parameters<typeof precompiled<H>>
): RuleFactory<H> {
  const [role, definition, programs, learningRate, extensions] = general;
  const factory = precompiled(
    role,
    definition,
    programs,
    learningRate,
    extensions,
    () => undefined,
  );
  let planner: Planner | undefined;
  const made = (options: HyperOptions<H> | number | Schedule = {}) => {
    const rule = factory(options as HyperOptions<H>);
    // Not before it is used: most of the optimizers that a page loads never are.
    if (planner === undefined) {
      const less = [shortened(programs[0], by[0]), shortened(programs[1], by[1])] as const;
      const short = precompiled(role, definition, less, learningRate, extensions)().planner;
      const step: Planner["step"] = (each, hyper, ...rest) =>
        (hyper.get(`${definition.name}.${option}`) === 0 ? short : rule.planner).step(
          each,
          hyper,
          ...rest,
        );
      planner = { ...short, step };
    }
    return { ...rule, planner };
  };
  return Object.assign(made, { definition, role });
}
