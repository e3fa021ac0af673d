import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../tests/support/properties.ts";
import { unchecked } from "../../../tests/support/rules.ts";
import { withoutRescues } from "../../../tests/support/withoutRescues.ts";
import { compose } from "../graph/compose.ts";
import { type Node, reachable, type Store } from "../graph/graph.ts";
import { isHost } from "../graph/kinds.ts";
import { simplify } from "../graph/simplify.ts";
import { type ProgramOptions, schedule as scheduleAll } from "./passes.ts";
import { loopsOf, type Program } from "./program.ts";

/** Random rules with three states and nested reductions, as text, so that they can be read. */
const leaves = fc.constantFrom("g", "p", "a", "b", "c", "lr", "t");
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    leaves,
    fc
      .tuple(tie("expression"), fc.constantFrom("+", "-", "*", "/"), tie("expression"))
      .map(([x, operator, y]) => `(${x} ${operator} ${y})`),
    fc
      .tuple(fc.constantFrom("sqrt", "sum", "norm", "globalNorm", "amax"), tie("expression"))
      .map(([name, x]) => `${name}(${x})`),
  ),
}));
const line = fc
  .tuple(fc.constantFrom("a", "b", "c", "g", "u", "p"), expression)
  .map(([target, value]) => `${target} = ${value}`);
const text = fc
  .array(line, { minLength: 1, maxLength: 6 })
  .map((lines) => ["x = a", "u = g", ...lines, "a = a", "b = b + x", "c = c"].join("\n"));

function storesOf(rule: string): readonly Store[] {
  const made = unchecked({ rule, state: { a: 0, b: 0, c: 0 } })();
  return simplify(compose(made), new Map());
}

/** Checks a program without running it: tracks what memory holds, and what each pass may read. */
function check(program: Program, stores: readonly Store[], guard: boolean): void {
  const memory = new Map(program.slots.map(({ name: slot }) => [slot, `old ${slot}`]));
  const name = (node: Node): string =>
    node.form === "slot" ? `old ${node.name}` : `node ${node.id}`;
  const reducedBefore = new Set<Node>();
  const stored: string[] = [];
  for (const { index, loop: pass } of loopsOf(program)) {
    const known = new Set<Node>();
    for (const { slot, node } of pass.loads) {
      expect(memory.get(slot), `pass ${index} loads ${slot}`).toBe(name(node));
      known.add(node);
    }
    for (const value of pass.values) {
      expect(isHost(value.kind)).toBe(true);
      for (const needed of reachable([value])) {
        // The operands of nested reductions are checked where those reductions are computed.
        if (needed.form === "reduction") expect(reducedBefore.has(needed)).toBe(true);
      }
      known.add(value);
    }
    for (const node of pass.compute) {
      for (const operand of node.operands) expect(known.has(operand)).toBe(true);
      known.add(node);
    }
    for (const { slot, value } of pass.stores) {
      expect(known.has(value)).toBe(true);
      expect(guard && index === 0).toBe(false);
      memory.set(slot, name(value));
      stored.push(slot);
    }
    for (const { node } of pass.reductions) {
      expect(known.has(node.operands[0]!)).toBe(true);
      expect(reducedBefore.has(node)).toBe(false);
      reducedBefore.add(node);
    }
    // Nothing is computed or loaded without use.
    const targets = [
      ...pass.stores.map(({ value }) => value),
      ...pass.reductions.map(({ node }) => node.operands[0]!),
    ];
    const used = new Set<Node>(targets);
    for (const node of pass.compute.toReversed()) {
      expect(used.has(node)).toBe(true);
      for (const operand of node.operands) used.add(operand);
    }
    for (const { node } of pass.loads) expect(used.has(node)).toBe(true);
    for (const node of pass.values) expect(used.has(node)).toBe(true);
    expect(targets.length).toBeGreaterThan(0);
  }
  expect(stored.sort()).toEqual(stores.map(({ slot }) => slot).sort());
}

const arraysLoaded = (program: Program): number =>
  loopsOf(program).reduce(
    (sum, { loop: { loads } }) => sum + new Set(loads.map(({ slot }) => slot)).size,
    0,
  );

