/** Rules whose programs were made when the package was built, so that no parser is needed at run time. */
import type {
  Definition,
  HyperDefaults,
  HyperValue,
  Planner,
  Role,
  RuleFactory,
} from "../definition.ts";
import { ruleFactory } from "../factory.ts";
import type { Node, NodeOf } from "../graph/graph.ts";
import { join, type Kind } from "../graph/kinds.ts";
import { basicOperators, isBasic, type ValueType } from "../graph/operators.ts";
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
  const operator = letter;
  const type: ValueType = isBasic(operator) ? basicOperators[operator].result : "number";
  const kind = operands.map((operand) => operand.kind).reduce((a, b) => join(a, b)!);
  return { ...base, form: "element", kind, type, operator, operands } as Node;
}

/** @param part the name of the single part of these programs */
export function reviveNodes(list: readonly NodeData[], part: string): readonly Node[] {
  const nodes: Node[] = [];
  for (const data of list) {
    nodes.push(reviveNode(data, nodes.length, nodes, part));
  }
  return nodes;
}

/** A program from its data, with its modules if there are any. */
export function revive(
  data: ProgramData,
  nodes: readonly Node[],
  assembled?: AssembledModules,
): Program {
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

/** The package's WebAssembly modules of the usual programs with the check of gradients, by the optimizer's name. */
export const assembledModules = new Map<string, AssembledModules>();

/** The programs of one optimizer. */
export interface Programs {
  /** The nodes of all programs. */
  readonly nodes: readonly NodeData[];
  /** Each program with the check of gradients, followed by the same one without. The usual form comes first. */
  readonly programs: readonly ProgramData[];
  /** The options that decide which program is used. `others` maps their forms to a program's number, if it is not 0. */
  readonly options?: readonly string[];
  readonly others?: Readonly<Record<string, number>>;
}

/** As much of an option as a program may depend on: a schedule may have any value. */
export const formOf = (value: HyperValue | undefined): string =>
  typeof value === "function" ? "schedule" : value && value !== true ? "number" : String(value);

/**
 * Plans a rule with precompiled programs, for any hyperparameters.
 * @param programsOf gives the programs; called late, because most imported optimizers are never used
 */
export function precompiledPlanner(
  name: string,
  programsOf: () => Programs,
  learningRate: string,
): Planner {
  let all: Programs | undefined;
  let shared: readonly Node[] | undefined;
  const revived: Program[] = [];
  return {
    step(_rule, hyper, guard) {
      all ??= programsOf();
      const { nodes, programs, options = [], others = {} } = all;
      const forms = options.map((option) => formOf(hyper.get(`${name}.${option}`)));
      const index = 2 * (others[forms.join()] ?? 0) + (guard ? 0 : 1);
      shared ??= reviveNodes(nodes, name);
      revived[index] ??= revive(
        programs[index]!,
        shared,
        index === 0 ? assembledModules.get(name) : undefined,
      );
      return revived[index];
    },
    asksForMatrix: () => false,
    evaluation: () => undefined,
    initial: () => undefined,
    learningRate: () => learningRate,
  };
}

/**
 * An optimizer with precompiled programs, for any hyperparameters.
 * @param provide provides what the programs need beyond loops over elements
 */
export function precompiled<H extends HyperDefaults>(
  role: Role,
  definition: Definition<H>,
  programsOf: () => Programs,
  learningRate: string,
  ...provide: readonly (() => void)[]
): RuleFactory<H> {
  for (const each of provide) {
    each();
  }
  const planner = precompiledPlanner(definition.name, programsOf, learningRate);
  return ruleFactory(role, definition, planner);
}
