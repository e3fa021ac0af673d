/** Two interleaved spirals: a point belongs to one or the other. */
import { createRandom } from "gradus/tasks";
import type { Examples, NetworkProblem } from "./problem.ts";

/** How often a spiral turns by half. */
const halves = 3;

/** @param noise standard deviation of a point around its spiral */
function pointsOf(count: number, noise: number, seed: number): Examples {
  const random = createRandom(seed, 7);
  const inputs = new Float32Array(2 * count);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 2;
    const radius = i / count;
    const angle = Math.PI * (halves * radius + labels[i]!);
    const shift = () => noise * random.normal();
    inputs.set([radius * Math.cos(angle) + shift(), radius * Math.sin(angle) + shift()], 2 * i);
  }
  return { count, inputs, labels };
}

export const spirals = (seed: number): NetworkProblem => ({
  ...{ name: "spirals", features: 2, classes: 2, hidden: [32, 32], batch: 300 },
  train: pointsOf(300, 0.015, seed),
  test: pointsOf(200, 0.015, seed + 1),
});
