/** Computes a program's uniforms and scalars on the host, in float64. */
import type { HyperValues } from "../../rule/definition.ts";
import type { Fact, Node, NodeOf } from "../../rule/graph/graph.ts";
import {
  basicOperators,
  exponentials,
  isBasic,
  newWholePower,
  type Write,
} from "../../rule/graph/operators.ts";
import { numbersOf, type Program } from "../../rule/planning/program.ts";
import type { FloatArray } from "../memory/memory.ts";

/** The inputs of host values. */
export interface HostInputs {
  /** By index in `HostPlan.ages`. Ages start at 1. */
  readonly ages: Float64Array;
  /** The loss passed to the step; NaN if there was none. */
  loss: number;
  rows: number;
  cols: number;
  size: number;
  /** The number of elements in this step. */
  count: number;
  /** By index in `HostPlan.hyper`. */
  readonly hyper: Float64Array;
  /** By index of the reduction. */
  readonly reductions: Float64Array;
  /** By index of the program's scalars: the tensor's states of one number. */
  readonly scalars: Float64Array;
}

/** The age of a part, or of the states of the part that all parameters share. */
export interface Age {
  readonly part: string;
  readonly shared: boolean;
}

/** A value that kernels read: its position on the host, and in the kernels' block. */
interface Read {
  readonly from: number;
  readonly to: number;
}

/** The values that a stage makes available. */
interface Stage {
  /** Computes values that are the same for all tensors. */
  readonly common: readonly Step[];
  /** The positions of these values. */
  readonly copied: readonly number[];
  /** Computes the values of each tensor, after the common ones. */
  readonly own: readonly Step[];
  /** The values that kernels read. */
  readonly read: readonly Read[];
}

/** Writes one value. It does not return it, because a returned number would be allocated. */
type Step = (values: Float64Array, inputs: HostInputs) => void;

/** The host's part of a program, in the order to compute it. */
export class HostPlan {
  /** The hyperparameters that are read, by qualified name. */
  readonly hyper: readonly string[];
  readonly ages: readonly Age[];
  /** Whether any value that loops, routines or states of one number need depends on the tensor. */
  readonly perTensor: boolean;
  readonly length: number;
  /** Whether the rule reads the step's loss. */
  readonly usesLoss: boolean;
  readonly #positions: ReadonlyMap<number, number>;
  /** Stages with this number or a higher one compute nothing. */
  readonly stages: number;
  /** Computes the values that are the same in all steps. */
  readonly #fixed: readonly Step[];
  readonly #stages: readonly Stage[];
  readonly #read: readonly Read[];

  constructor(program: Program, hyper: HyperValues) {
    const nodes = program.host.map(({ node }) => node);
    this.length = nodes.length;
    this.#positions = new Map(nodes.map((node, index) => [node.id, index]));
    this.hyper = nodes.flatMap((node) => (node.form === "hyper" ? [node.name] : []));
    this.ages = nodes.flatMap((node) => ageOf(node) ?? []);
    this.usesLoss = nodes.some((node) => node.form === "fact" && node.name === "loss");
    const own = ownAmong(nodes);
    this.perTensor = readPerTensor(program).some((node) => own.has(node));
    this.stages = Math.max(0, ...program.host.map(({ stage }) => stage)) + 1;
    const changing = changingAmong(nodes, hyper);
    const stepsOf = (list: readonly Node[]) => list.map((node) => this.#stepOf(program, node));
    this.#fixed = stepsOf(nodes.filter((node) => !changing.has(node)));
    this.#read = program.values.map((node, index) => ({ from: this.position(node), to: index }));
    this.#stages = Array.from({ length: this.stages }, (_, stage) => {
      const here = program.host
        .filter((entry) => entry.stage === stage && changing.has(entry.node))
        .map(({ node }) => node);
      const present = new Set(here);
      const common = here.filter((node) => !own.has(node));
      return {
        common: stepsOf(common),
        copied: common.map((node) => this.position(node)),
        own: stepsOf(here.filter((node) => own.has(node))),
        read: this.#read.filter((_, index) => present.has(program.values[index]!)),
      };
    });
  }

  /** The position of a node's value. */
  position(node: Node): number {
    return this.#positions.get(node.id)!;
  }

  /** Computes the values that are the same in all steps, once. */
  prepare(values: Float64Array, block: FloatArray, inputs: HostInputs): void {
    compute(this.#fixed, values, inputs);
    round(this.#read, values, block);
  }

  /**
   * Computes the values that a stage makes available.
   * @param block the values that kernels read, rounded to their type
   * @param first the values of a tensor for which this stage is already computed: common values are copied from it
   */
  evaluate(
    stage: number,
    values: Float64Array,
    block: FloatArray,
    inputs: HostInputs,
    first?: Float64Array,
  ): void {
    const { common, copied, own, read } = this.#stages[stage]!;
    if (first === undefined) {
      compute(common, values, inputs);
    } else {
      for (let index = 0; index < copied.length; index++) {
        values[copied[index]!] = first[copied[index]!]!;
      }
    }
    compute(own, values, inputs);
    round(read, values, block);
  }

  #stepOf(program: Program, node: Node): Step {
    const to = this.position(node);
    switch (node.form) {
      case "constant":
        return (values) => void (values[to] = node.value);
      case "hyper": {
        const index = this.hyper.indexOf(node.name);
        return (values, { hyper }) => void (values[to] = hyper[index]!);
      }
      case "fact": {
        const age = ageOf(node);
        if (age !== undefined) {
          const index = this.ages.findIndex(
            ({ part, shared }) => part === age.part && shared === age.shared,
          );
          return (values, { ages }) => void (values[to] = ages[index]!);
        }
        return (values, inputs) => void (values[to] = inputs[node.name as TensorFact]);
      }
      case "reduction": {
        const { index } = program.reductions.find((reduction) => reduction.node === node)!;
        return (values, { reductions }) => void (values[to] = reductions[index]!);
      }
      case "slot": {
        const index = program.scalars.findIndex(({ slot }) => slot === node.name);
        return (values, { scalars }) => void (values[to] = scalars[index]!);
      }
      case "element":
        return this.#operatorStep(node);
      default:
        throw new Error(`internal error: the host cannot compute a ${node.form}`);
    }
  }

  #operatorStep(node: NodeOf<"element">): Step {
    const write = writeOf(node);
    const to = this.position(node);
    const [a = 0, b = a, c = a] = node.operands.map((operand) => this.position(operand));
    return (values) => write(values, to, a, b, c);
  }
}

