/**
 * SIMD code for a program: one exported function a pass, `pass0`, `pass1`, ... of a call record's
 * address. A turn of the loop works on one chunk of 64 bytes, four vectors; since arrays are padded
 * to whole chunks there is no scalar tail, only a mask where a chunk's padding would be reduced.
 */
import type { Node, NodeOf } from "../../rule/graph.ts";
import type { Pass, Program } from "../../rule/program.ts";
import {
  blockLength,
  callRecord,
  chunkBytes,
  type ElementType,
  elementBytes,
  lanes,
} from "../compiler.ts";
import { FunctionBuilder, type FunctionSource, type ModuleSource } from "./assembler.ts";
import type { Mnemonic } from "./instructions.ts";
import { emitOperator, Library, shapeOf, splatConstant, type VectorShape } from "./operators.ts";

const vectorBytes = 16;
const vectorsPerChunk = chunkBytes / vectorBytes;
const record = 0;

const wordOffset = (word: number): number => 4 * word;

/** Builds the function of one pass. */
class PassBuilder {
  readonly #program: Program;
  readonly #pass: Pass;
  readonly #type: ElementType;
  readonly #shape: VectorShape;
  readonly #library: Library;
  readonly #code: FunctionBuilder;
  /** The local that holds each node's vector, and each slot's running address. */
  readonly #vectors = new Map<number, number>();
  readonly #addresses = new Map<string, number>();
  readonly #remaining: number;

  constructor(name: string, program: Program, pass: Pass, type: ElementType, library: Library) {
    this.#program = program;
    this.#pass = pass;
    this.#type = type;
    this.#shape = shapeOf(type);
    this.#library = library;
    this.#code = new FunctionBuilder(name, ["i32"]);
    this.#remaining = this.#code.local("i32");
  }

  build(): FunctionSource {
    this.#prologue();
    if (this.#pass.reductions.length > 0) {
      this.#reducingLoop();
    } else {
      this.#plainLoop();
    }
    return this.#code.build();
  }

