/** Measures the memory that binding Adam takes. Runs in its own process, with --expose-gc. */
import { adam, optimize, parameters } from "../../src/index.ts";
import type { Bound } from "./memory.ts";

const elements = Number(process.argv[2]);

function measure() {
  // Twice: the second collection frees what the first one leaves to finalizers.
  global.gc!();
  global.gc!();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsed, rss };
}

const net = parameters({ w: [elements] });
net.w.data.fill(0.5);
const before = { ...measure(), kernels: 0 };
const optimizer = optimize(net, adam());
const { memory } = optimizer;
optimizer.gradients.w.fill(0.1);
for (let step = 0; step < 50; step++) {
  optimizer.step();
}
const after = measure();
const parameterAndGradient = 2 * 4 * elements;
const result: Bound = {
  kernels: memory.allocated - parameterAndGradient,
  heap: after.heapUsed - before.heapUsed,
  resident: after.rss - before.rss - 4 * elements,
  state: 2 * 4 * elements,
};
console.log(JSON.stringify(result));
