// Long runs: nothing grows, and counts beyond 32 bits are right.
import {
  adam,
  chain,
  clipByGlobalNorm,
  ema,
  optimize,
  parameters,
  type Rule,
} from "../../src/index.ts";
import { check, type Finding, type Part } from "./part.ts";

type Tell = (finding: Finding) => void;

const collect = globalThis.gc;

function heap(): number {
  // Twice: the second collection frees what finalizers released.
  collect?.();
  collect?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

const listeners = () =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;

function manySteps(count: number, tell: Tell): void {
  const rule = chain(
    clipByGlobalNorm(1),
    adam({ lr: (step) => 1e-3 / Math.sqrt(step) }),
    ema(0.99),
  );
  using optimizer = optimize(parameters({ w: [50, 40], b: [40] }), rule as Rule, { threads: 1 });
  const lot = count / 20;
  const paces: number[] = [];
  let before = 0;
  for (let part = 0; part < 20; part++) {
    const start = performance.now();
    for (let step = 0; step < lot; step++) {
      optimizer.gradients.w!.fill(Math.sin(step));
      optimizer.step();
    }
    paces.push((1e6 * (performance.now() - start)) / lot);
    // Compilers have filled their caches after the first tenth.
    if (part === 1) before = heap();
  }
  const grown = heap() - before;
  check(collect === undefined || grown < 2 ** 20, `the heap has grown by ${mebibytes(grown)}`);
  check(optimizer.steps === count, `it counts ${optimizer.steps} steps`);
  const middle = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1]!;
  const [early, late] = [middle(paces.slice(1, 8)), middle(paces.slice(13))];
  tell({
    what: "steps of one optimizer (clipping, Adam with a schedule, an average)",
    times: count,
    figures: `the heap grew by ${mebibytes(grown)} from the second tenth to the end; a step took ${(early / 1000).toFixed(2)} µs in the first third and ${(late / 1000).toFixed(2)} in the last`,
  });
}

async function manyOptimizers(count: number, tell: Tell): Promise<void> {
  const before = { listeners: listeners(), heap: 0 };
  const make = async (threads: number, total: number) => {
    for (let index = 0; index < total; index++) {
      const optimizer = optimize(parameters({ w: [threads > 1 ? 70_000 : 100] }), adam(), {
        threads,
      });
      optimizer.gradients.w.fill(1);
      optimizer.step();
      optimizer.dispose();
      // Threads end when the event loop turns.
      if (threads > 1 && index % 10 === 0) await new Promise(setImmediate);
    }
  };
  await make(1, count / 10);
  await make(2, count / 100);
  before.heap = heap();
  await make(1, count);
  await make(2, count / 100);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const grown = heap() - before.heap;
  check(collect === undefined || grown < 4 * 2 ** 20, `the heap has grown by ${mebibytes(grown)}`);
  const more = listeners() - before.listeners;
  check(more === 0, `${more} listeners were left`);
  tell({
    what: "optimizers made, stepped and disposed (one in a hundred with two threads)",
    times: count,
    figures: `the heap grew by ${mebibytes(grown)}; no listener was left`,
  });
}

/** Adam and a schedule in float64, at any step. */
function highCounts(tell: Tell): void {
  for (const start of [2 ** 31 - 2, 2 ** 32 - 2, 2 ** 40]) {
    const lr = (step: number) => 1e-3 / (1 + step / 2 ** 33);
    const net = parameters({ w: [4] }, { type: "float64" });
    using optimizer = optimize(net, adam({ lr, beta2: 1 - 1e-10 }), { threads: 1 });
    optimizer.restore({ ...optimizer.state(), step: start });
    let [w, m, v] = [0, 0, 0];
    for (let t = start + 1; t <= start + 5; t++) {
      optimizer.gradients.w.fill(0.5);
      const { lr: reported } = optimizer.step();
      m = 0.9 * m + 0.1 * 0.5;
      v = (1 - 1e-10) * v + (1 - (1 - 1e-10)) * 0.25;
      w -= (lr(t) * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - (1 - 1e-10) ** t)) + 1e-8);
      check(reported === lr(t), `step ${t}: the schedule gave ${reported}`);
      check(optimizer.steps === t, `step ${t} is counted as ${optimizer.steps}`);
      check(Math.abs(net.w.data[0]! / w - 1) < 1e-12, `step ${t}: ${net.w.data[0]}, not ${w}`);
    }
  }
  tell({
    what: "steps around 2^31, 2^32 and 2^40",
    times: 15,
    figures: "count, schedule and bias corrections are those of float64, to 1e-12",
  });
}

export const longPart: Part = {
  name: "long runs",
  async run({ steps, optimizers }, tell) {
    manySteps(steps, tell);
    await manyOptimizers(optimizers, tell);
    highCounts(tell);
  },
};
