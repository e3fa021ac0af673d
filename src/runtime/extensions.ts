/** What the runtime needs for programs that are more than loops over elements. */
import { type CompilerExtensions, compilerExtensions } from "../compilers/extensions.ts";
import type { Program } from "../rule/program.ts";
import type { keyOf } from "../rule/random.ts";
import type { Copies } from "./copies.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Routines } from "./routines.ts";

export interface Extensions extends CompilerExtensions {
  readonly keyOf: typeof keyOf;
  readonly Copies: typeof Copies;
  readonly Routines: typeof Routines;
  readonly Evaluation: typeof Evaluation;
}

export function extensionsOf(program: Program): Extensions {
  return compilerExtensions(program) as Extensions;
}
