/**
 * Optimizers for TensorFlow.js: `model.compile({ optimizer: new GradusOptimizer(adamw()), ... })`.
 *
 * @packageDocumentation
 */
import { serialization } from "@tensorflow/tfjs-core";
import { GradusOptimizer } from "./gradusOptimizer.ts";

export { type HasWeights, withCheckpoint } from "./checkpointed.ts";
export { fromTensorFlow } from "./fromTensorFlow.ts";
export type { NamedTensor } from "./givenGradients.ts";
export type { RuleName } from "./gradusOptimizer.ts";
export type { GradusOptimizerOptions } from "./options.ts";
export { registerRule } from "./rules.ts";
export { GradusOptimizer };

// So that models that were saved with it can be loaded.
serialization.registerClass(GradusOptimizer);
