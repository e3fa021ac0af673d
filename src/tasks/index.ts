/** The problems that comparisons run on, and what is needed to write one. */
import { fashionCnn } from "./fashion-cnn.ts";
import { fashionLogistic } from "./fashion-logistic.ts";
import { fashionMlp } from "./fashion-mlp.ts";
import { wordsSparse } from "./words-sparse.ts";

export { type Batches, type BatchesOptions, batches } from "./batches.ts";
export { DataError } from "./data-error.ts";
export { createRandom, type Random } from "./random.ts";
export { SettingError } from "./settings.ts";
export type { RunSettings, Task, Training } from "./task.ts";
export { createTraining, type Steps } from "./training.ts";
export type { SweptRate, TunedRates } from "./tuned.ts";

/** Every built-in task by name. */
export const tasks = {
  "fashion-mlp": fashionMlp,
  "fashion-cnn": fashionCnn,
  "fashion-logistic": fashionLogistic,
  "words-sparse": wordsSparse,
} as const;
