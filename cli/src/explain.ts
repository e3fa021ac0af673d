import type { Rule } from "gradus";
import { explain as explainRule } from "gradus/explain";
import { listing } from "../../src/compilers/wasm/assembler/listing.ts";
import { explanationText } from "../../src/rule/explain/explanationText.ts";
import { defaultHyper } from "../../src/rule/hyper.ts";
import { programOf } from "../../src/rule/planning/prepare.ts";
import { didYouMean } from "../../src/suggest.ts";
import { UsageError, usingRule } from "./errors.ts";
import {
  factoryOf,
  makeRule,
  parseHyper,
  parseRule,
  type RuleSpecification,
} from "./specification.ts";
import type { Terminal } from "./terminal.ts";

export interface ExplainOptions {
  readonly set?: readonly string[];
  readonly latex?: boolean;
  readonly wat?: boolean;
  readonly type: "float32" | "float64";
  readonly json?: boolean;
}

/** `gradus explain` */
export function explain(text: string, options: ExplainOptions, terminal: Terminal): void {
  const chosen = (["latex", "wat", "json"] as const).filter((format) => options[format]);
  if (chosen.length > 1) {
    throw new UsageError(`--${chosen[0]} and --${chosen[1]} cannot be used together`);
  }
  const specification = withOptions(parseRule(text), options.set ?? []);
  const [format] = chosen;
  usingRule(specification.label, () => show(makeRule(specification), format, options, terminal));
}

function show(
  rule: Rule,
  format: "latex" | "wat" | "json" | undefined,
  options: ExplainOptions,
  terminal: Terminal,
): void {
  if (format === "wat") {
    // The program as it runs: it checks that gradients are finite.
    const program = programOf(rule, defaultHyper(rule), true);
    terminal.document(listing(program, options.type).trimEnd());
    return;
  }
  const explanation = explainRule(rule);
  if (format === "latex") terminal.document(explanation.latex);
  else if (format === "json") terminal.document(JSON.stringify(explanation, null, 2));
  else terminal.document(explanationText(explanation, terminal.width).trimEnd());
}

/** Sets hyperparameters by name, or by `part.name` if several parts have one of that name. */
function withOptions(
  specification: RuleSpecification,
  entries: readonly string[],
): RuleSpecification {
  return entries.reduce(withOption, specification);
}

function withOption(specification: RuleSpecification, entry: string): RuleSpecification {
  const at = entry.indexOf("=");
  if (at < 1) throw new UsageError(`--set ${entry}: write it as name=value`);
  const { parts } = specification;
  const key = entry.slice(0, at);
  const candidates = parts.flatMap((part, index) =>
    Object.keys(factoryOf(part.name).definition.hyper).map((name) => ({ part, index, name })),
  );
  const found = candidates.filter(
    ({ part, name }) => name === key || `${part.name}.${name}` === key,
  );
  if (found.length > 1) {
    const qualified = found.map(({ part, name }) => `${part.name}.${name}`);
    throw new UsageError(
      `--set: several parts have \`${key}\`; write ${[...new Set(qualified)].join(" or ")}, or give options in parentheses`,
    );
  }
  const [only] = found;
  if (only === undefined) {
    const names = candidates.map(({ name }) => name);
    throw new UsageError(
      `--set: ${specification.label} has no hyperparameter \`${key}\`${didYouMean(key, names) || (names.length > 0 ? `; it has ${names.join(", ")}` : "")}`,
    );
  }
  const value = parseHyper(only.name, entry.slice(at + 1));
  return {
    ...specification,
    parts: parts.map((part, index) =>
      index === only.index ? { ...part, options: { ...part.options, [only.name]: value } } : part,
    ),
  };
}
