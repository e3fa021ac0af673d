/**
 * What the functions of all loops have in common. A function takes a range and the address of a call
 * record. Each turn of its loop works on one chunk of 64 bytes, which is four vectors.
 */
import { Feature } from "../../feature.ts";
import type { Node, NodeOf } from "../../rule/graph/graph.ts";
import type { LineOperator } from "../../rule/graph/operators.ts";
import { draws, type Loop, type Program, slotIndex } from "../../rule/planning/program.ts";
import {
  accessOf,
  callRecord,
  chunkBytes,
  type ElementType,
  elementBytes,
  plainStorages,
  type Storage,
} from "../backend.ts";
import { FunctionBuilder, type FunctionSource } from "./assembler/assembler.ts";
import {
  emitOperator,
  type OtherOperators,
  shapeOf,
  splatConstant,
  vectorBytes,
} from "./operators.ts";
import { type Accumulator, InLanes } from "./reductions.ts";
import { encodedVectors, loadVector, storeVectors, type Walk } from "./walk.ts";
import type { SideBySide } from "./width.ts";

const vectorsPerChunk = chunkBytes / vectorBytes;
/** The parameters of a loop's function: the part of the range to run over, and the call record. */
export const from = 0;
export const to = 1;
const record = 2;

/** The functions that a module's loops call (library.ts). */
export interface ModuleLibrary extends OtherOperators {
  indexOf(name: string): number;
  /** Pushes a vector of random numbers, for elements `offset` bytes after the chunk's start. */
  draw(builder: LoopBuilder, node: NodeOf<"random">, offset: number): void;
  build(): FunctionSource[];
}

/** The lanes of a norm (norms.ts). */
export const normLanes = new Feature<
  new (
    code: FunctionBuilder,
    type: ElementType,
    operand: Node,
  ) => Accumulator
>();

/** Random numbers depend on the place in the tensor, which is moved along like an array's address. */
const places = { bytes: 1 };

/** Builds the function of one loop from its parts. */
export class LoopBuilder {
  readonly loop: Loop;
  readonly type: ElementType;
  readonly code: FunctionBuilder;
  /** The local with the number of elements that are left. */
  readonly remaining: number;
  readonly walks: readonly Walk[];
  readonly accumulators: readonly Accumulator[];
  readonly #program: Program;
  readonly #storages: readonly Storage[] | undefined;
  readonly #library: ModuleLibrary | undefined;
  readonly #sideBySide: SideBySide;
  /** The locals with each node's vectors: one, or one for each vector of a group. */
  readonly #vectors = new Map<number, readonly number[]>();

  /**
   * @param storages those of the program's slots; by default all are stored in the computation's type
   * @param sideBySide how many vectors of a chunk are computed at the same time
   */
  constructor(
    name: string,
    program: Program,
    loop: Loop,
    type: ElementType,
    storages: readonly Storage[] | undefined,
    library: ModuleLibrary | undefined,
    sideBySide: SideBySide,
  ) {
    this.#sideBySide = sideBySide;
    this.#program = program;
    this.#storages = storages;
    this.#library = library;
    this.loop = loop;
    this.type = type;
    this.code = new FunctionBuilder(name, ["i32", "i32", "i32"]);
    this.remaining = this.code.local("i32");
    this.#loadValues();
    this.walks = this.#startWalks();
    for (const { slot, node } of loop.loads) {
      this.#hold(node, this.walk(slot).access === "column" ? 1 : sideBySide);
    }
    for (const node of loop.compute) this.#hold(node, sideBySide);
    this.accumulators = this.accumulate();
  }

  /** A new local with a word of the call record. */
  word(index: number): number {
    const local = this.code.local("i32");
    this.code
      .get(record)
      .emit("i32.load", 4 * index)
      .set(local);
    return local;
  }

