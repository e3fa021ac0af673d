/**
 * What the functions of all loops have in common. A function takes from where to where it runs, and
 * the address of a call record; a turn of its loop works on one chunk of 64 bytes, four vectors.
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
/** The parameters of a loop's function: which part of the range it runs over, and the call record. */
export const from = 0;
export const to = 1;
const record = 2;

/** The functions of a module that its loops call (library.ts). */
export interface ModuleLibrary extends OtherOperators {
  indexOf(name: string): number;
  /** Pushes a vector of draws, `offset` bytes behind the chunk's start. */
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

/** Of draws it is the place in the tensor that is walked. */
const places = { bytes: 1 };

/** Builds the function of one loop from its parts. */
export class LoopBuilder {
  readonly loop: Loop;
  readonly type: ElementType;
  readonly code: FunctionBuilder;
  /** The elements that are left, in a local. */
  readonly remaining: number;
  readonly walks: readonly Walk[];
  readonly accumulators: readonly Accumulator[];
  readonly #program: Program;
  readonly #storages: readonly Storage[] | undefined;
  readonly #library: ModuleLibrary | undefined;
  readonly #sideBySide: SideBySide;
  /** The locals that hold each node's vectors: one, or one for each vector of a group. */
  readonly #vectors = new Map<number, readonly number[]>();

  /**
   * @param storages of the program's slots; by default all are kept as they are computed
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

  /** A word of the call record in a new local. */
  word(index: number): number {
    const local = this.code.local("i32");
    this.code
      .get(record)
      .emit("i32.load", 4 * index)
      .set(local);
    return local;
  }

  /** Calls a library function of what is on the stack, two float64. */
  callLibrary(name: string): void {
    this.code.emit("call", this.#library!.indexOf(name));
  }

  /** @param index which vector of the chunk; any, of a value that is the same for all */
  vector(node: Node, index: number): number {
    const locals = this.#vectors.get(node.id)!;
    return locals[index % locals.length]!;
  }

  walk(slot: string): Walk {
    return this.walks.find((walk) => walk.slot === slot)!;
  }

  /** Adds what is on the stack to a local. */
  move(address: number): void {
    this.code.get(address).emit("i32.add").set(address);
  }

  /** Goes on by so many elements in an array: a constant, or a local. */
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
   * One chunk: load, compute, reduce, store.
   * @param accumulators what takes in their operand's vectors
   * @param left if given, a local: only the chunk's first so many elements are reduced
   * @param store how a vector's results are stored, by its place in the chunk
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

  /** New lanes for each of the loop's reductions. */
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

  /** Leaves what a reduction has come to as a partial result. */
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

  /** The number in a local, in all lanes of another. */
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
        // The host says 1 or 0; kernels select by masks.
        splatConstant(code, type, 0);
        code.emit(`${shapeOf(type)}.ne`);
      }
      code.set(this.vector(node, 0));
    }
  }

  #startWalks(): Walk[] {
    const { loads, stores, lines, kind } = this.loop;
    const slots = new Set([...loads, ...stores, ...lines].map(({ slot }) => slot));
    // Draws go by the element's place in the tensor.
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
      // Pieces of what is kept in blocks are decoded before (see blocks.ts).
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
