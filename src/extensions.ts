/**
 * All that programs may need of compilers and runtime beyond loops over elements: loops by rows,
 * routines of whole matrices, weights to evaluate. Rules made of text bring it along; those whose
 * program was made when the package was built need none of it, and bundles leave it out.
 */
import { javascriptEngine } from "./compilers/js/engine.ts";
import { webassemblyEngine } from "./compilers/wasm/multiply.ts";
import { NormInLanes } from "./compilers/wasm/norms.ts";
import { emitRandom, randomFunction } from "./compilers/wasm/random.ts";
import { buildByRows } from "./compilers/wasm/rows.ts";
import { keyOf } from "./rule/random.ts";
import { Beginnings } from "./runtime/beginnings.ts";
import type { Starting } from "./runtime/binding.ts";
import { type Evaluating, Evaluation } from "./runtime/evaluation.ts";
import type { Extensions } from "./runtime/extensions.ts";
import { startState } from "./runtime/filling.ts";
import { GradientNorms, type Norming } from "./runtime/norms.ts";
import { Routines } from "./runtime/routines.ts";
import { fill, fillEmptyRows, lengthOf, mostPartials, WholeTensors } from "./runtime/whole.ts";

export const extensions: Extensions & Evaluating & Starting & Norming = {
  buildByRows,
  NormInLanes,
  randomFunction,
  emitRandom,
  keyOf,
  engines: { javascript: javascriptEngine, webassembly: webassemblyEngine },
  WholeTensors,
  lengthOf,
  mostPartials,
  fill,
  fillEmptyRows,
  Routines,
  Evaluation,
  startState,
  Beginnings,
  GradientNorms,
};
