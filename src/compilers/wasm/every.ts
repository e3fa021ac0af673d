/** Provides the code generators for loops that only some rules have. */
import { quantileFunction } from "../../rule/graph/normalQuantile.ts";
import { provideInstructions } from "./assembler/instructions.ts";
import { libraries, rowLoops } from "./codegen.ts";
import { drawing, Library } from "./library.ts";
import { provideNorms } from "./norms.ts";
import { emitRandom, randomFunction } from "./random.ts";
import { buildByRows } from "./rows.ts";

/** Provides functions of the library for elements. */
export function provideLibrary(): void {
  provideInstructions();
  libraries.provide(Library);
}

export function provideDrawing(): void {
  provideLibrary();
  drawing.provide({ emitRandom, randomFunction, quantileFunction });
}

export function provideRowLoops(): void {
  provideInstructions();
  rowLoops.provide(buildByRows);
}

export function provideLoops(): void {
  provideNorms();
  provideDrawing();
  provideRowLoops();
}
