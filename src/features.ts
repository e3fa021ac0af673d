/** All parts of compilers and runtime that only some rules need. Code that defines rules from text provides them all. */
import { matrixProducts } from "./compilers/wasm/compiler.ts";
import { provideDrawing, provideRowLoops } from "./compilers/wasm/every.ts";
import { webassemblyEngine } from "./compilers/wasm/multiply.ts";
import { provideNorms } from "./compilers/wasm/norms.ts";
import { sharing } from "./rule/graph/compose.ts";
import { keyOf } from "./rule/graph/random.ts";
import { withShared } from "./rule/graph/shared.ts";
import { planning } from "./rule/planning/asking.ts";
import { textPlanner } from "./rule/planning/prepare.ts";
import { starting } from "./runtime/binding/binding.ts";
import { wholeTensors } from "./runtime/binding/plans.ts";
import { whole } from "./runtime/gradients/wholeTensors.ts";
import { evaluating } from "./runtime/optimizer.ts";
import { takingShared } from "./runtime/state/comparison.ts";
import { Evaluation } from "./runtime/state/evaluation.ts";
import { startState } from "./runtime/state/filling.ts";
import { InitialStates } from "./runtime/state/initialStates.ts";
import { drawKey } from "./runtime/step/execution.ts";
import { GradientNorms } from "./runtime/step/norms.ts";
import { gradientNorms } from "./runtime/step/reporter.ts";
import { takeShared } from "./runtime/takeShared.ts";

export { provideLibrary } from "./compilers/wasm/every.ts";
export { provideExponentials } from "./rule/graph/operators.ts";
export { provideNorms };

/** For random numbers. */
export function provideDraws(): void {
  provideDrawing();
  drawKey.provide(keyOf);
}

/** For rows, columns and whole matrices. */
export function provideRows(): void {
  provideRowLoops();
  wholeTensors.provide(whole);
}

/** For routines that work on whole matrices. */
export const provideMatrices = (): void => matrixProducts.provide(webassemblyEngine);

/** For states of one number that all parameters may share. */
export function provideNumbers(): void {
  sharing.provide(withShared);
  takingShared.provide(takeShared);
}

/** For state that does not start from zero. */
export const provideStarting = (): void => starting.provide({ startState, InitialStates });

/** For weights to evaluate, such as averages. */
export const provideEvaluation = (): void => evaluating.provide(Evaluation);

/** For the norm of all gradients in a step's report. */
export const provideGradientNorms = (): void => gradientNorms.provide(GradientNorms);

export function provideAll(): void {
  planning.provide(textPlanner);
  provideNorms();
  provideDraws();
  provideRows();
  provideMatrices();
  provideNumbers();
  provideStarting();
  provideEvaluation();
  provideGradientNorms();
}
