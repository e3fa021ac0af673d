/**
 * The rule language, for authors of tools: parses a rule's text into a tree, and checks a definition.
 *
 * @packageDocumentation
 */
export type {
  Definition,
  HyperDefaults,
  HyperOptions,
  HyperValue,
  HyperValues,
  Part,
  Planner,
  Rule,
  RuleFactory,
  Schedule,
  StateDeclaration,
} from "./definition.ts";
export { HyperparameterError, RuleError, type Span } from "./errors.ts";
export type { Kind } from "./graph/kinds.ts";
export type { Chained } from "./join.ts";
export { parse } from "./language/parser.ts";
export type { BinarySymbol, ComparisonSymbol, Expression, Statement } from "./language/syntax.ts";
export type { Interval } from "./ranges.ts";
export { chain, defineOptimizer, defineTransform } from "./unplanned.ts";
