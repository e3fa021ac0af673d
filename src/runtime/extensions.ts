/** What the runtime needs for programs that are more than loops over elements. */
import { type CompilerExtensions, compilerExtensions } from "../compilers/extensions.ts";
import type { Program } from "../rule/program.ts";
import type { keyOf } from "../rule/random.ts";
import type { Routines } from "./routines.ts";
import type { fill, fillEmptyRows, lengthOf, mostPartials, WholeTensors } from "./whole.ts";

export interface Extensions extends CompilerExtensions {
  readonly keyOf: typeof keyOf;
  readonly WholeTensors: typeof WholeTensors;
  readonly lengthOf: typeof lengthOf;
  readonly mostPartials: typeof mostPartials;
  readonly fill: typeof fill;
  readonly fillEmptyRows: typeof fillEmptyRows;
  readonly Routines: typeof Routines;
}

export function extensionsOf(program: Program): Extensions {
  return compilerExtensions(program) as Extensions;
}