  /** Calls a library function with the two float64 on the stack. */
  callLibrary(name: string): void {
    this.code.emit("call", this.#library!.indexOf(name));
  }

  /** @param index the vector's number in the chunk; it does not matter for a value that is the same for all */
  vector(node: Node, index: number): number {
    const locals = this.#vectors.get(node.id)!;
    return locals[index % locals.length]!;
  }

  walk(slot: string): Walk {
    return this.walks.find((walk) => walk.slot === slot)!;
  }

  /** Adds the number on the stack to a local. */
  move(address: number): void {
    this.code.get(address).emit("i32.add").set(address);
  }

  /** Moves on by a number of elements in an array: a constant, or a local. */
  advance(
    { address, storage: { bytes } }: Pick<Walk, "address" | "storage">,
    elements: { readonly local: number } | number,
  ): void {
    if (typeof elements === "number") {
      this.code.advance(address, elements * bytes);
    } else {
      this.code.get(elements.local).emit("i32.const", bytes).emit("i32.mul");
      this.move(address);
    }
  }

  /**
   * Code for one chunk: load, compute, reduce, store.
   * @param accumulators add the vectors of their operands
   * @param left if given, a local: only so many elements at the chunk's start are reduced
   * @param store stores the results of a vector, by its number in the chunk
   */
  chunk(
    accumulators: readonly Accumulator[],
    left?: number,
    store: (indices: readonly number[]) => void = (indices) => this.store(indices),
  ): void {
    const inLanes = left === undefined ? undefined : this.#inAllLanes(left);
    for (let first = 0; first < vectorsPerChunk; first += this.#sideBySide) {
      const indices = Array.from({ length: this.#sideBySide }, (_, i) => first + i);
      this.#compute(indices);
      for (const accumulator of accumulators) {
        for (const index of indices) {
          accumulator.add(index, this.vector(accumulator.operand, index), inLanes);
        }
      }
      store(indices);
    }
  }

  /** Stores whole vectors of the chunk. */
  store(indices: readonly number[]): void {
    for (const { slot, value, draw } of this.loop.stores) {
      const all = (node: Node) => indices.map((index) => this.vector(node, index));
      storeVectors(this.code, this.walk(slot), indices[0]!, all(value), draw && all(draw));
    }
  }

  /** New lanes for each reduction of the loop. */
  accumulate(): Accumulator[] {
    return this.loop.reductions.map(({ node: { operator, operands } }) => {
      const operand = operands[0]!;
      if (operator !== "norm") {
        return this.lanesOf(operator, operand);
      }
      return this.loop.exact
        ? new normLanes.value(this.code, this.type, operand)
        : this.lanesOf("sum", operand, true);
    });
  }

  /** @param squares whether the squares of the operand are reduced */
  lanesOf(operator: LineOperator, operand: Node, squares = false): InLanes {
    return new InLanes(this.code, this.type, operator, operand, this.#sideBySide, squares);
  }

  /** Stores the results of reductions as partial results. */
  keepPartials(partials: number, accumulators = this.accumulators): void {
    const { code } = this;
    for (const [index, accumulator] of accumulators.entries()) {
      code.get(partials);
      code.get(record).emit("i32.load", 4 * callRecord.stride);
      code.emit("i32.const", this.loop.reductions[index]!.index).emit("i32.mul").emit("i32.add");
      accumulator.finishPartial();
      code.emit("f64.store");
    }
    code.advance(partials, 8);
  }

  #hold(node: Node, count: number): void {
    const locals = Array.from({ length: count }, () => this.code.local("v128"));
    this.#vectors.set(node.id, locals);
  }

  /** A new local with the number of another in all lanes. */
  #inAllLanes(count: number): number {
    const { code, type } = this;
    const lanes = code.local("v128");
    code.get(count).emit(type === "float32" ? "f32.convert_i32_s" : "f64.convert_i32_s");
    code.emit(`${shapeOf(type)}.splat`).set(lanes);
    return lanes;
  }

  #loadValues(): void {
    const { code, type } = this;
    for (const node of this.loop.values) {
      this.#hold(node, 1);
      if (node.form === "constant") {
        splatConstant(code, type, node.value);
      } else {
        const offset = this.#program.values.indexOf(node) * elementBytes[type];
        code.get(record).emit("i32.load", 4 * callRecord.values);
        code.emit(type === "float32" ? "v128.load32_splat" : "v128.load64_splat", offset);
      }
      if (node.type === "boolean") {
        // The host gives 1 or 0, but kernels select with masks.
        splatConstant(code, type, 0);
        code.emit(`${shapeOf(type)}.ne`);
      }
      code.set(this.vector(node, 0));
    }
  }

  #startWalks(): Walk[] {
    const { loads, stores, lines, kind } = this.loop;
    const slots = new Set([...loads, ...stores, ...lines].map(({ slot }) => slot));
    // Random numbers depend on the element's place in the tensor.
    const place: Walk[] = draws(this.loop)
      ? [
          {
            ...{ slot: "#", access: "elements", storage: places, constants: [] },
            address: this.word(callRecord.start),
          },
        ]
      : [];
    const walks = [...slots].map((slot): Walk => {
      const index = slotIndex(this.#program, slot);
      const access = accessOf(kind, this.#program.slots[index]!.kind);
      const plain = plainStorages[this.type];
      const own = this.#storages?.[index] ?? plain;
      // Arrays that are stored in blocks are decoded in pieces before this (see blocks.ts).
      const storage = own.blocks ? plain : own;
      const { encoding } = storage;
      const constants = encoding ? encodedVectors.value.constantsOf(this.code, encoding) : [];
      return { slot, access, storage, constants, address: this.word(callRecord.slots + index) };
    });
    return [...walks, ...place];
  }

  #compute(indices: readonly number[]): void {
    const { code } = this;
    for (const { slot, node } of this.loop.loads) {
      const walk = this.walk(slot);
      if (walk.access === "column") continue;
      for (const index of indices) loadVector(code, walk, index, this.vector(node, index));
    }
    for (const node of this.loop.compute) {
      for (const index of indices) {
        if (node.form === "random") {
          this.#library!.draw(this, node, index * vectorBytes);
        } else {
          const local = (operand: Node) => this.vector(operand, index);
          emitOperator(code, this.type, node, local, this.#library);
        }
        code.set(this.vector(node, index));
      }
    }
  }
}
