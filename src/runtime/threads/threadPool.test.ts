import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { expectSameBits } from "../../../tests/support/bits.ts";
import { breakWorkers } from "../../../tests/support/brokenWorkers.ts";
import { bundled } from "../../../tests/support/bundled.ts";
import { randomNumbers } from "../../../tests/support/numbers.ts";
import { either } from "../../../tests/support/properties.ts";
import {
  adafactor,
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  ema,
  javascript,
  lamb,
  muon,
  noisySgd,
  optimize,
  parameters,
  type Rule,
  ThreadError,
} from "../../index.ts";

const leftAlone = await bundled(join(import.meta.dirname, "../../../tests/support/leftAlone.ts"));

const shapes = { a: [70_001], b: [300, 301], c: [3], d: [5, 20_000] } as const;

const threadsOfNode = process.getBuiltinModule("node:worker_threads");
afterEach(() => {
  threadsOfNode.Worker = Worker;
});

/** The workers that are started from now on. */
function watchWorkers(): Worker[] {
  const made: Worker[] = [];
  threadsOfNode.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      made.push(this);
    }
  };
  return made;
}

/** Parameters and state after some steps. All steps but the first use this number of threads. */
async function train(rule: Rule, threads: number): Promise<Record<string, ArrayLike<number>>> {
  const net = parameters(shapes);
  using optimizer = optimize(net, rule, { threads, seed: 3 });
  const numbers = randomNumbers(1);
  const fill = (array: Float32Array) =>
    array.forEach((_, i) => {
      array[i] = numbers.between(-1, 1);
    });
  Object.values(net).forEach(({ data }) => void fill(data));
  for (let step = 1; step <= 4; step++) {
    Object.values(optimizer.gradients).forEach(fill);
    optimizer.step();
    while (optimizer.threads < threads) await sleep(1);
  }
  const seen: Record<string, ArrayLike<number>> = {};
  for (const [name, state] of Object.entries(optimizer.state().parameters)) {
    seen[name] = net[name as keyof typeof net].data.slice();
    for (const [key, array] of Object.entries(state)) seen[`${name}.${key}`] = array.slice();
  }
  return seen;
}

describe("threads", () => {
  it.each([
    ["adam", adam()],
    ["clipped, averaged AdamW", chain(clipByGlobalNorm(1), adamw(), ema(0.9))],
    ["a norm of each tensor", lamb()],
    ["rows and columns", adafactor()],
    ["matrices", muon({ steps: 1 })],
    ["random numbers", noisySgd()],
  ] as const)("give the same bits, however many they are: %s", async (_, rule) => {
    const alone = await train(rule as Rule, 1);
    for (const threads of either([3], [2, 5])) {
      const together = await train(rule as Rule, threads);
      expect(Object.keys(together)).toEqual(Object.keys(alone));
      for (const [name, array] of Object.entries(alone)) {
        expectSameBits(together[name]!, array, (i) => `${threads} threads, ${name}[${i}]`);
      }
    }
  });

  it("start at the first step that is long enough, and not before", () => {
    const made = watchWorkers();
    using small = optimize(parameters({ w: [1000] }), adam(), { threads: 4 });
    small.step({ w: new Float32Array(1000) });
    expect(made).toHaveLength(0);
    using large = optimize(parameters({ w: [100_000] }), adam(), { threads: 4 });
    large.gradients.w.fill(1);
    expect(made).toHaveLength(0);
    large.step();
    expect(made).toHaveLength(3);
    expect([small.threads, large.threads <= 4]).toEqual([1, true]);
  });

  it("are shared by all optimizers, and end with the last one", async () => {
    const made = watchWorkers();
    const run = (threads: number) => {
      const optimizer = optimize(parameters({ w: [100_000] }), adam(), { threads });
      optimizer.gradients.w.fill(1);
      optimizer.step();
      return optimizer;
    };
    const [first, second] = [run(3), run(2)];
    expect(made).toHaveLength(2);
    while (first.threads < 3) await sleep(1);
    expect(second.threads).toBe(2);
    first.dispose();
    second.step();
    expect(second.steps).toBe(2);
    const ended = made.map((worker) => once(worker, "exit"));
    second.dispose();
    await Promise.all(ended);
    expect(made).toHaveLength(2);
  });

  it("do not start if a backend has no code for them", () => {
    const made = watchWorkers();
    const gradient = new Float32Array(100_000);
    const backend = javascript;
    for (const net of [parameters({ w: [100_000] }), { w: new Float32Array(100_000) }]) {
      using slow = optimize(net, adam(), { threads: 2, backend });
      slow.step({ w: gradient });
      expect([slow.threads, made.length]).toEqual([1, 0]);
    }
  });

  it("that cannot start leave the work to the caller's thread", async () => {
    threadsOfNode.Worker = class extends Worker {
      constructor() {
        super("throw new Error('no')", { eval: true });
      }
    };
    using optimizer = optimize(parameters({ w: [100_000] }), adam(), { threads: 3 });
    optimizer.gradients.w.fill(1);
    for (let step = 0; step < 3; step++) {
      optimizer.step();
      await sleep(20);
    }
    expect(optimizer.threads).toBe(1);
    expect(optimizer.parameters.w.data[99_999]).toBeCloseTo(-0.003, 6);
  });

  it("that fail in the middle of a step are reported, and later steps run on the caller's thread", async () => {
    // The effect of a thread without memory, or of a damaged engine.
    breakWorkers('throw new RangeError("out of memory")');
    using optimizer = optimize(parameters({ w: [1_000_000] }), adam(), { threads: 2 });
    optimizer.gradients.w.fill(1);
    const steps = async (most: number) => {
      for (let step = 0; step < most; step++) {
        optimizer.step();
        await sleep(5);
      }
    };
    // Until the thread has started.
    await expect(steps(Number.POSITIVE_INFINITY)).rejects.toThrow(ThreadError);
    await expect(steps(50)).resolves.toBeUndefined();
    expect(optimizer.threads).toBe(1);
  });

  it.each([0, 1.5, "2", Number.NaN])("must be a whole number or auto, not %s", (threads) => {
    const net = parameters({ w: [2] });
    expect(() => optimize(net, adam(), { threads: threads as number })).toThrow(
      `threads must be "auto" or a whole number, 1 or more, not ${threads}`,
    );
  });

  it("do not keep the process alive", () => {
    const { stdout, status } = spawnSync(process.execPath, [leftAlone], {
      encoding: "utf8",
      timeout: 3_600_000,
    });
    expect({ stdout, status }).toEqual({ stdout: "done\n", status: 0 });
  });
});
