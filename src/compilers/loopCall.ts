/** A call of a loop for backends in JavaScript: it gives numbers in place of addresses. */
import type { Node, NodeOf } from "../rule/graph/graph.ts";
import { type Loop, type Program, slotIndex } from "../rule/planning/program.ts";
import {
  accessOf,
  blockLength,
  callRecord,
  type ElementType,
  elementBytes,
  type KernelMemory,
} from "./backend.ts";
import { draw } from "./js/evaluators.ts";

/**
 * An element is given by its line and its place in the line. In a loop by rows a line is a row; in other loops it is a block
 * of `blockLength` elements, the last of which may be shorter. Reductions leave one partial result for each line.
 *
 * @example
 * const compile: Backend["compile"] = (program, type, memory) => ({
 *   run(pass, record, from, to) {
 *     const call = new LoopCall(program, type, memory, pass, record);
 *     const [first, end] = call.lines(from, to);
 *     for (let line = first; line < end; line++) {
 *       for (let at = 0; at < call.count(line, to); at++) {
 *         const moved = call.load("p", line, at) - 0.5 * call.load("g", line, at);
 *         call.store("p", line, at, call.round(moved));
 *       }
 *     }
 *   },
 * });
 * const backend = { ...javascript, name: "halfSteps", compile };
 * optimize(net, sgd(), { backend, nonFinite: "allow" }).step({ w: new Float32Array(6), b: [1, 2, 3] });
 * net.b.data; // [-0.5, -1, -1.5]
 */
export class LoopCall {
  /** The loop that is called. */
  readonly loop: Loop;
  /** The number of elements in a line. */
  readonly width: number;
  readonly #program: Program;
  readonly #type: ElementType;
  readonly #words: Uint32Array;
  readonly #heap: Float32Array | Float64Array;
  readonly #memory: KernelMemory;

  /**
   * @param program the loop's program
   * @param pass the loop's index among the program's passes
   * @param record the address of the call record, in bytes
   */
  constructor(
    program: Program,
    type: ElementType,
    memory: KernelMemory,
    pass: number,
    record: number,
  ) {
    const { buffer } = memory;
    this.loop = program.passes[pass] as Loop;
    this.#program = program;
    this.#type = type;
    this.#memory = memory;
    this.#words = new Uint32Array(buffer, record, callRecord.slots + program.slots.length);
    this.#heap = type === "float32" ? new Float32Array(buffer) : new Float64Array(buffer);
    this.width = this.loop.byRows ? this.#words[callRecord.width]! : blockLength;
  }

  /** The reductions of rows and columns in the loop, and the slots for their results. */
  get reduced(): Readonly<Record<"rows" | "columns", Loop["lines"]>> {
    const { lines } = this.loop;
    return {
      rows: lines.filter(({ node }) => node.lines === "cols"),
      columns: lines.filter(({ node }) => node.lines === "rows"),
    };
  }

  /** The part from `from` to `to` as lines: the first one, and the one after the last. */
  lines(from: number, to: number): readonly [first: number, end: number] {
    return this.loop.byRows ? [from, to] : [from / blockLength, Math.ceil(to / blockLength)];
  }

  /** The number of elements of `line` in a part that ends before `to`. */
  count(line: number, to: number): number {
    return this.loop.byRows ? this.width : Math.min(this.width, to - line * this.width);
  }

  /** The element of `slot` at the place `at` in `line`. If the slot is a row or a column, its value for that element. */
  load(slot: string, line: number, at: number): number {
    return this.#heap[this.#place(slot, line, at)]!;
  }

  /** Stores `value`, which is rounded to the type, as the element of `slot` at the place `at` in `line`. */
  store(slot: string, line: number, at: number, value: number): void {
    this.#heap[this.#place(slot, line, at)] = value;
  }

  /** The value of a node that does not depend on the element: a constant, or a number that the host has computed. */
  value(node: Node): number {
    return node.form === "constant"
      ? this.round(node.value)
      : this.#heap[this.#address(callRecord.values) + this.#program.values.indexOf(node)]!;
  }

  /** The random number for the element at the place `at` in `line`. */
  draw(node: NodeOf<"random">, line: number, at: number): number {
    const index = this.#words[callRecord.start]! + line * this.width + at;
    return draw(node, this.#words[callRecord.key0]!, this.#words[callRecord.key1]!, index);
  }

  /** Stores `value` as the partial result of the reduction with this `index` for `line`. */
  keepPartial(index: number, line: number, value: number): void {
    const address = this.#words[callRecord.partials]! + index * this.#words[callRecord.stride]!;
    new Float64Array(this.#memory.buffer, address, line + 1)[line] = value;
  }

  /** Rounds `value` to the type of the elements. */
  round(value: number): number {
    return this.#type === "float32" ? Math.fround(value) : value;
  }

  /** The address in a word, as a position in elements. */
  #address(word: number): number {
    return this.#words[word]! / elementBytes[this.#type];
  }

  #place(slot: string, line: number, at: number): number {
    const index = slotIndex(this.#program, slot);
    const access = accessOf(this.loop.kind, this.#program.slots[index]!.kind);
    const offset = { elements: line * this.width + at, row: at, column: line }[access];
    return this.#address(callRecord.slots + index) + offset;
  }
}
