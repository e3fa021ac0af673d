/** All that only some rules need of compilers and runtime: whatever defines rules of text provides it. */
import { matrixProducts } from "./compilers/wasm/compiler.ts";
import { provideLoops } from "./compilers/wasm/every.ts";
import { webassemblyEngine } from "./compilers/wasm/multiply.ts";
import { keyOf } from "./rule/random.ts";
import { Beginnings } from "./runtime/beginnings.ts";
import { starting } from "./runtime/binding.ts";
import { Evaluation } from "./runtime/evaluation.ts";
import { drawKey } from "./runtime/execution.ts";
import { startState } from "./runtime/filling.ts";
import { GradientNorms } from "./runtime/norms.ts";
import { evaluating } from "./runtime/optimizer.ts";
import { wholeTensors } from "./runtime/plans.ts";
import { gradientNorms } from "./runtime/reporter.ts";
import { whole } from "./runtime/whole.ts";

export function provideAll(): void {
  provideLoops();
  matrixProducts.provide(webassemblyEngine);
  wholeTensors.provide(whole);
  drawKey.provide(keyOf);
  starting.provide({ startState, Beginnings });
  evaluating.provide(Evaluation);
  gradientNorms.provide(GradientNorms);
}
