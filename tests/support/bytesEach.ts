/** Prints by how many bytes this process grows for each parameter after two steps of AdamW: in float32, or all in bfloat16. */
import {
  adamw,
  bfloat16,
  compensated,
  fromFloat32,
  master,
  optimize,
  parameters,
  type Storage,
  stochastic,
} from "../../src/index.ts";

const types: Readonly<Record<string, Storage>> = {
  bfloat16,
  stochastic: stochastic(bfloat16),
  compensated: compensated(bfloat16),
  master: master(bfloat16),
};
const kept = types[process.argv[2]!];
const size = 8_000_000;
const [bits] = fromFloat32([0.01], bfloat16);

function step(count: number): unknown {
  const net = parameters({ w: [count] }, { type: kept ?? "float32" });
  const options = kept ? { storage: { state: bfloat16 } } : {};
  const optimizer = optimize(net, adamw(), { ...options, threads: 1 });
  for (let i = 0; i < 2; i++) {
    optimizer.gradients.w.fill(kept ? bits! : 0.01);
    optimizer.step();
  }
  return [net, optimizer];
}

const all = [step(1000)];
const before = process.memoryUsage().rss;
all.push(step(size));
console.log((process.memoryUsage().rss - before) / size, all.length);
