/** Every kind of loop: what turns those into code that only some rules have. */
import { libraries, rowLoops } from "./codegen.ts";
import { Library } from "./library.ts";
import { provideNorms } from "./norms.ts";
import { buildByRows } from "./rows.ts";

export function provideLoops(): void {
  provideNorms();
  libraries.provide(Library);
  rowLoops.provide(buildByRows);
}
