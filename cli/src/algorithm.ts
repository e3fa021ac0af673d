import { explain } from "gradus/explain";
import { usingRule } from "./errors.ts";
import type { AlgorithmFacts } from "./report/comparison.ts";
import { makeRule, type RuleSpecification } from "./specification.ts";

/**
 * Checks a rule before the work starts, so that the report does not fail at its end.
 * @throws {UsageError} if the parts of a rule do not fit together
 */
export function requireRule(specification: RuleSpecification, lr: number): void {
  usingRule(specification.label, () => algorithmFacts(specification, lr));
}

/**
 * The facts about a rule for the report.
 * @param lr the learning rate that was compared
 */
export function algorithmFacts(specification: RuleSpecification, lr: number): AlgorithmFacts {
  const rule = makeRule(specification, lr);
  const explanation = explain(rule);
  const { parts, hyperparameters } = explanation;
  const joined = (texts: readonly (string | undefined)[], separator: string) =>
    texts.filter((text) => text !== undefined).join(separator);
  return {
    name: specification.label,
    title: explanation.title,
    summary: joined(
      parts.map(({ summary }) => summary),
      " ",
    ),
    formula: explanation.latex,
    paper: joined(
      parts.map(({ paper }) => paper),
      "; ",
    ),
    hyperparameters: Object.fromEntries(
      hyperparameters.map(({ part, name, value }) => [
        parts.length === 1 ? name : `${part}.${name}`,
        value,
      ]),
    ),
    stateBytesPerParameter: explanation.state.reduce((sum, { bytes }) => sum + bytes.float32, 0),
    bytesPerParameter: explanation.bytes.float32,
    passes: explanation.passes.length,
  };
}
