/** The rule language, for authors of tools: a rule's text as a tree, and a rule explained and as formulas. */
export { chain, defineOptimizer, defineTransform } from "./define.ts";
export type {
  Definition,
  HyperDefaults,
  HyperOptions,
  HyperValue,
  Part,
  Rule,
  RuleFactory,
  Schedule,
  StateDeclaration,
} from "./definition.ts";
export { HyperparameterError, RuleError, type Span } from "./errors.ts";
export { explain } from "./explain/explain.ts";
export type {
  ElementBytes,
  Explanation,
  HyperparameterExplanation,
  PartExplanation,
  PassExplanation,
  StateExplanation,
} from "./explain/explanation.ts";
export { latex } from "./formula/latex.ts";
export { unicode } from "./formula/unicode.ts";
export type { Kind } from "./graph/kinds.ts";
export { parse } from "./language/parser.ts";
export type { BinarySymbol, ComparisonSymbol, Expression, Statement } from "./language/syntax.ts";
export type { Interval } from "./ranges.ts";