/** The fewest arrays that passes can load for these stores, found by trying all placements. */
function fewestLoads(stores: readonly Store[], count: number, guard: boolean): number {
  const depth = new Map<Node, number>();
  const nodes = reachable(stores.map(({ value }) => value));
  for (const node of nodes) {
    const operands = Math.max(0, ...node.operands.map((operand) => depth.get(operand)!));
    depth.set(node, operands + Number(node.form === "reduction"));
  }
  const reductions = nodes.filter(({ form }) => form === "reduction");
  const loaded = (choice: readonly number[]): number => {
    let sum = 0;
    for (let pass = 0; pass < count; pass++) {
      const written = stores.filter((_, i) => choice[i]! < pass);
      const slots = new Set<string>();
      const load = (node: Node): void => {
        const copy = written.find(({ value }) => value === node);
        if (isHost(node.kind)) return;
        if (copy !== undefined) slots.add(copy.slot);
        else if (node.form !== "slot") node.operands.forEach(load);
        else if (written.some(({ slot }) => slot === node.name)) sum = Number.POSITIVE_INFINITY;
        else slots.add(node.name);
      };
      for (const [i, { value }] of stores.entries()) if (choice[i] === pass) load(value);
      for (const node of reductions) if (depth.get(node) === pass + 1) load(node.operands[0]!);
      if (guard && pass === 0) slots.add("g");
      sum += slots.size;
    }
    return sum;
  };
  let choices: number[][] = [[]];
  for (const { value } of stores) {
    const first = Math.max(depth.get(value)!, Number(guard));
    choices = choices.flatMap((choice) =>
      Array.from({ length: count - first }, (_, i) => [...choice, first + i]),
    );
  }
  return Math.min(...choices.map(loaded));
}

/** Without the states that keep their value, which nothing stores. */
const changing = (stores: readonly Store[]): Store[] =>
  stores.filter(({ slot, value }) => !(value.form === "slot" && value.name === slot));

const schedule = (stores: readonly Store[], options: ProgramOptions): Program =>
  withoutRescues(scheduleAll(stores, options));

describe("a schedule", () => {
  test("loads what memory holds, computes what it needs and stores all, whatever the rule", () => {
    let severalPasses = 0;
    let early = 0;
    fc.assert(
      fc.property(text, fc.boolean(), (rule, guard) => {
        const stores = storesOf(rule);
        const program = schedule(stores, { guard });
        check(program, changing(stores), guard);
        severalPasses += Number(program.passes.length > 2);
        early += Number(
          loopsOf(program)
            .slice(1, -1)
            .some(({ loop }) => loop.stores.length > 0),
        );
      }),
      runs(500),
    );
    // Make sure that the property was tested on rules with several passes.
    expect(severalPasses).toBeGreaterThan(50);
    expect(early).toBeGreaterThan(10);
  });

  test("has one pass more than reductions are nested", () => {
    fc.assert(
      fc.property(text, (rule) => {
        const stores = storesOf(rule);
        const depth = (node: Node): number =>
          Math.max(0, ...node.operands.map(depth)) + Number(node.form === "reduction");
        const deepest = Math.max(...stores.map(({ value }) => depth(value)));
        expect(schedule(stores, { guard: false }).passes).toHaveLength(deepest + 1);
        expect(schedule(stores, { guard: true }).passes).toHaveLength(Math.max(deepest, 1) + 1);
      }),
      runs(80),
    );
  });

  test("loads as few arrays as any placement of the stores could", () => {
    fc.assert(
      fc.property(text, fc.boolean(), (rule, guard) => {
        const stores = storesOf(rule);
        const program = schedule(stores, { guard });
        // The brute force is only quick for a few passes.
        if (program.passes.length <= 4) {
          // The guard does not change the rest of the graph, so the stores from before it may be used.
          const fewest = fewestLoads(changing(stores), program.passes.length, guard);
          expect(arraysLoaded(program)).toBe(fewest);
        }
      }),
      runs(80),
    );
  });

  test("of very many stores and passes puts everything last, without a search", () => {
    const names = Array.from({ length: 26 }, (_, i) => `s${i}`);
    const state = Object.fromEntries(names.map((name) => [name, 0]));
    const lines = names.map((name, i) => `${name} = ${names[(i + 1) % 26]} + g / norm(g)`);
    const rule = [...lines, "u = s0 * norm(s1 * norm(s2 * norm(s3)))"].join("\n");
    const stores = simplify(compose(unchecked({ rule, state })()), new Map());
    const program = schedule(stores, { guard: true });
    check(program, stores, true);
    expect(
      loopsOf(program)
        .slice(0, -1)
        .flatMap(({ loop }) => loop.stores),
    ).toEqual([]);
  });
});
