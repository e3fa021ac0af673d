/** Prints by how many bytes this process grows for each parameter, once AdamW has made two steps: in float32, or all in bfloat16. */
import { adamw, bfloat16, fromFloat32, optimize, parameters } from "../../src/index.ts";

const kept = process.argv[2] === "bfloat16";
const size = 8_000_000;
const [bits] = fromFloat32([0.01], bfloat16);

function step(count: number): unknown {
  const net = parameters({ w: [count] }, { type: kept ? bfloat16 : "float32" });
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
