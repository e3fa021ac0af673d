/** All that only some rules need of compilers and runtime: whatever defines rules of text provides it. */
import { matrixProducts } from "./compilers/wasm/compiler.ts";
import { provideLoops } from "./compilers/wasm/every.ts";
import { webassemblyEngine } from "./compilers/wasm/multiply.ts";
import { keyOf } from "./rule/graph/random.ts";
import { starting } from "./runtime/binding/binding.ts";
import { wholeTensors } from "./runtime/binding/plans.ts";
import { whole } from "./runtime/gradients/wholeTensors.ts";
import { evaluating } from "./runtime/optimizer.ts";
import { Evaluation } from "./runtime/state/evaluation.ts";
import { startState } from "./runtime/state/filling.ts";
import { InitialStates } from "./runtime/state/initialStates.ts";
import { drawKey } from "./runtime/step/execution.ts";
import { GradientNorms } from "./runtime/step/norms.ts";
import { gradientNorms } from "./runtime/step/reporter.ts";

export function provideAll(): void {
  provideLoops();
  matrixProducts.provide(webassemblyEngine);
  wholeTensors.provide(whole);
  drawKey.provide(keyOf);
  starting.provide({ startState, InitialStates });
  evaluating.provide(Evaluation);
  gradientNorms.provide(GradientNorms);
}
