/** Finds rules that read the parameters, other than to add a displacement to them. */
import type { HyperValues, Rule } from "../rule/definition.ts";
import type { Node } from "../rule/graph/graph.ts";
import { elementOperators } from "../rule/graph/operators.ts";
import type { Program } from "../rule/planning/program.ts";

/** Examines a program's nodes, given the hyperparameters that do not change. */
class Reader {
  readonly #hyper: HyperValues;
  readonly #reads = new Map<Node, boolean>();

  constructor(hyper: HyperValues) {
    this.#hyper = hyper;
  }

  /** Whether a value depends on the parameter. A product with zero does not. */
  reads(node: Node): boolean {
    let reads = this.#reads.get(node);
    if (reads === undefined) {
      const vanishes =
        node.form === "element" &&
        node.operator === "multiply" &&
        node.operands.some((operand) => this.#valueOf(operand) === 0);
      reads = !vanishes && (isParameter(node) || node.operands.some((each) => this.reads(each)));
      this.#reads.set(node, reads);
    }
    return reads;
  }

  /** Whether a value is the parameter plus a term that does not depend on it. */
  displaces(node: Node): boolean {
    if (isParameter(node)) {
      return true;
    }
    if (node.form !== "element") {
      return false;
    }
    const [a, b] = node.operands as [Node, Node];
    if (node.operator === "subtract") {
      return this.displaces(a) && !this.reads(b);
    }
    return (
      node.operator === "add" &&
      ((this.displaces(a) && !this.reads(b)) || (this.displaces(b) && !this.reads(a)))
    );
  }

  #valueOf(node: Node): number | undefined {
    if (node.form === "constant") {
      return node.value;
    }
    if (node.form === "hyper") {
      const value = this.#hyper.get(node.name);
      return typeof value === "function" ? undefined : Number(value);
    }
    if (node.form !== "element" || node.kind !== "uniform") {
      return undefined;
    }
    const [a, b, c] = node.operands.map((operand) => this.#valueOf(operand));
    return [a, b, c].slice(0, node.operands.length).includes(undefined)
      ? undefined
      : elementOperators[node.operator].evaluate(a!, b!, c!);
  }
}

const isParameter = (node: Node): boolean => node.form === "slot" && node.name === "p";

/** The values that a program keeps for the next step, by slot. */
function resultsOf(program: Program): { slot: string; value: Node }[] {
  const written = program.passes.flatMap((pass) =>
    pass.form === "loop"
      ? [...pass.stores, ...pass.lines.map(({ slot, node }) => ({ slot, value: node as Node }))]
      : [{ slot: pass.result, value: pass.node as Node }],
  );
  const passing = program.slots.filter(({ temporary }) => temporary).map(({ name }) => name);
  return [...written.filter(({ slot }) => !passing.includes(slot)), ...program.scalars];
}

/** Whether a rule makes the same steps wherever the parameters are. */
export function onlyDisplaces(rule: Rule, hyper: HyperValues, matrix: boolean): boolean {
  const reader = new Reader(hyper);
  const { planner } = rule;
  const step = planner.step(rule, hyper, false, matrix);
  const states = [...step.slots.map(({ name }) => name), ...step.scalars.map(({ slot }) => slot)];
  const initial = planner.initial(rule, hyper, states);
  return (
    planner.evaluation(rule, hyper, matrix) === undefined &&
    resultsOf(step).every(({ slot, value }) =>
      slot === "p" ? reader.displaces(value) : !reader.reads(value),
    ) &&
    (initial === undefined || resultsOf(initial).every(({ value }) => !reader.reads(value)))
  );
}
