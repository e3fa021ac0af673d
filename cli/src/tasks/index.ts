/** The built-in tasks for comparisons. */
import { fashionCnn } from "./fashion-cnn.ts";
import { fashionLogistic } from "./fashion-logistic.ts";
import { fashionMlp } from "./fashion-mlp.ts";
import { wordsSparse } from "./words-sparse.ts";

/** Every built-in task by name. */
export const tasks = {
  "fashion-mlp": fashionMlp,
  "fashion-cnn": fashionCnn,
  "fashion-logistic": fashionLogistic,
  "words-sparse": wordsSparse,
} as const;