/** Facts that are the same in all steps, except in those with sparse gradients. */
type TensorFact = Exclude<Fact, "matrix" | "t" | "sharedAge">;

/** The age that a node stands for; undefined if it is another kind of node. */
function ageOf(node: Node): Age | undefined {
  return node.form === "fact" && (node.name === "t" || node.name === "sharedAge")
    ? { part: node.part, shared: node.name === "sharedAge" }
    : undefined;
}

function writeOf({ operator, operands }: NodeOf<"element">): Write {
  if (operator === "power" && ageOf(operands[1]!)) {
    return newWholePower();
  }
  return isBasic(operator) ? basicOperators[operator].write : exponentials.value(operator);
}

function compute(steps: readonly Step[], values: Float64Array, inputs: HostInputs): void {
  for (let index = 0; index < steps.length; index++) {
    steps[index]!(values, inputs);
  }
}

function round(read: readonly Read[], values: Float64Array, block: FloatArray): void {
  for (let index = 0; index < read.length; index++) {
    const { from, to } = read[index]!;
    block[to] = values[from]!;
  }
}

/** The nodes that change from step to step, with those that depend on them. */
export function changingAmong(nodes: readonly Node[], hyper: HyperValues): ReadonlySet<Node> {
  const changing = new Set<Node>();
  for (const node of nodes) {
    const changes =
      ageOf(node) !== undefined ||
      (node.form === "fact" && (node.name === "loss" || node.name === "count")) ||
      (node.form === "hyper" && typeof hyper.get(node.name) === "function") ||
      node.form === "reduction" ||
      node.form === "slot" ||
      node.operands.some((operand) => changing.has(operand));
    if (changes) {
      changing.add(node);
    }
  }
  return changing;
}

/** The nodes with a value of their own for each tensor. */
function ownAmong(nodes: readonly Node[]): ReadonlySet<Node> {
  const own = new Set<Node>();
  for (const node of nodes) {
    // The operand of a reduction is not computed on the host.
    const isMade = node.form === "element" && node.operands.some((operand) => own.has(operand));
    if (isMade || dependsOnTensor(node)) {
      own.add(node);
    }
  }
  return own;
}

/** The nodes that are read for each tensor. */
function readPerTensor({ values, scalars, passes }: Program): Node[] {
  const called = passes.flatMap((pass) => (pass.form === "routine" ? numbersOf(pass) : []));
  return [...values, ...scalars.map(({ value }) => value), ...called];
}

function dependsOnTensor(node: Node): boolean {
  return (
    (node.form === "fact" && node.name !== "loss" && ageOf(node) === undefined) ||
    (node.form === "reduction" && node.scope === "tensor") ||
    node.form === "slot"
  );
}
