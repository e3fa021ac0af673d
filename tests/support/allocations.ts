/**
 * Prints how many bytes a step allocates in a given case. Run with `--expose-gc`, one case in each process, because the JIT
 * compiler
 * learns from one case and changes the next. Garbage counts: it is not collected while steps are counted, unless there is very
 * much.
 */
import {
  adam,
  bfloat16,
  chain,
  clipByGlobalNorm,
  ema,
  optimize,
  parameters,
  sgd,
} from "../../src/index.ts";

const name = process.argv[2]!;
// Steps that threads share are long.
const [warmUp, steps] = name === "several threads" ? [4000, 2000] : [30_000, 10_000];

function net() {
  return parameters({ w: [17, 3], b: [3], c: [1100] });
}

const foreign = () => ({
  w: new Float32Array(51),
  b: new Float32Array(3),
  c: new Float64Array(1100),
});

const clipped = chain(clipByGlobalNorm(1), adam({ lr: 1e-3 }), ema(0.99));

interface Steppable {
  readonly gradients: Readonly<Record<string, Float32Array | Float64Array>>;
  step(): unknown;
}

function filled(optimizer: Steppable): () => void {
  for (const gradient of Object.values(optimizer.gradients)) {
    gradient.fill(0.1);
  }
  return () => void optimizer.step();
}

const cases: Record<string, () => (() => void) | Promise<() => void>> = {
  "own arrays": () => filled(optimize(net(), adam())),
  "groups and types": () =>
    filled(
      optimize(
        { ...net(), ...parameters({ d: [40] }, { type: "float64" }) },
        sgd({ momentum: 0.9 }),
        {
          groups: [
            { match: "b", lr: 0.1 },
            { match: /^[cd]$/, momentum: 0 },
          ],
        },
      ),
    ),
  "clip chain": () => filled(optimize(net(), clipped)),
  "foreign arrays": () => filled(optimize(foreign(), clipped)),
  "gradients passed": () => {
    const optimizer = optimize(net(), clipped);
    const gradients = foreign();
    return () => void optimizer.step(gradients);
  },
  "bits passed": () => {
    const narrow = parameters({ w: [17, 3], b: [3], c: [1100] }, { type: bfloat16 });
    const optimizer = optimize(narrow, clipped);
    const gradients = { w: new Uint16Array(51), b: new Uint16Array(3), c: new Uint16Array(1100) };
    return () => void optimizer.step(gradients);
  },
  // A wait for late threads allocates 100 bytes in V8, so there are few jobs in a step, and few of them are waited for.
  "several threads": async () => {
    const optimizer = optimize(parameters({ w: [70_000], b: [3] }), clipped, { threads: 2 });
    const step = filled(optimizer);
    // Threads start while this one waits.
    while (optimizer.threads < 2) {
      step();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return step;
  },
  "skipped steps": () => {
    const optimizer = optimize(net(), clipped, { nonFinite: "skip" });
    optimizer.gradients.b[1] = Number.NaN;
    return () => void optimizer.step();
  },
};

const step = await cases[name]!();
for (let i = 0; i < warmUp; i++) step();
// While code is still being optimized in the background, numbers are boxed, so the minimum of several stretches counts. The
// allocations
// of a step itself are in each.
let least = Number.POSITIVE_INFINITY;
for (let stretch = 0; stretch < 10 && least > 1; stretch++) {
  globalThis.gc!();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < steps; i++) step();
  least = Math.min(least, (process.memoryUsage().heapUsed - before) / steps);
}
console.log(least);
