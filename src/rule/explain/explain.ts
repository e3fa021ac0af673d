/** Explains a rule: its maths, hyperparameters and state, and what a step costs. */

import { type Part, type Rule, stateOf, titleOf } from "../definition.ts";
import { isFragment, keptStates } from "../formula/equations.ts";
import { latex } from "../formula/latex.ts";
import { unicode, unicodeBlocks, unicodeInitial, unicodeSymbols } from "../formula/unicode.ts";
import { compose, nameOf } from "../graph/compose.ts";
import type { Kind } from "../graph/kinds.ts";
import { simplify } from "../graph/simplify.ts";
import { checkIsRule, defaultHyper } from "../hyper.ts";
import { schedule } from "../planning/passes.ts";
import { staticsOf } from "../planning/prepare.ts";
import { type Pass, type Program, rescue, type Slot } from "../planning/program.ts";
import type {
  ElementBytes,
  Explanation,
  HyperparameterExplanation,
  PartExplanation,
  PassExplanation,
  StateExplanation,
} from "./explanation.ts";
import { explanationText } from "./explanationText.ts";

export type * from "./explanation.ts";

const bytesOf = (arrays: number): ElementBytes => ({ float32: 4 * arrays, float64: 8 * arrays });

/** Whether it is part of every step. */
const runs = ({ stage }: Pass): boolean => stage !== rescue;

function explainHyperparameters(part: Part): HyperparameterExplanation[] {
  const symbols = unicodeSymbols(part);
  return Object.entries(part.hyper).map(([name, value]) => ({
    part: part.name,
    name,
    symbol: symbols.get(name)!,
    // JavaScript gives a function that is written as a property's value the property's name.
    value:
      typeof value !== "function"
        ? value
        : value.name === "" || value.name === name
          ? "a schedule"
          : value.name,
    default: part.definition.hyper[name]!,
    range: part.definition.ranges?.[name],
  }));
}

function explainState(rule: Rule): StateExplanation[] {
  const kept = keptStates(rule);
  return rule.parts.flatMap((part) => {
    const symbols = unicodeSymbols(part);
    return Object.entries(stateOf(part.definition))
      .filter(([name]) => kept.has(`${part.name}.${name}`))
      .map(([name, { kind, initial }]) => ({
        part: part.name,
        name,
        symbol: symbols.get(name)!,
        kind,
        initial: unicodeInitial(part, initial),
        bytes: bytesOf(kind === "element" ? 1 : 0),
      }));
  });
}

/** The slots that a pass reads and writes. */
function slotsOf(pass: Pass): { reads: readonly string[]; writes: readonly string[] } {
  if (pass.form === "routine") {
    return { reads: pass.matrices, writes: [pass.result] };
  }
  const { loads, stores, lines } = pass;
  const names = (used: readonly { readonly slot: string }[]) => used.map(({ slot }) => slot);
  return { reads: names(loads), writes: names([...stores, ...lines]) };
}

function explainPass(pass: Pass, slots: readonly Slot[]): PassExplanation {
  const used = slotsOf(pass);
  const inOrder = (names: ReadonlySet<string>) => slots.filter(({ name }) => names.has(name));
  const [reads, writes] = [inOrder(new Set(used.reads)), inOrder(new Set(used.writes))];
  const arrays = [...reads, ...writes].filter(({ kind }) => lengthens(kind));
  const nameOfSlot = ({ name, temporary }: Slot) => (temporary ? "" : name);
  return {
    reads: [...new Set(reads.map(nameOfSlot))],
    writes: [...new Set(writes.map(nameOfSlot))],
    routine: pass.form === "routine" ? pass.node.routine.name : undefined,
    reductions:
      pass.form === "loop"
        ? [
            ...pass.reductions.map(({ node: { operator, scope } }) => ({ operator, scope })),
            ...pass.lines.map(({ node: { operator, lines } }) => ({ operator, scope: lines })),
          ]
        : [],
    bytes: bytesOf(arrays.length),
  };
}

/** Whether an array of this kind is as long as the parameter. */
const lengthens = (kind: Kind): boolean => kind === "element" || kind === "transposed";

/** The number of arrays that the passes of a program read and write. */
function arraysMoved({ passes, slots }: Program): number {
  const each = passes.filter(runs).map((pass) => explainPass(pass, slots).bytes.float32 / 4);
  return each.reduce((sum, moved) => sum + moved, 0);
}

type Cost = Pick<Explanation, "passes" | "bytes" | "check" | "obstacle">;

const noCost = (obstacle: string): Cost => ({
  passes: [],
  bytes: bytesOf(0),
  check: { passes: 0, bytes: bytesOf(0) },
  obstacle,
});

function explainCost(rule: Rule): Cost {
  if (isFragment(rule)) {
    return noCost(
      "None by itself: a transform joins the passes of the optimizer that it is chained with.",
    );
  }
  const stores = simplify(compose(rule), staticsOf(defaultHyper(rule), true));
  const program = schedule(stores, { guard: false });
  const checked = schedule(stores, { guard: true });
  return {
    passes: program.passes.filter(runs).map((pass) => explainPass(pass, program.slots)),
    bytes: bytesOf(arraysMoved(program)),
    check: {
      passes: Math.max(0, checked.passes.filter(runs).length - program.passes.filter(runs).length),
      bytes: bytesOf(Math.max(0, arraysMoved(checked) - arraysMoved(program))),
    },
    obstacle: undefined,
  };
}

function explainParts(rule: Rule, width: number): PartExplanation[] {
  const lines = new Map(unicodeBlocks(rule, width).map((block) => [block.part, block.lines]));
  return rule.parts.map((part) => {
    const { summary, paper } = part.definition;
    const formula = lines.get(part)?.join("\n") ?? "";
    return { name: part.name, title: titleOf(part), summary, paper, formula };
  });
}

/**
 * Explains a rule: its maths, hyperparameters, state, and the passes over memory that a step makes.
 *
 * @example
 * ```ts
 * const explanation = explain(adam());
 * console.log(`${explanation}`); // Adam
 * explanation.passes.length; // 1
 * explanation.bytes.float32; // 28, for each element
 * ```
 * @throws {RuleError} where a part does not fit after those before it
 * @throws {HyperparameterError} where `u` is assigned and nothing has `lr`
 */
export function explain(rule: Rule): Explanation {
  checkIsRule("explain", "the argument", rule);
  const parts = explainParts(rule, 76);
  const only = parts.length === 1 ? parts[0] : undefined;
  const explanation = {
    name: nameOf(rule),
    title: parts.map(({ title }) => title).join(" → "),
    summary: only?.summary,
    paper: only?.paper,
    parts,
    formula: unicode(rule),
    latex: latex(rule),
    hyperparameters: rule.parts.flatMap(explainHyperparameters),
    state: explainState(rule),
    ...explainCost(rule),
  };
  return { ...explanation, toString: () => explanationText(explanation) };
}
