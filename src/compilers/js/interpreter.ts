/**
 * The reference backend: it runs a program block by block, each operator as a loop over a block. It follows
 * the maths directly, and the other compilers are compared with it.
 */
import type { NodeOf } from "../../rule/graph/graph.ts";
import { identities } from "../../rule/graph/operators.ts";
import type { Program } from "../../rule/planning/program.ts";
import {
  type Backend,
  blockLength,
  callRecord,
  type ElementType,
  elementBytes,
  type Kernel,
  type KernelMemory,
  type Storage,
} from "../backend.ts";
import { bytesTo } from "../storages/storage.ts";
import { type CompiledLoop, compileLoop, type Port, type Register } from "./compiledLoop.ts";
import { javascriptEngine } from "./engine.ts";
import { draw } from "./evaluators.ts";
import { combiners } from "./lanes.ts";

/** A part of a loop: `count` elements from `start` on, which is `column` elements after the start of its row. */
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
  #halves: Uint16Array;
  #words: Int32Array;
  #partials: Float64Array;
  /** The first word of the call record. */
  #record = 0;

  constructor(
    program: Program,
    type: ElementType,
    memory: KernelMemory,
    storages?: readonly Storage[],
  ) {
    this.#memory = memory;
    this.#type = type;
    this.#loops = program.passes.map((pass) =>
      pass.form === "loop" ? compileLoop(program, pass, type, storages) : undefined,
    );
    this.#buffer = memory.buffer;
    this.#heap = this.#view();
    this.#halves = new Uint16Array(this.#buffer);
    this.#words = new Int32Array(this.#buffer);
    this.#partials = new Float64Array(this.#buffer);
  }

  run(pass: number, call: number, from: number, to: number): void {
    if (this.#memory.buffer !== this.#buffer) {
      this.#buffer = this.#memory.buffer;
      this.#heap = this.#view();
      this.#halves = new Uint16Array(this.#buffer);
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

  /** The address in a word, as a position in the heap. */
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

  /** The index of a part's first element in an array, in elements of the array's own size. */
  #place({ slot, access, storage }: Port, { start, row, column }: Stretch): number {
    const offset = { elements: start, row: column, column: row }[access];
    return this.#word(callRecord.slots + slot) / storage.bytes + offset;
  }

  #load(port: Port, stretch: Stretch): void {
    const { register, access, storage } = port;
    const { count } = stretch;
    const from = this.#place(port, stretch);
    if (storage.blocks !== undefined) {
      for (const { bytes, numbers } of this.#blocks(port, stretch)) {
        storage.blocks.decode(bytes, numbers);
      }
    } else if (storage.encoding !== undefined) {
      for (let i = 0; i < count; i++) {
        register[i] = storage.encoding.decode(this.#halves[from + i]!);
      }
    } else if (access === "column") {
      register.fill(this.#heap[from]!, 0, count);
    } else {
      register.set(this.#heap.subarray(from, from + count));
    }
  }

  #store(port: Port, stretch: Stretch): void {
    const { register, storage, draw } = port;
    const { blocks, encoding, rounding } = storage;
    const to = this.#place(port, stretch);
    if (blocks !== undefined) {
      for (const [index, { bytes, numbers }] of this.#blocks(port, stretch).entries()) {
        const fractions = draw?.subarray(index * blocks.length) as Float32Array | undefined;
        if (fractions) blocks.drawn!.encode(numbers, bytes, fractions);
        else blocks.encode(numbers, bytes);
      }
    } else if (encoding !== undefined) {
      for (let i = 0; i < stretch.count; i++) {
        this.#halves[to + i] = draw
          ? rounding!.draw!.encode(encoding, register[i]!, draw[i]!)
          : encoding.encode(register[i]!);
      }
    } else {
      this.#heap.set(register.subarray(0, stretch.count), to);
    }
  }

  /** The blocks of a part: their bytes in memory, and their numbers in the register. */
  #blocks({ slot, storage, register }: Port, { start, count }: Stretch) {
    const { length } = storage.blocks!;
    const address = this.#word(callRecord.slots + slot);
    return Array.from({ length: Math.ceil(count / length) }, (_, index) => {
      const end = Math.min((index + 1) * length, count);
      const at = bytesTo(storage, start + index * length);
      return {
        bytes: new Uint8Array(this.#buffer, address + at, bytesTo(storage, start + end) - at),
        numbers: register.subarray(index * length, end) as Float32Array,
      };
    });
  }

  #runStretch(loop: CompiledLoop, stretch: Stretch): void {
    const { count } = stretch;
    for (const port of loop.loads) {
      this.#load(port, stretch);
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
      this.#store(port, stretch);
    }
  }

  #draw(node: NodeOf<"random">, register: Register, stretch: Stretch): void {
    const [key0, key1] = [this.#word(callRecord.key0), this.#word(callRecord.key1)];
    const start = this.#word(callRecord.start) + stretch.start;
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

/** The reference backend: plain JavaScript, on the same memory. */
export const javascript: Backend = {
  name: "javascript",
  keeps: true,
  compile: (...of) => new Interpreter(...of),
  matrices: javascriptEngine,
};
