/**
 * Derives a rule's equations from its statements: each name is resolved to its value at that place, conditions that the
 * options decide are decided, and what has no effect after that is left out.
 */

import { type Part, type Rule, stateOf } from "../definition.ts";
import {
  type Composition,
  elaborateRule,
  learningRatePart,
  update,
  updateIndex,
} from "../graph/compose.ts";
import { decider, simplify } from "../graph/simplify.ts";
import { checkIsRule, defaultHyper } from "../hyper.ts";
import { parse } from "../language/parser.ts";
import { statementsOf } from "../language/statements.ts";
import type { Statement } from "../language/syntax.ts";
import { staticsOf } from "../planning/prepare.ts";
import { type Names, Resolver, type Time, type Value, type Variable, variable } from "./resolve.ts";
import { leavesOf, type Term } from "./term.ts";

export interface Equation {
  readonly target: Value;
  readonly value: Term<Value>;
}

/** The equations of one part. */
export interface Block {
  readonly part: Part;
  readonly equations: readonly Equation[];
}

const flowing = ["g", "u", "p"] as const;
const isFlow = (name: string): boolean => flowing.includes(name as "g");

/** Whether a rule has only transforms, and so needs an optimizer to run. */
export function isFragment(rule: Rule): boolean {
  return rule.parts.every((part) => part.role === "transform");
}

/** The states that remain in use, by qualified name. */
function statesOf(rule: Rule, { scope }: Composition): Set<string> {
  // The values that a fragment passes on are results, too.
  const results = isFragment(rule)
    ? [
        { slot: "g", value: scope.g },
        { slot: "u", value: scope.u! },
      ]
    : [];
  const stores = [{ slot: "p", value: scope.p }, ...results, ...scope.stores];
  return new Set(simplify(stores, staticsOf(defaultHyper(rule))).map(({ slot }) => slot));
}

/** A condition with more names than this is not written where it is used. Names in inlined conditions count, too. */
const maxInlined = 24;

/** A local that does not change from step to step has no time. */
function timeOf(term: Term<Value>): Time {
  const changes = leavesOf(term).some(
    ({ time, role, name }) => time !== "constant" || (role === "fact" && name === "t"),
  );
  return changes ? "now" : "constant";
}

const hyperValue = (part: Part, name: string): Value => ({
  name,
  role: "hyper",
  part,
  time: typeof part.hyper[name] === "function" ? "now" : "constant",
});

/** Collects the equations of a rule, part by part. */
class Collector {
  readonly blocks: { part: Part; equations: Equation[] }[] = [];
  /** The current values of g, u and p between two parts. */
  readonly #flow: Names = new Map();
  readonly #outputs: Value[] = [];
  readonly #fragment: boolean;

  constructor(rule: Rule, fragment: boolean) {
    this.#fragment = fragment;
    const [part] = rule.parts;
    if (part !== undefined) {
      this.#flow.set("g", variable({ name: "g", role: "flow", part, time: "now" }));
      this.#flow.set("p", variable({ name: "p", role: "flow", part, time: "previous" }));
      if (fragment) {
        this.#flow.set("u", variable({ name: "u", role: "flow", part, time: "now" }));
      }
    }
  }

