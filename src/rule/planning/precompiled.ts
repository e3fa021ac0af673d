/** Rules whose programs were made when the package was built: they need no parser at run time. */
import type { Definition, HyperDefaults, Planner, Role, RuleFactory } from "../definition.ts";
import { ruleFactory } from "../factory.ts";
import type { Node, NodeOf } from "../graph/graph.ts";
import { join, type Kind } from "../graph/kinds.ts";
import { elementOperators, type ValueType } from "../graph/operators.ts";
import { guardSite } from "../graph/sites.ts";
import type { AssembledModules, Program, Reduction } from "./program.ts";
import type { NodeData, ProgramData } from "./serialize.ts";

const leaves = { c: "constant", h: "hyper", f: "fact", s: "slot" } as const;

function reviveNode(data: NodeData, id: number, nodes: readonly Node[], part: string): Node {
  const [letter, ...rest] = data;
  const base = { id, origin: undefined, operands: [] as Node[] };
  if (Object.hasOwn(leaves, letter)) {
    const form = leaves[letter as keyof typeof leaves];
    const kind: Kind = form === "slot" ? "element" : "uniform";
    const content = form === "constant" ? { value: rest[0] } : { name: rest[0], part };
    return { ...base, form, kind, type: "number", ...content } as Node;
  }
  if (letter === "r") {
    const [operator, scope, operand] = rest;
    const operands = [nodes[operand as number]!];
    return {
      ...base,
      form: "reduction",
      kind: "scalar",
      type: "number",
      operator,
      scope,
      over: "element",
      site: scope === "global" ? guardSite : undefined,
      operands,
    } as Node;
  }
  const operands = rest.map((operand) => nodes[operand as number]!);
  const operator = letter as keyof typeof elementOperators;
  const type: ValueType = elementOperators[operator].result;
  const kind = operands.map((operand) => operand.kind).reduce((a, b) => join(a, b)!);
  return { ...base, form: "element", kind, type, operator, operands };
}

/**
 * The program that `serialize` wrote down, with its modules if there are any.
 * @param part the name of the one part that it has
 */
export function revive(data: ProgramData, part: string, assembled?: AssembledModules): Program {
  const nodes: Node[] = [];
  for (const each of data.nodes) {
    nodes.push(reviveNode(each, nodes.length, nodes, part));
  }
  const at = (positions: readonly number[]) => positions.map((position) => nodes[position]!);
  const reductions = at(data.reductions).map(
    (node, index): Reduction => ({ index, node: node as NodeOf<"reduction"> }),
  );
  return {
    slots: data.slots.map((name) => ({ name, kind: "element", temporary: false })),
    passes: data.passes.map((pass, stage) => ({
      form: "loop",
      stage: pass.exact ?? stage,
      exact: pass.exact !== undefined,
      kind: "element",
      byRows: false,
      lines: [],
      loads: pass.loads.map(([slot, node]) => ({ slot, node: nodes[node]! })),
      compute: at(pass.compute) as NodeOf<"element">[],
      stores: pass.stores.map(([slot, node]) => ({ slot, value: nodes[node]! })),
      reductions: pass.reductions.map((index) => reductions[index]!),
      values: at(pass.values),
    })),
    values: at(data.values),
    host: data.host.map(([node, stage]) => ({ node: nodes[node]!, stage })),
    reductions,
    guard: nodes[data.guard!],
    gradientNorm: undefined,
    scalars: [],
    assembled,
  };
}

/** Modules of programs with the check of gradients that the package brings along, by the optimizer's name. */
export const assembledModules = new Map<string, AssembledModules>();

/** Programs with the check of gradients and without. */
export type Programs = readonly [guarded: ProgramData, unguarded: ProgramData];

/**
 * Plans a rule whose programs are at hand, for any hyperparameters.
 * @param modules of the program with the check, if there are any
 */
export function precompiledPlanner(
  name: string,
  programs: Programs,
  learningRate: string,
  modules?: () => AssembledModules | undefined,
): Planner {
  const revived: Program[] = [];
  return {
    step(_rule, _hyper, guard) {
      const index = guard ? 0 : 1;
      revived[index] ??= revive(programs[index], name, guard ? modules?.() : undefined);
      return revived[index];
    },
    asksForMatrix: () => false,
    evaluation: () => undefined,
    initial: () => undefined,
    learningRate: () => learningRate,
  };
}

/**
 * An optimizer with its programs at hand, for any hyperparameters.
 * @param provide provides what they need beyond loops over elements, if anything
 */
export function precompiled<H extends HyperDefaults>(
  role: Role,
  definition: Definition<H>,
  programs: Programs,
  learningRate: string,
  provide?: () => void,
): RuleFactory<H> {
  provide?.();
  const { name } = definition;
  const modules = () => assembledModules.get(name);
  const planner = precompiledPlanner(name, programs, learningRate, modules);
  return ruleFactory(role, definition, planner);
}
