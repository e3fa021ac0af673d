/** L-BFGS with PyTorch's line search makes PyTorch's steps. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parameters } from "../../src/index.ts";
import { iterate, lbfgs, zoom } from "../../src/minimize/index.ts";

interface Recorded {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly rows: number;
  readonly start: readonly (readonly number[])[];
  readonly steps: readonly { readonly x: readonly number[]; readonly loss: number }[];
}

const reference: {
  readonly history: number;
  readonly logistic: Recorded;
  readonly network: Recorded;
} = JSON.parse(readFileSync(new URL("../reference/torch_lbfgs.json", import.meta.url), "utf8"));

const options = {
  method: lbfgs({ memory: reference.history, search: zoom() }),
  gradientTolerance: 0,
};

type Net = Readonly<Record<string, { readonly data: Float64Array }>>;

/** Compares 20 iterations; every parameter to 1e-10. */
function compare(
  net: Net,
  closure: (gradients: Record<string, Float64Array>) => number,
  { steps, start }: Recorded,
) {
  const names = Object.keys(net);
  for (const [i, name] of names.entries()) net[name]!.data.set(start[i]!);
  const f = (_: Net, gradient: unknown) => closure(gradient as Record<string, Float64Array>);
  const states = iterate(f as never, net, options);
  states.next();
  for (const [index, step] of steps.entries()) {
    const { value } = states.next();
    const flat = names.flatMap((name) => [...net[name]!.data]);
    for (const [i, each] of step.x.entries()) {
      expect(Math.abs(flat[i]! - each), `step ${index + 1}, ${i}`).toBeLessThan(1e-10);
    }
    expect(Math.abs(value!.value - step.loss)).toBeLessThan(1e-10);
  }
}

describe('torch.optim.LBFGS(line_search_fn="strong_wolfe")', () => {
  it("on logistic regression, over parameters in place", () => {
    const { x, y, rows } = reference.logistic;
    const columns = x.length / rows;
    const net = parameters({ w: [columns], b: [1] }, { type: "float64" });
    const closure = (gradient: Record<string, Float64Array>) => {
      const w = net.w.data;
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        let z = net.b.data[0]!;
        for (let j = 0; j < columns; j++) z += x[i * columns + j]! * w[j]!;
        loss += (Math.max(z, 0) - z * y[i]! + Math.log1p(Math.exp(-Math.abs(z)))) / rows;
        const d = (1 / (1 + Math.exp(-z)) - y[i]!) / rows;
        for (let j = 0; j < columns; j++) gradient["w"]![j]! += d * x[i * columns + j]!;
        gradient["b"]![0]! += d;
      }
      for (let j = 0; j < columns; j++) {
        loss += 0.005 * w[j]! ** 2;
        gradient["w"]![j]! += 0.01 * w[j]!;
      }
      return loss;
    };
    compare(net, closure, reference.logistic);
  });

  it("on a small network", () => {
    const { x, y, rows } = reference.network;
    const inputs = x.length / rows;
    const hidden = reference.network.start[1]!.length;
    const net = parameters(
      { w1: [inputs, hidden], b1: [hidden], w2: [hidden], b2: [1] },
      { type: "float64" },
    );
    const closure = (gradient: Record<string, Float64Array>) => {
      const [w1, b1, w2] = [net.w1.data, net.b1.data, net.w2.data];
      let loss = 0;
      for (let r = 0; r < rows; r++) {
        const h = Array.from(b1, (b, j) => {
          let sum = b;
          for (let i = 0; i < inputs; i++) sum += x[r * inputs + i]! * w1[i * hidden + j]!;
          return Math.tanh(sum);
        });
        const out = h.reduce((sum, each, j) => sum + each * w2[j]!, net.b2.data[0]!);
        loss += (out - y[r]!) ** 2 / rows;
        const d = (2 * (out - y[r]!)) / rows;
        gradient["b2"]![0]! += d;
        for (let j = 0; j < hidden; j++) {
          gradient["w2"]![j]! += d * h[j]!;
          const inner = d * w2[j]! * (1 - h[j]! ** 2);
          gradient["b1"]![j]! += inner;
          for (let i = 0; i < inputs; i++)
            gradient["w1"]![i * hidden + j]! += inner * x[r * inputs + i]!;
        }
      }
      return loss;
    };
    compare(net, closure, reference.network);
  });
});