  /** The values that remain after the rule. */
  get outputs(): readonly Value[] {
    const flowing = [...this.#flow.values()].map((term) => (term as Variable).variable);
    return [...flowing, ...this.#outputs];
  }

  /** The names that a part starts with. */
  names(part: Part): Names {
    const names = new Map(this.#flow);
    if (this.#fragment && !statementsOf(part.definition).some(({ target }) => isFlow(target))) {
      // A transform that changes neither g nor u nor p, such as an average, sees p after the step.
      names.set("p", variable({ name: "p", role: "flow", part, time: "now" }));
    }
    for (const name of ["t", "loss", "rows", "cols", "size", "matrix"]) {
      names.set(name, variable({ name, role: "fact", part, time: "constant" }));
    }
    for (const name of Object.keys(part.hyper)) {
      names.set(name, variable(hyperValue(part, name)));
    }
    const assigned = new Set(statementsOf(part.definition).map(({ target }) => target));
    for (const name of Object.keys(stateOf(part.definition))) {
      const time = assigned.has(name) ? "previous" : "constant";
      names.set(name, variable({ name, role: "state", part, time }));
    }
    return names;
  }

  add(part: Part, resolver: Resolver, kept: ReadonlySet<string>): void {
    const equations: Equation[] = [];
    this.blocks.push({ part, equations });
    const states = stateOf(part.definition);
    for (const { target: name, value } of statementsOf(part.definition)) {
      const term = resolver.resolve(value);
      const flows = isFlow(name);
      const isState = Object.hasOwn(states, name);
      // Short conditions, and names that only rename a value, are written where they are used.
      const inlined =
        (resolver.isCondition(value) && leavesOf(term).length <= maxInlined) ||
        term.form === "variable" ||
        term.form === "number";
      if (!flows && !isState && inlined) {
        resolver.names.set(name, term);
      } else {
        const role = flows ? "flow" : isState ? "state" : "local";
        const time = role === "local" ? timeOf(term) : "now";
        const target: Value = { name, role, part, time };
        equations.push({ target, value: term });
        resolver.names.set(name, variable(target));
      }
    }
    this.#leave(part, resolver.names, kept);
  }

  /** Adds the equation of `p = p - lr * u` to the last part. */
  addUpdate(rate: Part): void {
    const [{ value }] = parse("update", update) as [Statement];
    const { part, equations } = this.blocks.at(-1)!;
    const names = new Map(this.#flow).set("lr", variable(hyperValue(rate, "lr")));
    const target: Value = { name: "p", role: "flow", part, time: "now" };
    const resolver = new Resolver(names, new Map(), () => undefined);
    equations.push({ target, value: resolver.resolve(value) });
    this.#flow.set("p", variable(target));
  }

  #leave(part: Part, names: Names, kept: ReadonlySet<string>): void {
    for (const name of flowing) {
      const term = names.get(name);
      if (term !== undefined) {
        this.#flow.set(name, term);
      }
    }
    for (const name of Object.keys(stateOf(part.definition))) {
      if (kept.has(`${part.name}.${name}`)) {
        this.#outputs.push((names.get(name) as Variable).variable);
      }
    }
  }
}

/** Leaves out equations that no output depends on. */
function withoutUnread(blocks: readonly Block[], outputs: readonly Value[]): Block[] {
  const equations = blocks.flatMap((block) => block.equations);
  const needed = new Set(outputs);
  // A value is read only after its own equation.
  for (const { target, value } of equations.toReversed()) {
    if (needed.has(target)) {
      for (const leaf of leavesOf(value)) {
        needed.add(leaf);
      }
    }
  }
  return blocks.map(({ part, equations }) => ({
    part,
    equations: equations.filter(({ target }) => needed.has(target)),
  }));
}

/** Writes `d = ...; u = d` as `u = ...` where nothing else reads the local d. */
function withoutAliases({ part, equations }: Block): Block {
  const reads = new Map<Value, number>();
  for (const read of equations.flatMap(({ value }) => leavesOf(value))) {
    reads.set(read, (reads.get(read) ?? 0) + 1);
  }
  const sources = new Map(equations.map(({ target, value }) => [target, value]));
  const merged = new Map<Value, Term<Value>>();
  for (const { value } of equations) {
    if (value.form === "variable" && value.variable.role === "local") {
      const { variable } = value;
      const source = sources.get(variable);
      if (source !== undefined && reads.get(variable) === 1) {
        merged.set(variable, source);
      }
    }
  }
  return {
    part,
    equations: equations
      .filter(({ target }) => !merged.has(target))
      .map(({ target, value }) => ({
        target,
        value: (value.form === "variable" && merged.get(value.variable)) || value,
      })),
  };
}

interface Analysis {
  readonly blocks: readonly Block[];
  readonly kept: ReadonlySet<string>;
}

/** Remembered, because plain text, LaTeX and tables of a rule all need the same analysis. */
const analysed = new WeakMap<Rule, Analysis>();

function analyse(rule: Rule): Analysis {
  checkIsRule("formula", "the argument", rule);
  let analysis = analysed.get(rule);
  if (analysis === undefined) {
    const composed = elaborateRule(rule, isFragment(rule));
    const kept = statesOf(rule, composed);
    analysis = { kept, blocks: collect(rule, composed, kept) };
    analysed.set(rule, analysis);
  }
  return analysis;
}

function collect(rule: Rule, { nodes }: Composition, kept: ReadonlySet<string>): Block[] {
  const fragment = isFragment(rule);
  const decide = decider(staticsOf(defaultHyper(rule)));
  const collector = new Collector(rule, fragment);
  const last = fragment ? -1 : updateIndex(rule);
  for (const [index, part] of rule.parts.entries()) {
    const resolver = new Resolver(collector.names(part), nodes[index]!, decide);
    collector.add(part, resolver, kept);
    if (index === last) {
      collector.addUpdate(learningRatePart(rule)!);
    }
  }
  return withoutUnread(collector.blocks, collector.outputs).map(withoutAliases);
}

/**
 * The equations of a rule, block by block.
 *
 * `p = p - lr * u` is where it is applied: at the end of the last part that assigns `u`.
 * @throws {RuleError} where a part does not fit after those before it
 */
export const equationsOf = (rule: Rule): readonly Block[] => analyse(rule).blocks;

/** The states, by qualified name, that remain in use after a rule's options have decided its switches. */
export const keptStates = (rule: Rule): ReadonlySet<string> => analyse(rule).kept;

/** The initial value of a state: an expression of the parameters before the first step. */
export function initialTerm(part: Part, expression: string): Term<Value> {
  const [{ value }] = parse(part.name, `initial = ${expression}`) as [Statement];
  const names: Names = new Map(
    Object.keys(part.hyper).map((name) => [name, variable(hyperValue(part, name))]),
  );
  names.set("p", variable({ name: "p", role: "flow", part, time: "initial" }));
  return new Resolver(names, new Map(), () => undefined).resolve(value);
}
