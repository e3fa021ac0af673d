/** Every kind of loop: what turns those into code that only some rules have. */
import { randomLoops, rowLoops } from "./codegen.ts";
import { provideNorms } from "./norms.ts";
import { emitRandom, randomFunction } from "./random.ts";
import { buildByRows } from "./rows.ts";

export function provideLoops(): void {
  provideNorms();
  rowLoops.provide(buildByRows);
  randomLoops.provide({ build: randomFunction, emit: emitRandom });
}
