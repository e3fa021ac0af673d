/** Wrappers around and within what ranks train, on ranks in threads, whose operations are done when they return. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { beforeAll, describe, expect, test } from "vitest";
import { DataParallel, dataParallel, runThreads } from "../../../src/distributed/index.ts";
import {
  accumulate,
  adam,
  chain,
  clipByGlobalNorm,
  curvature,
  ema,
  galore,
  optimize,
  privatize,
  type Rule,
  sam,
  sophia,
} from "../../../src/index.ts";
import { bundled } from "../../support/bundled.ts";
import { alone } from "../../support/ranksInTurn.ts";
import {
  type Gradients,
  gradientsOf,
  meanGradients,
  type Net,
  netOf,
  valuesOf,
} from "./training.ts";
import type { Answer } from "./wrapped.ts";

const size = 3;
const ranks = [0, 1, 2];
const rule = () => chain(clipByGlobalNorm(1), adam({ lr: 0.1 })) as Rule;

/** The mean over ranks of what each makes of its gradients. */
const mean = (of: (rank: number) => Gradients) => meanGradients(ranks.map(of));

const normOf = (all: Gradients): number =>
  Math.hypot(...Object.values(all).flatMap((array) => [...array]));
const mapped = (all: Gradients, change: (value: number) => number): Gradients =>
  Object.fromEntries(Object.entries(all).map(([name, array]) => [name, array.map(change)]));
const added = (one: Gradients, other: Gradients, times = 1): Gradients =>
  Object.fromEntries(
    Object.entries(one).map(([name, array]) => [
      name,
      array.map((value, i) => value + times * other[name]![i]!),
    ]),
  );
const clipped = (all: Gradients, limit: number): Gradients => {
  const norm = normOf(all);
  return norm <= limit ? all : mapped(all, (value) => (value * limit) / norm);
};

/** What one process does by the gradients of all. */
const byHand: Readonly<Record<string, (net: Net) => void>> = {
  plain(net) {
    using optimizer = optimize(net, rule());
    for (let step = 1; step <= 6; step++)
      optimizer.step(mean((rank) => gradientsOf(net, step, rank)));
  },
  accumulate(net) {
    using optimizer = optimize(net, rule());
    for (const step of [1, 3, 5]) {
      const of = (rank: number) =>
        added(gradientsOf(net, step, rank), gradientsOf(net, step + 1, rank));
      optimizer.step(mean((rank) => mapped(of(rank), (value) => value / 2)));
    }
  },
  privatize(net) {
    using optimizer = optimize(net, rule());
    for (const step of [1, 3, 5]) {
      const of = (rank: number) =>
        added(
          clipped(gradientsOf(net, step, rank), 0.5),
          clipped(gradientsOf(net, step + 1, rank), 0.5),
        );
      optimizer.step(mean((rank) => mapped(of(rank), (value) => value / 2)));
    }
  },
  sam(net) {
    using optimizer = optimize(net, rule());
    // The second gradient is the first once more, for these are given.
    for (let step = 1; step <= 6; step++)
      optimizer.step(mean((rank) => gradientsOf(net, step, rank)));
  },
  galore(net) {
    using optimizer = galore(net as never, adam({ lr: 0.1 }), { rank: 2, every: 2 });
    for (let step = 1; step <= 6; step++) {
      optimizer.step(mean((rank) => gradientsOf(net, step, rank)) as never);
    }
  },
};

describe.each([false, true])("with sharded state: %s", (shardState) => {
  let answers: Answer[];

  beforeAll(async () => {
    const script = await bundled("tests/distributed/parallel/wrapped.ts");
    const folder = mkdtempSync(join(tmpdir(), "gradus-wrapped-"));
    await runThreads(script, size, { argv: [folder, `${shardState}`] });
    answers = ranks.map((rank) => deserialize(readFileSync(join(folder, `${rank}`))) as Answer);
    rmSync(folder, { recursive: true });
  });

  test.each(Object.keys(byHand))("%s comes to what one process does", (name) => {
    const net = netOf();
    byHand[name]!(net);
    for (const { values } of answers) {
      for (const [parameter, array] of Object.entries(valuesOf(net))) {
        const near = [...array].map((value) => expect.closeTo(value, 4));
        expect([...values[name]![parameter]!], parameter).toEqual(near);
      }
      expect(values[name]).toEqual(answers[0]!.values[name]);
    }
  });

  test("a loss scale is the same on all ranks", () => {
    for (const { scales } of answers) expect(scales).toEqual([4, 8, 4, 4, 8]);
  });

  test("a micro-step that is not finite on one rank leaves out the update on all", () => {
    for (const { leftOut } of answers) {
      expect(leftOut.slice(0, 3)).toEqual([
        [
          [false, false, 1],
          [false, true, 0],
          [false, false, 1],
          [true, false, 0],
        ],
        1,
        1,
      ]);
      expect(leftOut).toEqual(answers[0]!.leftOut);
    }
  });

  test("noise is that of the mean over all examples", () => {
    for (const { noise } of answers) {
      // 8 / (2 examples * 3 ranks), to five deviations of as many draws.
      expect(Math.abs(noise / (8 / 6) - 1)).toBeLessThan(5 / Math.sqrt(2 * 600));
      expect(noise).toBe(answers[0]!.noise);
    }
  });

  test("weights to evaluate are those of one process", () => {
    const net = netOf();
    using optimizer = optimize(net, chain(adam({ lr: 0.1 }), ema(0.5)) as Rule);
    for (const step of [1, 2]) optimizer.step(mean((rank) => gradientsOf(netOf(), step, rank)));
    for (const { weights } of answers)
      expect(weights).toEqual({ ...optimizer.evaluationWeights() });
  });
});

test("what would part ranks is refused", () => {
  const own = (net: Net) => optimize(net, adam(), { communicator: alone() });
  expect(() => galore(netOf() as never, own as never)).toThrow("put the ranks outside");
  expect(() => accumulate(netOf(), own, { steps: 2, skipAbove: 3 })).toThrow(
    "would update at different times",
  );
  expect(() => accumulate(netOf(), adam(), { steps: 2, communicator: alone() } as never)).toThrow(
    "communicator is an option of optimize only",
  );
  expect(() => curvature(optimize(netOf(), sophia(), { communicator: alone() }) as never)).toThrow(
    "each rank would have its own estimates",
  );
  const sharpness = sam(optimize(netOf(), adam()));
  expect(() => dataParallel(sharpness as never, alone())).toThrow("make sam the outer wrapper");
  const noisy = privatize(netOf(), adam(), { examples: 2, clip: 1, noiseMultiplier: 1, seed: 1 });
  expect(() => dataParallel(noisy, alone())).toThrow("make privatize the outer wrapper");
  expect(DataParallel).toBeDefined();
});
