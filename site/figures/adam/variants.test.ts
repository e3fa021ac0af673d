import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { noises as variantNoises, figure as variants } from "./variants.ts";

/** Rounding: sums of a hundred steps, in float64. */
const digits = 9;

describe("variants", () => {
  const start = { ...initialState(variants.controls), beta2: 0.9 };

  /** The final weights if both are moved by a paper's update, from the figure's start. */
  function endOf(move: () => (g: number) => number) {
    const at = [-7, 2.2] as [number, number];
    const moves = [move(), move()] as const;
    for (let step = 0; step < 119; step++) {
      const noise = (i: number) => start.noise * variantNoises[2 * step + i]!;
      at[0] += moves[0](at[0] + noise(0));
      at[1] += moves[1](20 * at[1] + noise(1));
    }
    return at;
  }
  const { lr, beta1, beta2 } = start;
  const expectEnd = (variant: string, move: () => (g: number) => number) => {
    const expected = endOf(move);
    const found = variants.compute({ ...start, variant }).variant.at(-1)!;
    expect(found[0]).toBeCloseTo(expected[0], digits);
    expect(found[1]).toBeCloseTo(expected[1], digits);
  };

  it("computes Lion as Chen et al. (2023) do", () => {
    expectEnd("Lion", () => {
      let m = 0;
      return (g) => {
        const direction = Math.sign(beta1 * m + (1 - beta1) * g);
        m = beta2 * m + (1 - beta2) * g;
        return -lr * direction;
      };
    });
  });

  it("computes AMSGrad as PyTorch does, with shorter steps than Adam's after a steep start", () => {
    expectEnd("AMSGrad", () => {
      let [m, v, most, t] = [0, 0, 0, 0];
      return (g) => {
        t++;
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * g ** 2;
        most = Math.max(most, v);
        return (-lr * (m / (1 - beta1 ** t))) / (Math.sqrt(most / (1 - beta2 ** t)) + 1e-8);
      };
    });
    const { adam, variant } = variants.compute({
      ...initialState(variants.controls),
      variant: "AMSGrad",
    });
    // θ₂, whose gradients were largest at the start.
    const lengthOf = (points: typeof adam) =>
      points.slice(40).reduce((sum, [, y], i) => sum + Math.abs(y - points[i + 39]![1]), 0);
    expect(lengthOf(variant)).toBeLessThan(lengthOf(adam));
  });
});

describe("the text on the variants", () => {
  const start = initialState(variants.controls);
  const value = ([x, y]: readonly [number, number]) => (x ** 2 + 20 * y ** 2) / 2;
  const ends = (state: object) => {
    const { adam, variant } = variants.compute({ ...start, ...state });
    return { adam: value(adam.at(-1)!), variant: value(variant.at(-1)!) };
  };

  it("shows Lion oscillating without noise, and ahead with much noise and a small rate", () => {
    const calm = ends({ variant: "Lion", noise: 0 });
    expect(calm.variant).toBeGreaterThan(100 * calm.adam);
    const noisy = ends({ variant: "Lion", noise: 10, lr: 0.03 });
    expect(noisy.variant).toBeLessThan(0.6 * noisy.adam);
  });

  it("has steps of equal length for Lion", () => {
    const { variant } = variants.compute(start);
    variant.slice(1).forEach(([x], i) => {
      expect(Math.abs(x - variant[i]![0])).toBeCloseTo(start.lr, digits);
    });
  });

  it("has NAdam close to Adam", () => {
    const apart = (name: string) => {
      const { adam, variant } = variants.compute({ ...start, variant: name });
      return Math.max(
        ...adam.map(([x, y], i) => Math.hypot(x - variant[i]![0], y - variant[i]![1])),
      );
    };
    // Of a path of length 7.
    expect(apart("NAdam")).toBeLessThan(0.2);
    expect(apart("AMSGrad")).toBeGreaterThan(4 * apart("NAdam"));
  });
});
