/** The model of a step's time: what must hold of it, what is fitted to measurements, and that its page is up to date. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costFor, fitAll, type Measurement, ratioOf } from "../../scripts/scaling/fit.ts";
import {
  type Collective,
  type Cost,
  collectives,
  methods,
  type Network,
  secondsOf,
  speedUp,
  stepSeconds,
} from "../../scripts/scaling/model.ts";
import {
  constantsTable,
  drawScaling,
  fitTable,
  speedUpTables,
} from "../../scripts/scaling/page.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const networkOf = (cost: Cost): Network =>
  Object.fromEntries(collectives.map((each) => [each, cost])) as unknown as Network;

const sizes = [4096, 65_536, 1 << 20, 1 << 24, 1 << 28];

/** What a network takes exactly, times something. */
const measured = (cost: Cost, collective: Collective, noise = (_: number) => 1): Measurement[] =>
  [2, 3, 4].flatMap((ranks) =>
    sizes.map((bytes, i) => ({
      ...{ collective, ranks, bytes },
      seconds: secondsOf(networkOf(cost), collective, ranks, bytes) * noise(ranks * 7 + i),
    })),
  );

const costs = fc.record({
  alpha: fc.double({ min: 1e-7, max: 1e-3, noNaN: true }),
  beta: fc.double({ min: 1e-11, max: 1e-8, noNaN: true }),
});

describe("a fit", () => {
  test("finds the latency and the bandwidth that measurements were made of", () => {
    fc.assert(
      fc.property(costs, fc.constantFrom(...collectives), (cost, collective) => {
        const found = costFor(measured(cost, collective));
        expect(found.alpha / cost.alpha).toBeCloseTo(1, 6);
        expect(found.beta / cost.beta).toBeCloseTo(1, 6);
      }),
    );
  });

  test("is off by no more than measurements are, and says so of a size that was held back", () => {
    const cost = { alpha: 2e-5, beta: 1e-9 };
    const noisy = measured(cost, "allReduce", (seed) => 1 + 0.1 * Math.sin(seed * seed));
    const [checked] = fitAll([
      ...noisy,
      { collective: "allReduce", ranks: 1, bytes: 8, seconds: 1 },
    ]);
    expect(checked!.heldBack).toBe(1 << 20);
    expect(Math.abs(Math.log(checked!.cost.alpha / cost.alpha))).toBeLessThan(0.1);
    expect(Math.abs(Math.log(checked!.cost.beta / cost.beta))).toBeLessThan(0.1);
    expect(checked!.worst).toBeLessThan(1.21);
    expect(Math.abs(Math.log(checked!.predicted))).toBeLessThan(Math.log(checked!.worst) + 1e-9);
  });

  test("weighs relative errors: small arrays count as much as large ones", () => {
    const exact = measured({ alpha: 1e-5, beta: 1e-9 }, "broadcast");
    const [first, ...others] = exact;
    const off = costFor([{ ...first!, seconds: 3 * first!.seconds }, ...others]);
    const worst = Math.max(...others.map((each) => Math.abs(ratioOf(off, each) - 1)));
    expect(worst).toBeLessThan(0.5);
  });

  test("has nothing below zero", () => {
    const rows = [4096, 1 << 20].map((bytes) => ({
      ...{ collective: "allReduce" as const, ranks: 2, bytes },
      seconds: bytes < 1e5 ? 1e-7 : 1e-2,
    }));
    const { alpha, beta } = costFor(rows);
    expect(alpha).toBe(0);
    expect(beta).toBeGreaterThan(0);
  });
});

const situations = fc.record({
  cost: costs,
  parameters: fc.integer({ min: 1000, max: 1e10 }),
  ranks: fc.integer({ min: 2, max: 4096 }),
  every: fc.integer({ min: 1, max: 1000 }),
  compute: fc.double({ min: 1e-15, max: 1e-9, noNaN: true }),
  update: fc.double({ min: 1e-12, max: 1e-8, noNaN: true }),
  examples: fc.integer({ min: 1, max: 10_000 }),
});

describe("a step's time", () => {
  test("is no better than ranks, falls with what is said less often, and is that of one rank by itself", () => {
    fc.assert(
      fc.property(situations, ({ cost, compute, update, examples, ...rest }) => {
        const machine = { name: "any", compute, update, examples };
        const situation = { ...rest, machine, network: networkOf(cost) };
        const { ranks } = rest;
        for (const method of methods) {
          // ZeRO-1 also shares the update.
          const most = method === "ZeRO-1" ? ranks * (1 + update / (compute * examples)) : ranks;
          expect(speedUp(method, situation)).toBeLessThanOrEqual(most * (1 + 1e-12));
          expect(speedUp(method, { ...situation, ranks: 1 })).toBe(1);
        }
        const seldom = { ...situation, every: 10 * rest.every };
        expect(stepSeconds("DiLoCo", seldom)).toBeLessThan(stepSeconds("DiLoCo", situation));
        const halves = ["reduceScatter", "allGather"] as const;
        const sum = halves.reduce(
          (total, each) => total + secondsOf(situation.network, each, ranks, 4e6),
          0,
        );
        expect(secondsOf(situation.network, "allReduce", ranks, 4e6) / sum).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe("docs/distributed-scale.md", () => {
  const page = read("docs/distributed-scale.md");
  test("has what the model says: npx tsx scripts/scaling.ts", () => {
    expect(page).toContain(constantsTable());
    expect(page).toContain(speedUpTables());
    expect(page).toContain(fitTable(JSON.parse(read("scripts/scaling/measured.json"))));
    expect(read("docs/distributed-scale.svg")).toBe(drawScaling());
  });

  test("has what was simulated: npx tsx scripts/diloco.ts --page", () => {
    const outcomes = JSON.parse(read("scripts/diloco/outcomes.json")) as {
      accuracy: number;
      seed: number;
    }[];
    expect(outcomes.length).toBeGreaterThan(0);
    expect(new Set(outcomes.map(({ seed }) => seed)).size).toBeGreaterThanOrEqual(3);
    expect(page).toContain("| one process | 1 |");
  });
});
