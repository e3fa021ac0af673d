/**
 * Explains a rule: what it does, what a step costs, and its maths in LaTeX and as plain text.
 *
 * @packageDocumentation
 */
export { explain } from "../rule/explain/explain.ts";
export type {
  ElementBytes,
  Explanation,
  HyperparameterExplanation,
  PartExplanation,
  PassExplanation,
  StateExplanation,
} from "../rule/explain/explanation.ts";
export { type LatexOptions, latex } from "../rule/formula/latex.ts";
export { unicode } from "../rule/formula/unicode.ts";