  #prologue(): void {
    const code = this.#code;
    code.get(record).emit("i32.load", wordOffset(callRecord.count)).set(this.#remaining);
    for (const node of this.#pass.values) {
      const local = code.local("v128");
      this.#vectors.set(node.id, local);
      if (node.form === "constant") {
        splatConstant(code, this.#type, node.value);
      } else {
        const offset = this.#program.values.indexOf(node) * elementBytes[this.#type];
        code.get(record).emit("i32.load", wordOffset(callRecord.values));
        code.emit(this.#type === "float32" ? "v128.load32_splat" : "v128.load64_splat", offset);
      }
      if (node.type === "boolean") {
        // The host says 1 or 0; kernels select by masks.
        splatConstant(code, this.#type, 0);
        code.emit(`${this.#shape}.ne`);
      }
      code.set(local);
    }
    const used = [...this.#pass.loads, ...this.#pass.stores].map(({ slot }) => slot);
    for (const slot of new Set(used)) {
      const local = code.local("i32");
      this.#addresses.set(slot, local);
      const word = callRecord.slots + this.#program.slots.indexOf(slot);
      code.get(record).emit("i32.load", wordOffset(word)).set(local);
    }
    for (const node of [...this.#pass.loads.map((load) => load.node), ...this.#pass.compute]) {
      this.#vectors.set(node.id, code.local("v128"));
    }
  }

  /** One vector of a chunk: load, compute, store; what is left in locals can be reduced. */
  #vector(index: number): void {
    const code = this.#code;
    const offset = index * vectorBytes;
    for (const { slot, node } of this.#pass.loads) {
      code.get(this.#addresses.get(slot)!).emit("v128.load", offset).set(this.#local(node));
    }
    for (const node of this.#pass.compute) {
      emitOperator(code, this.#type, node, (operand) => this.#local(operand), this.#library);
      code.set(this.#local(node));
    }
    for (const { slot, value } of this.#pass.stores) {
      code.get(this.#addresses.get(slot)!).get(this.#local(value)).emit("v128.store", offset);
    }
  }

  #local(node: Node): number {
    return this.#vectors.get(node.id)!;
  }

  #advanceAddresses(): void {
    for (const address of this.#addresses.values()) {
      this.#code.advance(address, chunkBytes);
    }
  }

  #plainLoop(): void {
    const code = this.#code;
    code.block(() => {
      code.get(this.#remaining).emit("i32.eqz").emit("br_if", 0);
      code.loop(() => {
        for (let index = 0; index < vectorsPerChunk; index++) {
          this.#vector(index);
        }
        this.#advanceAddresses();
        code.advance(this.#remaining, -lanes(this.#type));
        code.get(this.#remaining).emit("i32.const", 0).emit("i32.gt_s").emit("br_if", 0);
      });
    });
  }

  /** A loop over blocks around one over chunks; each block leaves one partial result a reduction. */
  #reducingLoop(): void {
    const code = this.#code;
    const width = lanes(this.#type);
    const left = code.local("i32");
    const partials = code.local("i32");
    code.get(record).emit("i32.load", wordOffset(callRecord.partials)).set(partials);
    const accumulators = this.#pass.reductions.map(({ node }) => ({
      node,
      locals: Array.from({ length: vectorsPerChunk }, () => code.local("v128")),
    }));
    code.block(() => {
      code.get(this.#remaining).emit("i32.eqz").emit("br_if", 0);
      code.loop(() => {
        this.#startBlock(left, accumulators);
        code.block(() => {
          code.loop(() => {
            code.get(left).emit("i32.const", width).emit("i32.lt_s").emit("br_if", 1);
            this.#chunk(accumulators);
            code.advance(left, -width).emit("br", 0);
          });
        });
        code.get(left).if(() => this.#chunk(accumulators, left));
        this.#finishBlock(accumulators, partials);
        code.advance(partials, 8).advance(this.#remaining, -blockLength);
        code.get(this.#remaining).emit("i32.const", 0).emit("i32.gt_s").emit("br_if", 0);
      });
    });
  }

  /** left = min(remaining, blockLength); accumulators start from the operator's identity. */
  #startBlock(left: number, accumulators: readonly Accumulator[]): void {
    const code = this.#code;
    code.get(this.#remaining).emit("i32.const", blockLength);
    code.get(this.#remaining).emit("i32.const", blockLength).emit("i32.lt_s").emit("select");
    code.set(left);
    for (const { node, locals } of accumulators) {
      for (const local of locals) {
        splatConstant(code, this.#type, identities[node.operator]);
        code.set(local);
      }
    }
  }

  /** One chunk, reduced. With `left`, only the first `left` of its elements are. */
  #chunk(accumulators: readonly Accumulator[], left?: number): void {
    const code = this.#code;
    for (let index = 0; index < vectorsPerChunk; index++) {
      this.#vector(index);
      for (const { node, locals } of accumulators) {
        const local = locals[index]!;
        code.get(local).get(this.#local(node.operands[0]!));
        if (left !== undefined) {
          splatConstant(code, this.#type, identities[node.operator]);
          this.#maskOf(index, left);
          code.emit("v128.bitselect");
        }
        code.emit(this.#combine(node)).set(local);
      }
    }
    this.#advanceAddresses();
  }

  /** Pushes a mask of the lanes of this vector that are among the chunk's first `left`. */
  #maskOf(index: number, left: number): void {
    const perVector = vectorBytes / elementBytes[this.#type];
    const positions = Array.from({ length: perVector }, (_, lane) => index * perVector + lane);
    const array = this.#type === "float32" ? Float32Array : Float64Array;
    this.#code.emit("v128.const", [...new Uint8Array(new array(positions).buffer)]);
    this.#code.get(left).emit(this.#type === "float32" ? "f32.convert_i32_s" : "f64.convert_i32_s");
    this.#code.emit(`${this.#shape}.splat`).emit(`${this.#shape}.lt`);
  }

  #combine(node: NodeOf<"reduction">): Mnemonic {
    return `${this.#shape}.${node.operator === "sum" ? "add" : node.operator}`;
  }

  /** (a0 + a1) + (a2 + a3), then its lanes as a tree, stored as float64. */
  #finishBlock(accumulators: readonly Accumulator[], partials: number): void {
    const code = this.#code;
    const scalar = this.#type === "float32" ? "f32" : "f64";
    const sum = code.local("v128");
    for (const [index, { node, locals }] of accumulators.entries()) {
      const [a, b, c, d] = locals as [number, number, number, number];
      const combine = this.#combine(node);
      const combineLanes: Mnemonic = `${scalar}.${node.operator === "sum" ? "add" : node.operator}`;
      const pair = (first: number) => {
        for (const lane of [first, first + 1]) {
          code.get(sum).emit(`${this.#shape}.extract_lane`, lane);
        }
        code.emit(combineLanes);
      };
      code.get(a).get(b).emit(combine).get(c).get(d).emit(combine).emit(combine).set(sum);
      code.get(partials);
      code.get(record).emit("i32.load", wordOffset(callRecord.stride));
      code.emit("i32.const", this.#pass.reductions[index]!.index).emit("i32.mul").emit("i32.add");
      pair(0);
      if (this.#type === "float32") {
        pair(2);
        code.emit(combineLanes).emit("f64.promote_f32");
      }
      code.emit("f64.store");
    }
  }
}

interface Accumulator {
  readonly node: NodeOf<"reduction">;
  readonly locals: readonly number[];
}

const identities = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY };

/** The module of a program: its passes, and the library functions that they call. */
export function generate(
  program: Program,
  type: ElementType,
  memory: ModuleSource["memory"],
): ModuleSource {
  const library = new Library(program.library, program.passes.length);
  const passes = program.passes.map((pass, index) =>
    new PassBuilder(`pass${index}`, program, pass, type, library).build(),
  );
  return { functions: [...passes, ...library.build()], memory };
}
