/**
 * The reference: runs a program block by block, each operator as a loop over a block. It is what
 * the maths says, and what the other compilers are compared with.
 */
import type { Node, NodeOf } from "../../rule/graph.ts";
import { type ElementOperator, elementOperators } from "../../rule/operators.ts";
import type { Pass, Program } from "../../rule/program.ts";
import {
  blockLength,
  type Compiler,
  callRecord,
  type ElementType,
  elementBytes,
  type Kernel,
  lanes,
} from "../compiler.ts";
import { libraryEvaluators } from "./library.ts";

type Register = Float32Array | Float64Array;

const makeRegister = (type: ElementType, length: number): Register =>
  type === "float32" ? new Float32Array(length) : new Float64Array(length);

interface Instruction {
  readonly evaluate: (a: number, b: number, c: number) => number;
  readonly out: Register;
  readonly operands: readonly [Register, Register, Register];
}

interface CompiledPass {
  readonly loads: readonly { readonly slot: number; readonly register: Register }[];
  readonly values: readonly { readonly index: number; readonly register: Register }[];
  readonly instructions: readonly Instruction[];
  readonly stores: readonly { readonly slot: number; readonly register: Register }[];
  readonly reductions: readonly {
    readonly index: number;
    readonly operator: NodeOf<"reduction">["operator"];
    readonly register: Register;
  }[];
}

function evaluatorOf(operator: ElementOperator): Instruction["evaluate"] {
  return { ...elementOperators, ...libraryEvaluators }[operator].evaluate;
}

function compilePass(program: Program, pass: Pass, type: ElementType): CompiledPass {
  const registers = new Map<number, Register>();
  const registerOf = (node: Node): Register => {
    let register = registers.get(node.id);
    if (register === undefined) {
      register = makeRegister(type, blockLength);
      registers.set(node.id, register);
    }
    return register;
  };
  const slotOf = (slot: string) => program.slots.indexOf(slot);
  for (const node of pass.values) {
    if (node.form === "constant") {
      registerOf(node).fill(node.value);
    }
  }
  return {
    loads: pass.loads.map(({ slot, node }) => ({ slot: slotOf(slot), register: registerOf(node) })),
    values: pass.values
      .filter((node) => node.form !== "constant")
      .map((node) => ({ index: program.values.indexOf(node), register: registerOf(node) })),
    instructions: pass.compute.map((node) => {
      const [a, b = a, c = a] = node.operands.map(registerOf);
      return {
        evaluate: evaluatorOf(node.operator),
        out: registerOf(node),
        operands: [a!, b!, c!],
      };
    }),
    stores: pass.stores.map(({ slot, value }) => ({
      slot: slotOf(slot),
      register: registerOf(value),
    })),
    reductions: pass.reductions.map(({ index, node }) => ({
      index,
      operator: node.operator,
      register: registerOf(node.operands[0]!),
    })),
  };
}

const identities = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY };
const combiners = {
  sum: elementOperators.add.evaluate,
  max: elementOperators.max.evaluate,
  min: elementOperators.min.evaluate,
};

/** Reduces a block in lanes, then the lanes in a fixed tree, each step rounded to the type. */
function reduceBlock(
  operator: keyof typeof identities,
  values: Register,
  count: number,
  lane: Register,
): number {
  const combine = combiners[operator];
  const width = lane.length;
  lane.fill(identities[operator]);
  for (let i = 0; i < count; i++) {
    lane[i % width] = combine(lane[i % width]!, values[i]!, 0);
  }
  const quarter = width / 4;
  for (let i = 0; i < quarter; i++) {
    lane[i] = combine(lane[i]!, lane[i + quarter]!, 0);
    lane[i + 2 * quarter] = combine(lane[i + 2 * quarter]!, lane[i + 3 * quarter]!, 0);
    lane[i] = combine(lane[i]!, lane[i + 2 * quarter]!, 0);
  }
  for (let step = 1; step < quarter; step *= 2) {
    for (let i = 0; i < quarter; i += 2 * step) {
      lane[i] = combine(lane[i]!, lane[i + step]!, 0);
    }
  }
  return lane[0]!;
}

class Interpreter implements Kernel {
  readonly #memory: WebAssembly.Memory;
  readonly #type: ElementType;
  readonly #passes: readonly CompiledPass[];
  readonly #lane: Register;
  #buffer: ArrayBufferLike;
  #heap: Register;
  #words: Int32Array;
  #partials: Float64Array;

  constructor(program: Program, type: ElementType, memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#type = type;
    this.#passes = program.passes.map((pass) => compilePass(program, pass, type));
    this.#lane = makeRegister(type, lanes(type));
    this.#buffer = memory.buffer;
    this.#heap = this.#view();
    this.#words = new Int32Array(this.#buffer);
    this.#partials = new Float64Array(this.#buffer);
  }

  run(pass: number, call: number): void {
    if (this.#memory.buffer !== this.#buffer) {
      this.#buffer = this.#memory.buffer;
      this.#heap = this.#view();
      this.#words = new Int32Array(this.#buffer);
      this.#partials = new Float64Array(this.#buffer);
    }
    const compiled = this.#passes[pass]!;
    const record = call / 4;
    const count = this.#words[record + callRecord.count]!;
    const values = this.#index(record + callRecord.values);
    for (const { index, register } of compiled.values) {
      register.fill(this.#heap[values + index]!);
    }
    for (let start = 0; start < count; start += blockLength) {
      this.#runBlock(compiled, record, start, Math.min(blockLength, count - start));
    }
  }

  #view(): Register {
    return this.#type === "float32"
      ? new Float32Array(this.#buffer)
      : new Float64Array(this.#buffer);
  }

  /** The position in the heap of the address in a word. */
  #index(word: number): number {
    return (this.#words[word]! >>> 0) / elementBytes[this.#type];
  }

  #runBlock(pass: CompiledPass, record: number, start: number, count: number): void {
    for (const { slot, register } of pass.loads) {
      const from = this.#index(record + callRecord.slots + slot) + start;
      for (let i = 0; i < count; i++) {
        register[i] = this.#heap[from + i]!;
      }
    }
    for (const { evaluate, out, operands } of pass.instructions) {
      const [a, b, c] = operands;
      for (let i = 0; i < count; i++) {
        out[i] = evaluate(a[i]!, b[i]!, c[i]!);
      }
    }
    for (const { index, operator, register } of pass.reductions) {
      const row = (this.#words[record + callRecord.partials]! >>> 0) / 8;
      const stride = this.#words[record + callRecord.stride]! / 8;
      this.#partials[row + index * stride + start / blockLength] = reduceBlock(
        operator,
        register,
        count,
        this.#lane,
      );
    }
    for (const { slot, register } of pass.stores) {
      const to = this.#index(record + callRecord.slots + slot) + start;
      for (let i = 0; i < count; i++) {
        this.#heap[to + i] = register[i]!;
      }
    }
  }
}

/** The reference backend: plain JavaScript, in the same memory. */
export const javascript: Compiler = {
  name: "javascript",
  compile: (program, type, memory) => new Interpreter(program, type, memory),
};
