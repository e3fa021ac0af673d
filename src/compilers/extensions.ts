/**
 * What programs may need that are more than loops over elements. A program brings it along, so that
 * bundles in which no program does leave it out.
 */
import type { MatrixEngine } from "../rule/matrices/matrix.ts";
import type { Program } from "../rule/program.ts";
import type { Compiler, ElementType, Sharing } from "./compiler.ts";
import type { FunctionSource } from "./wasm/assembler.ts";
import type { LoopBuilder, RandomFunction } from "./wasm/loop.ts";
import type { NormInLanes } from "./wasm/norms.ts";

export interface CompilerExtensions {
  /** The function of a loop by rows. */
  readonly buildByRows: (builder: LoopBuilder) => FunctionSource;
  /** The lanes of a norm. */
  readonly NormInLanes: typeof NormInLanes;
  /** The function that draws, and a call of it: pushes a vector, `offset` bytes into a chunk. */
  readonly randomFunction: () => FunctionSource;
  readonly emitRandom: RandomFunction["emit"];
  /** By compiler, for routines of whole matrices. */
  readonly engines: Readonly<
    Record<Compiler["name"], (type: ElementType, sharing?: Sharing) => MatrixEngine>
  >;
}

export function compilerExtensions({ extensions }: Program): CompilerExtensions {
  return extensions as CompilerExtensions;
}
