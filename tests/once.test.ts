/** What is done once: reading a rule's text, and comparing a saved state. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../src/checkpoint/index.ts";
import { explain } from "../src/explain/index.ts";
import {
  adam,
  chain,
  clipByGlobalNorm,
  defineOptimizer,
  defineTransform,
  optimize,
  parameters,
  type Rule,
} from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-once-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A definition that counts how often its text is read: whoever elaborates it does so more than once. */
function counted<D extends { readonly rule: string }>(definition: D) {
  const counts = { reads: 0 };
  const { rule } = definition;
  return {
    counts,
    definition: {
      ...definition,
      get rule() {
        counts.reads += 1;
        return rule;
      },
    },
  };
}

const shapes = { w: [4, 3], b: [3] };

it("a rule of one's own is elaborated when it is defined, and not when it is bound or explained", () => {
  const { counts, definition } = counted({
    name: "mine",
    hyper: { lr: 0.1, beta: 0.9, wide: true },
    state: { m: 0 },
    rule: `
      m = beta * m + (1 - beta) * g
      u = where(wide, where(matrix, m, 2 * m), m)`,
  });
  const mine = defineOptimizer(definition);
  expect(counts.reads).toBeGreaterThan(0);
  counts.reads = 0;
  for (const options of [{}, { beta: 0.5 }, { wide: false }]) {
    const rule = mine(options);
    optimize(parameters(shapes), rule, { groups: [{ match: "b", lr: 0.2 }] }).dispose();
    optimize(parameters(shapes), rule, { nonFinite: "allow" }).dispose();
    explain(rule);
  }
  expect(counts.reads).toBe(0);
});

it("one in a chain is elaborated once for all that is asked of that chain", () => {
  const { counts, definition } = counted({
    ...{ name: "mineToo", hyper: { c: 2 }, rule: "g = where(matrix, c * g, g)" },
  });
  const mine = defineTransform(definition);
  const rule = () => chain(clipByGlobalNorm(1), mine(), adam()) as Rule;
  counts.reads = 0;
  optimize(parameters(shapes), rule()).dispose();
  const once = counts.reads;
  expect(once).toBeGreaterThan(0);
  optimize(parameters(shapes), rule(), { nonFinite: "allow" }).dispose();
  optimize(parameters({ b: [3] }), rule()).dispose();
  explain(rule());
  expect(counts.reads).toBe(once);
});

it("a saved state is compared once, from a file as from memory", () => {
  const saved = optimize(parameters(shapes), adam());
  saved.step({ w: new Float32Array(12).fill(1), b: [1, 2, 3] });
  const path = join(folder, "run.safetensors");
  saveCheckpoint(path, saved);
  /** How often what an optimizer has is looked through while something goes on. */
  const comparisons = (restore: (optimizer: typeof saved) => unknown): number => {
    const optimizer = optimize(parameters(shapes), adam());
    let count = 0;
    const stateViews = optimizer.stateViews.bind(optimizer);
    optimizer.stateViews = () => {
      const { groups, ...state } = stateViews();
      return {
        ...state,
        get groups() {
          count += 1;
          return groups;
        },
      };
    };
    restore(optimizer);
    expect(optimizer.steps).toBe(1);
    return count;
  };
  const once = comparisons((optimizer) => optimizer.restore(saved.state()));
  expect(once).toBeGreaterThan(0);
  expect(comparisons((optimizer) => loadCheckpoint(path, optimizer))).toBe(once);
});
