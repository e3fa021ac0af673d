/** The page that compares steps on several threads and on one. */
import { adamw, chain, clipByGlobalNorm, optimize, parameters } from "../../src/index.ts";

const length = 200_000;
const rule = chain(clipByGlobalNorm(1), adamw());

async function train(threads: number, steps: number, waits: boolean) {
  const net = parameters({ w: [length] });
  using optimizer = optimize(net, rule, { threads });
  for (let step = 1; step <= steps; step++) {
    optimizer.gradients.w.forEach((_, i, array) => {
      array[i] = ((i * 7919) % 101) / 50 - 1 + step / 10;
    });
    optimizer.step();
    // Workers start while the page's thread is idle. On a page without isolation there are none to wait for.
    while (waits && crossOriginIsolated && optimizer.threads < threads) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return { data: net.w.data.slice(), threads: optimizer.threads };
}

/** @param waits whether to wait until all threads have started, if there can be any */
async function trainOnThreads(waits: boolean) {
  const steps = 6;
  const together = await train(3, steps, waits);
  const alone = await train(1, steps, waits);
  return {
    isolated: crossOriginIsolated,
    threads: together.threads,
    same: together.data.every((value, i) => Object.is(value, alone.data[i])),
  };
}

Object.assign(self, { trainOnThreads });
