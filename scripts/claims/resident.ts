// Prints by how many bytes this process grows for each byte of parameters after two steps.
import { optimize, optimizers, parameters } from "../../src/index.ts";

const name = process.argv[2] as keyof typeof optimizers;
const size = 10_000_000;

function step(count: number): void {
  const { w } = parameters({ w: [count] });
  const optimizer = optimize({ w }, optimizers[name](), { nonFinite: "skip" });
  for (let i = 0; i < 2; i++) {
    optimizer.gradients.w.fill(1);
    optimizer.step();
  }
  kept.push(optimizer);
}

const kept: unknown[] = [];
step(1000);
const before = process.memoryUsage().rss;
step(size);
console.log((process.memoryUsage().rss - before) / (4 * size));
