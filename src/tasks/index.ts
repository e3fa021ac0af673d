/**
 * What is needed to write a problem that `gradus compare` and `gradus train` run on.
 *
 * @packageDocumentation
 */
export { type Batches, type BatchesOptions, batches } from "./batches.ts";
export { DataError } from "./data-error.ts";
export { createRandom, type Random } from "./random.ts";
export { SettingError } from "./settings.ts";
export type { BatchPart, RunSettings, Task, Training } from "./task.ts";
export { createTraining, type Steps } from "./training.ts";
export type { SweptRate, TunedRates } from "./tuned.ts";
