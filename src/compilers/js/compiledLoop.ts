/** A loop prepared for the interpreter: registers with a block each, and the operations on them. */
import type { Node, NodeOf } from "../../rule/graph/graph.ts";
import type { LineOperator, ReductionOperator } from "../../rule/graph/operators.ts";
import { type Loop, type Program, slotIndex } from "../../rule/planning/program.ts";
import {
  type Access,
  accessOf,
  blockLength,
  type ElementType,
  plainStorages,
  type Storage,
} from "../backend.ts";
import { evaluators } from "./evaluators.ts";
import { type LaneReduction, laneReduction } from "./lanes.ts";

export type Register = Float32Array | Float64Array;

const makeRegister = (type: ElementType, length: number): Register =>
  type === "float32" ? new Float32Array(length) : new Float64Array(length);

type Evaluate = (a: number, b: number, c: number) => number;

interface Instruction {
  readonly evaluate: Evaluate;
  readonly out: Register;
  readonly operands: readonly [Register, Register, Register];
}

/** An array in memory, and the register for a block of it. */
export interface Port {
  readonly slot: number;
  readonly register: Register;
  readonly access: Access;
  readonly storage: Storage;
  /** The register with the fractions for stochastic rounding, if it is used. */
  readonly draw?: Register | undefined;
}

/** A reduction in lanes: to a partial result, or to an element of a column. */
interface LaneTask {
  readonly lanes: LaneReduction;
  readonly register: Register;
  /** The index of the reduction, or the slot of the column. */
  readonly to: number;
}

export interface CompiledLoop {
  readonly byRows: boolean;
  readonly loads: readonly Port[];
  readonly values: readonly { readonly index: number; readonly register: Register }[];
  readonly draws: readonly { readonly node: NodeOf<"random">; readonly register: Register }[];
  readonly instructions: readonly Instruction[];
  readonly stores: readonly Port[];
  readonly reductions: readonly LaneTask[];
  /** In a loop by rows, the reductions with one result for each row. */
  readonly columns: readonly LaneTask[];
  /** The reductions with one result for each column, which is combined in memory row after row. */
  readonly rows: readonly (Port & { readonly operator: LineOperator })[];
}

export function compileLoop(
  program: Program,
  loop: Loop,
  type: ElementType,
  storages: readonly Storage[] | undefined,
): CompiledLoop {
  const registers = new Map<number, Register>();
  const registerOf = (node: Node): Register => {
    const register = registers.get(node.id) ?? makeRegister(type, blockLength);
    registers.set(node.id, register);
    return register;
  };
  const port = (slot: string, node: Node): Port => {
    const index = slotIndex(program, slot);
    const access = accessOf(loop.kind, program.slots[index]!.kind);
    const storage = storages?.[index] ?? plainStorages[type];
    return { slot: index, register: registerOf(node), access, storage };
  };
  const laneTask = (node: Node & { operator: ReductionOperator }, to: number): LaneTask => ({
    lanes: laneReduction(node.operator, type, loop.exact ?? false),
    register: registerOf(node.operands[0]!),
    to,
  });
  for (const node of loop.values) {
    if (node.form === "constant") {
      registerOf(node).fill(node.value);
    }
  }
  const [columns, rows] = (["rows", "cols"] as const).map((lines) =>
    loop.lines.filter(({ node }) => node.lines === lines),
  );
  return {
    byRows: loop.byRows,
    loads: loop.loads.map(({ slot, node }) => port(slot, node)),
    values: loop.values
      .filter((node) => node.form !== "constant")
      .map((node) => ({ index: program.values.indexOf(node), register: registerOf(node) })),
    draws: loop.compute.flatMap((node) =>
      node.form === "random" ? [{ node, register: registerOf(node) }] : [],
    ),
    instructions: loop.compute.flatMap((node) => {
      if (node.form === "random") {
        return [];
      }
      const [a, b = a, c = a] = node.operands.map(registerOf);
      return {
        evaluate: evaluators[node.operator].evaluate,
        out: registerOf(node),
        operands: [a!, b!, c!],
      };
    }),
    stores: loop.stores.map(({ slot, value, draw }) => ({
      ...port(slot, value),
      draw: draw && registerOf(draw),
    })),
    reductions: loop.reductions.map(({ index, node }) => laneTask(node, index)),
    columns: columns!.map(({ slot, node }) => laneTask(node, slotIndex(program, slot))),
    rows: rows!.map(({ slot, node }) => ({
      ...port(slot, node.operands[0]!),
      operator: node.operator,
    })),
  };
}
