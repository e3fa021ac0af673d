/** A network that is trained in bfloat16 throughout: as well as in float32, unless it is rounded to the nearest. */
import { expect, it } from "vitest";
import { createTape, linear, meanSquaredError, tanh } from "../../src/autodiff/index.ts";
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
import { createRandom } from "../../src/tasks/random.ts";

const shapes = { w1: [8, 24], b1: [24], w2: [24, 1], b2: [1] } as const;
const [batch, steps] = [32, 1500];

/** The mean loss of the last hundred steps, in learning what another network does. */
function lossOf(type: Storage | "float32", state: Storage | undefined, seed: number): number {
  const random = createRandom(seed);
  const net = parameters(shapes, { type: type as "float32" });
  for (const { data, shape } of Object.values(net)) {
    const start = Float32Array.from(data, () => random.normal() / Math.sqrt(shape[0]!));
    data.set(typeof type === "object" ? fromFloat32(start, type) : start);
  }
  // Steps of a tenth of a unit or so, with long means.
  const rule = adamw({ lr: 3e-4, beta2: 0.999, weightDecay: 0 });
  using optimizer = optimize(net, rule, { seed, threads: 1, ...(state && { storage: { state } }) });
  using tape = createTape(optimizer);
  const { w1, b1, w2, b2 } = tape.parameters;
  const [x, target] = [tape.input([batch, 8]), tape.input([batch, 1])];
  const loss = meanSquaredError(linear(tanh(linear(x, w1, b1)), w2, b2), target);
  const losses = Array.from({ length: steps }, () => {
    for (let row = 0; row < batch; row++) {
      const given = Array.from({ length: 8 }, () => random.normal());
      x.data.set(given, 8 * row);
      target.data[row] = Math.sin(given[0]! + given[1]!) + given[2]! * given[3]!;
    }
    const found = tape.backward(loss);
    optimizer.step();
    return found;
  });
  return losses.slice(-100).reduce((sum, each) => sum + each, 0) / 100;
}

it("is as good with draws, a remainder or a copy, and not to the nearest", () => {
  const seeds = [1, 2, 3];
  const of = (type: Storage | "float32", state?: Storage) =>
    seeds.map((seed) => lossOf(type, state, seed));
  const wide = of("float32");
  const meanOf = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
  const band = Math.max(...wide) - Math.min(...wide);
  for (const type of [stochastic(bfloat16), compensated(bfloat16), master(bfloat16)]) {
    const found = of(type, stochastic(bfloat16));
    expect(Math.abs(meanOf(found) - meanOf(wide))).toBeLessThan(band / 10);
  }
  expect(meanOf(of(bfloat16, bfloat16)) - meanOf(wide)).toBeGreaterThan(band);
});
