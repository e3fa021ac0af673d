/**
 * The reference: runs a program block by block, each operator as a loop over a block. It is what
 * the maths says, and what the other compilers are compared with.
 */
import type { Node, NodeOf } from "../../rule/graph.ts";
import type { LineOperator, ReductionOperator } from "../../rule/operators.ts";
import { identities } from "../../rule/operators.ts";
import { type Loop, type Program, slotIndex } from "../../rule/program.ts";
import {
  type Access,
  accessOf,
  type Backend,
  blockLength,
  callRecord,
  type ElementType,
  elementBytes,
  type Kernel,
  type KernelMemory,
} from "../compiler.ts";
import { javascriptEngine } from "./engine.ts";
import { draw, evaluators } from "./evaluators.ts";
import { combiners, type LaneReduction, laneReduction } from "./lanes.ts";

type Register = Float32Array | Float64Array;

const makeRegister = (type: ElementType, length: number): Register =>
  type === "float32" ? new Float32Array(length) : new Float64Array(length);

type Evaluate = (a: number, b: number, c: number) => number;

interface Instruction {
  readonly evaluate: Evaluate;
  readonly out: Register;
  readonly operands: readonly [Register, Register, Register];
}

/** An array in memory and the register that a block of it is in. */
interface Port {
  readonly slot: number;
  readonly register: Register;
  readonly access: Access;
}

/** What is reduced in lanes: to a partial result, or to an element of a column. */
interface LaneTask {
  readonly lanes: LaneReduction;
  readonly register: Register;
  /** The index of a reduction, or the slot of a column. */
  readonly to: number;
}

interface CompiledLoop {
  readonly byRows: boolean;
  readonly loads: readonly Port[];
  readonly values: readonly { readonly index: number; readonly register: Register }[];
  readonly draws: readonly { readonly node: NodeOf<"random">; readonly register: Register }[];
  readonly instructions: readonly Instruction[];
  readonly stores: readonly Port[];
  readonly reductions: readonly LaneTask[];
  /** One value for each row, of a loop by rows. */
  readonly columns: readonly LaneTask[];
  /** One value for each column, combined in memory row after row. */
  readonly rows: readonly (Port & { readonly operator: LineOperator })[];
}

function compileLoop(program: Program, loop: Loop, type: ElementType): CompiledLoop {
  const registers = new Map<number, Register>();
  const registerOf = (node: Node): Register => {
    const register = registers.get(node.id) ?? makeRegister(type, blockLength);
    registers.set(node.id, register);
    return register;
  };
  const port = (slot: string, node: Node): Port => {
    const index = slotIndex(program, slot);
    const access = accessOf(loop.kind, program.slots[index]!.kind);
    return { slot: index, register: registerOf(node), access };
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
    stores: loop.stores.map(({ slot, value }) => port(slot, value)),
    reductions: loop.reductions.map(({ index, node }) => laneTask(node, index)),
    columns: columns!.map(({ slot, node }) => laneTask(node, slotIndex(program, slot))),
    rows: rows!.map(({ slot, node }) => ({
      ...port(slot, node.operands[0]!),
      operator: node.operator,
    })),
  };
}

/** A stretch of a loop: `count` elements from `start` on, `column` behind the start of their row. */
interface Stretch {
  readonly start: number;
  readonly count: number;
  readonly row: number;
  readonly column: number;
}

class Interpreter implements Kernel {
  readonly #memory: KernelMemory;
  readonly #type: ElementType;
  readonly #loops: readonly (CompiledLoop | undefined)[];
  #buffer: ArrayBufferLike;
  #heap: Register;
  #words: Int32Array;
  #partials: Float64Array;
  /** The first word of the call record. */
  #record = 0;

  constructor(program: Program, type: ElementType, memory: KernelMemory) {
    this.#memory = memory;
    this.#type = type;
    this.#loops = program.passes.map((pass) =>
      pass.form === "loop" ? compileLoop(program, pass, type) : undefined,
    );
    this.#buffer = memory.buffer;
    this.#heap = this.#view();
    this.#words = new Int32Array(this.#buffer);
    this.#partials = new Float64Array(this.#buffer);
  }

  run(pass: number, call: number, from: number, to: number): void {
    if (this.#memory.buffer !== this.#buffer) {
      this.#buffer = this.#memory.buffer;
      this.#heap = this.#view();
      this.#words = new Int32Array(this.#buffer);
      this.#partials = new Float64Array(this.#buffer);
    }
    const loop = this.#loops[pass]!;
    this.#record = call / 4;
    const values = this.#index(callRecord.values);
    for (const { index, register } of loop.values) {
      register.fill(this.#heap[values + index]!);
    }
    if (loop.byRows) {
      this.#runRows(loop, from, to, this.#word(callRecord.width));
      return;
    }
    for (let start = from; start < to; start += blockLength) {
      for (const { lanes } of loop.reductions) {
        lanes.start();
      }
      const stretch = { start, count: Math.min(blockLength, to - start), row: 0, column: 0 };
      this.#runStretch(loop, stretch);
      this.#keepPartials(loop, start / blockLength);
    }
  }

  #view(): Register {
    return this.#type === "float32"
      ? new Float32Array(this.#buffer)
      : new Float64Array(this.#buffer);
  }

  #word(word: number): number {
    return this.#words[this.#record + word]! >>> 0;
  }

  /** The position in the heap of the address in a word. */
  #index(word: number): number {
    return this.#word(word) / elementBytes[this.#type];
  }

  #runRows(loop: CompiledLoop, from: number, to: number, width: number): void {
    for (const { slot, operator } of loop.rows) {
      const at = this.#index(callRecord.slots + slot);
      this.#heap.fill(identities[operator], at, at + width);
    }
    for (let row = from; row < to; row++) {
      for (const { lanes } of [...loop.reductions, ...loop.columns]) {
        lanes.start();
      }
      for (let column = 0; column < width; column += blockLength) {
        const start = row * width + column;
        this.#runStretch(loop, {
          start,
          count: Math.min(blockLength, width - column),
          row,
          column,
        });
      }
      this.#keepPartials(loop, row);
      for (const { lanes, to: slot } of loop.columns) {
        this.#heap[this.#index(callRecord.slots + slot) + row] = lanes.finish();
      }
    }
  }

  /** Where an array's elements of a stretch begin. */
  #place({ slot, access }: Port, { start, row, column }: Stretch): number {
    const offset = { elements: start, row: column, column: row }[access];
    return this.#index(callRecord.slots + slot) + offset;
  }

  #runStretch(loop: CompiledLoop, stretch: Stretch): void {
    const { count } = stretch;
    for (const port of loop.loads) {
      const { register } = port;
      const from = this.#place(port, stretch);
      if (port.access === "column") {
        register.fill(this.#heap[from]!, 0, count);
      } else {
        register.set(this.#heap.subarray(from, from + count));
      }
    }
    for (const { node, register } of loop.draws) {
      this.#draw(node, register, stretch);
    }
    for (const { evaluate, out, operands } of loop.instructions) {
      const [a, b, c] = operands;
      for (let i = 0; i < count; i++) {
        out[i] = evaluate(a[i]!, b[i]!, c[i]!);
      }
    }
    for (const { lanes, register } of [...loop.reductions, ...loop.columns]) {
      lanes.add(register, count);
    }
    for (const port of loop.rows) {
      const to = this.#place(port, stretch);
      const combine = combiners[port.operator];
      for (let i = 0; i < count; i++) {
        this.#heap[to + i] = combine(this.#heap[to + i]!, port.register[i]!, 0);
      }
    }
    for (const port of loop.stores) {
      this.#heap.set(port.register.subarray(0, count), this.#place(port, stretch));
    }
  }

  #draw(node: NodeOf<"random">, register: Register, stretch: Stretch): void {
    const [key0, key1] = [this.#word(callRecord.key0), this.#word(callRecord.key1)];
    const start = this.#index(callRecord.start) + stretch.start;
    for (let i = 0; i < stretch.count; i++) {
      register[i] = draw(node, key0, key1, start + i);
    }
  }

  #keepPartials(loop: CompiledLoop, block: number): void {
    const row = this.#word(callRecord.partials) / 8;
    const stride = this.#word(callRecord.stride) / 8;
    for (const { lanes, to } of loop.reductions) {
      this.#partials[row + to * stride + block] = lanes.finish();
    }
  }
}

/** The reference backend: plain JavaScript, in the same memory. */
export const javascript: Backend = {
  name: "javascript",
  compile: (program, type, memory) => new Interpreter(program, type, memory),
  matrices: javascriptEngine,
};
