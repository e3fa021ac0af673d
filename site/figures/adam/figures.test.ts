/** Numbers of these figures against transcriptions of the papers in float64, and closed forms. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { figure as assemble, noises as valleyNoises } from "./assemble.ts";
import { figure as axes } from "./axes.ts";
import { figure as correction } from "./correction.ts";
import { figure as counterexample } from "./counterexample.ts";
import { figure as decay } from "./decay.ts";
import { gradientOf, figure as muon } from "./muon.ts";
import { figure as rare } from "./rare.ts";
import { singularValues } from "./singularValues.ts";
import { noises as variantNoises, figure as variants } from "./variants.ts";

/** Kingma and Ba, 2015, algorithm 1, of one weight: what each gradient makes it move by. */
function adamByThePaper({
  lr,
  beta1,
  beta2,
  eps,
}: Record<"lr" | "beta1" | "beta2" | "eps", number>) {
  let [m, v, t] = [0, 0, 0];
  return (g: number) => {
    t++;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g ** 2;
    return (-lr * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + eps);
  };
}

/** Rounding: sums of a hundred steps, in float64. */
const digits = 9;

describe("assemble", () => {
  it("ends where the paper's algorithm does", () => {
    const state = { ...initialState(assemble.controls), beta1: 0.8, beta2: 0.95, eps: 0.1 };
    const moves = [adamByThePaper(state), adamByThePaper(state)] as const;
    const at = [-6, 2] as [number, number];
    for (let step = 0; step < state.steps; step++) {
      at[0] += moves[0](at[0] + valleyNoises[2 * step]!);
      at[1] += moves[1](8 * at[1] + valleyNoises[2 * step + 1]!);
    }
    const { parameters } = assemble.compute(state).steps.at(-1)!;
    expect(parameters[0]).toBeCloseTo(at[0], digits);
    expect(parameters[1]).toBeCloseTo(at[1], digits);
  });
});

describe("what the text says of the stages", () => {
  const start = initialState(assemble.controls);
  /** How far each step moved a weight at most, in learning rates. */
  const movesOf = (stage: string) =>
    assemble.compute({ ...start, stage }).moves.map((move) => Math.max(...move.map(Math.abs)));

  it("has RMSprop's first step 32 learning rates long, with both about three, corrected about one", () => {
    expect(movesOf("RMSprop")[0]).toBeCloseTo(31.6, 1);
    expect(movesOf("both")[0]).toBeCloseTo(3.16, 2);
    expect(Math.max(...movesOf("corrected"))).toBeLessThan(1.01);
  });

  it("has ε move nothing at its default, and leave momentum at a rate of η/ε where it is large", () => {
    const endOf = (state: object) => [
      ...assemble.compute({ ...start, ...state }).steps.at(-1)!.parameters,
    ];
    const [corrected, whole] = [endOf({ stage: "corrected" }), endOf({})];
    for (const i of [0, 1]) expect(whole[i]).toBeCloseTo(corrected[i]!, 6);
    // In the middle of a run, where m is corrected and the root of v, at most 4, is small beside 10.
    const { steps } = assemble.compute({ ...start, eps: 10 });
    const ratios = steps.slice(60).map(({ state: { "assembled.m": m } }, i) => {
      const before = steps[59 + i]!.parameters[0]!;
      return (before - steps[60 + i]!.parameters[0]!) / ((start.lr / 10) * m![0]!);
    });
    for (const ratio of ratios)
      expect(ratio).toSatisfy((each: number) => each > 0.65 && each < 1.01);
  });
});

describe("correction", () => {
  const start = initialState(correction.controls);

  it("has steps of the closed form without, and of one learning rate with", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -4, max: -0.31, noNaN: true }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (power, beta1) => {
          const forgetting = 10 ** power;
          const found = correction.compute({ ...start, forgetting, beta1 });
          found.without.forEach((length, i) => {
            const of = (beta: number) => 1 - beta ** (i + 1);
            // 1 - beta2^t has lost up to twelve of its 53 bits, and steps are differences of sums.
            const expected = of(beta1) / Math.sqrt(of(1 - forgetting));
            expect(Math.abs(length / expected - 1)).toBeLessThan(1e-8);
            expect(found.with[i]).toBeCloseTo(1, digits);
          });
        },
      ),
    );
  });

  it("has the numbers that the text names", () => {
    const { without } = correction.compute(start);
    expect(without[0]).toBeCloseTo(3.16, 2);
    expect(Math.max(...without)).toBeCloseTo(6.57, 2);
    expect(without.indexOf(Math.max(...without)) + 1).toBe(12);
    const longest = (state: object) =>
      Math.max(...correction.compute({ ...start, ...state }).without);
    expect(longest({ forgetting: 1e-4 })).toBeCloseTo(20.7, 1);
    expect(longest({ beta1: 0 })).toBeCloseTo(31.6, 1);
  });
});

describe("rare", () => {
  const start = initialState(rare.controls);
  const errorOf = (state: typeof start, name: "sgd" | "adagrad" | "adam") =>
    rare
      .compute(state)
      [name].reduce((sum, { parameters: [a, b] }) => sum + (a! - 1) ** 2 + (b! - 1) ** 2, 0);

  it.each(["sgd", "adagrad", "adam"] as const)("begins with the best rate of %s", (name) => {
    const best = errorOf(start, name);
    for (let power = -1.5; power < 0.01; power += 0.05) {
      const rate = Number((10 ** power).toPrecision(3));
      expect(errorOf({ ...start, [name]: rate }, name)).toBeGreaterThanOrEqual(best);
    }
  });

  it("has AdaGrad before Adam before SGD, as docs/claims.md has them", () => {
    const [sgd, adagrad, adam] = (["sgd", "adagrad", "adam"] as const).map((name) =>
      errorOf(start, name),
    );
    expect(adagrad).toBeLessThan(adam!);
    expect(adam).toBeLessThan(sgd!);
  });

  it("has the rare weight of a calm SGD end at 0.35", () => {
    const { sgd } = rare.compute({ ...start, sgd: 0.02 });
    expect(sgd.at(-1)!.parameters[1]).toBeCloseTo(0.35, 2);
  });

  it("lets a rare gradient count √k times in Adam", () => {
    const every = 25;
    const move = adamByThePaper({ lr: 1, beta1: 0.9, beta2: 0.999, eps: 0 });
    // Once v is full: what a weight moves by from one gradient to the next.
    let moved = 0;
    for (let step = 0; step < 8000; step++) {
      const by = move(step % every === 0 ? 1 : 0);
      if (step >= 8000 - every) moved -= by;
    }
    // v falls by 2.5 % between two gradients, its root by half of that.
    expect(Math.abs(moved / Math.sqrt(every) - 1)).toBeLessThan(0.02);
  });
});

describe("axes", () => {
  const start = initialState(axes.controls);
  const distances = (state: Partial<typeof start>) => {
    const { sgd, adam } = axes.compute({ ...start, ...state });
    return { sgd: sgd.distance, adam: adam.distance };
  };
  /** 80 steps of numbers below 10, each rounded at 1e-16 or so. */
  const rounding = 1e-12;

  it("has Adam on its path at any scale, and gradient descent at any angle", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.125, max: 8, noNaN: true }), (scale) => {
        expect(distances({ scale, angle: 0 }).adam).toBeLessThan(rounding);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 }), (angle) => {
        expect(distances({ scale: 1, angle }).sgd).toBeLessThan(rounding);
      }),
    );
  });

  it("is exact for powers of two", () => {
    for (const scale of [0.125, 0.5, 1, 4, 8]) expect(distances({ scale }).adam).toBe(0);
  });

  it("has both leave their paths otherwise, and Adam by eps", () => {
    expect(distances({ scale: 8, angle: 0 }).sgd).toBeGreaterThan(1);
    expect(distances({ scale: 1, angle: 45 }).adam).toBeGreaterThan(1);
    expect(distances({ scale: 1, angle: 90 }).adam).toBeLessThan(rounding);
    expect(distances({ eps: "1" }).adam).toBeGreaterThan(0.1);
  });
});

describe("decay", () => {
  it("is of one share a step in AdamW, whatever the gradients, and in L2 slower by their ratio", () => {
    const start = initialState(decay.controls);
    const ends = decay.compute({ ...start, weightDecay: 0.5, ratio: 10 });
    const last = (name: "l2" | "adamw") => ends[name].at(-1)!.parameters;
    // Gradients of alternating sign move a weight by about 0.02 in all.
    for (const weight of last("adamw")) expect(weight).toBeCloseTo((1 - 0.01 * 0.5) ** 400, 1);
    const [small, large] = Array.from(last("l2"), Math.log);
    expect(small! / large!).toBeGreaterThan(9);
    expect(small! / large!).toBeLessThan(12);
  });
});

describe("variants", () => {
  const start = { ...initialState(variants.controls), beta2: 0.9 };

  /** Moves both weights by what a paper says, from the figure's start. */
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

  it("has Lion as Chen et al. (2023) have it", () => {
    expectEnd("Lion", () => {
      let m = 0;
      return (g) => {
        const direction = Math.sign(beta1 * m + (1 - beta1) * g);
        m = beta2 * m + (1 - beta2) * g;
        return -lr * direction;
      };
    });
  });

  it("has AMSGrad as PyTorch has it, whose steps are shorter than Adam's after a steep start", () => {
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

describe("what the text says of variants", () => {
  const start = initialState(variants.controls);
  const value = ([x, y]: readonly [number, number]) => (x ** 2 + 20 * y ** 2) / 2;
  const ends = (state: object) => {
    const { adam, variant } = variants.compute({ ...start, ...state });
    return { adam: value(adam.at(-1)!), variant: value(variant.at(-1)!) };
  };

  it("has Lion restless without noise, and ahead with much noise and a small rate", () => {
    const calm = ends({ variant: "Lion", noise: 0 });
    expect(calm.variant).toBeGreaterThan(100 * calm.adam);
    const noisy = ends({ variant: "Lion", noise: 10, lr: 0.03 });
    expect(noisy.variant).toBeLessThan(0.6 * noisy.adam);
  });

  it("has Lion's steps of one length", () => {
    const { variant } = variants.compute(start);
    variant.slice(1).forEach(([x], i) => {
      expect(Math.abs(x - variant[i]![0])).toBeCloseTo(start.lr, digits);
    });
  });

  it("has NAdam close to Adam", () => {
    const { adam, variant } = ends({ variant: "NAdam" });
    expect(Math.abs(variant / adam - 1)).toBeLessThan(0.2);
  });
});

describe("muon", () => {
  it("has the singular values that the gradient was made of", () => {
    const values = singularValues(gradientOf(32));
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(32 ** (-k / 5), digits);
    });
    const turn = [Math.cos(1), -Math.sin(1), Math.sin(1), Math.cos(1)];
    expect(singularValues(turn)).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(singularValues([3, 0, 0, -4])).toEqual([4, 3]);
  });

  it("sends each of them through the polynomial, and leaves them near 1", () => {
    const state = { ...initialState(muon.controls), spread: 32 };
    const gradient = Array.from({ length: 6 }, (_, k) => 32 ** (-k / 5));
    const norm = Math.hypot(...gradient);
    const expected = gradient
      .map((value) => {
        let x = value / (norm + 1e-7);
        for (let i = 0; i < 5; i++) x = 3.4445 * x - 4.775 * x ** 3 + 2.0315 * x ** 5;
        return x;
      })
      .sort((a, b) => b - a);
    const found = muon.compute(state).muon;
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k]!, digits);
      expect(Math.abs(value - 1)).toBeLessThan(0.35);
    });
  });
});

describe("counterexample", () => {
  const start = initialState(counterexample.controls);
  const ends = (state: Partial<typeof start>) => {
    const { adam, amsgrad } = counterexample.compute({ ...start, ...state });
    return { adam: adam.at(-1)!, amsgrad: amsgrad.at(-1)! };
  };

  it("goes where the paper's algorithm goes: to 1", () => {
    let at = 0;
    const { beta1, beta2 } = start;
    const move = adamByThePaper({ lr: 1, beta1, beta2, eps: 1e-8 });
    for (let step = 1; step <= 800; step++) {
      const by = (0.5 / Math.sqrt(step)) * move(step % 3 === 1 ? 3 : -1);
      at = Math.min(1, Math.max(-1, at + by));
    }
    const { adam, amsgrad } = ends({});
    expect(adam).toBeCloseTo(at, digits);
    expect(adam).toBeGreaterThan(0.97);
    expect(amsgrad).toBeLessThan(-0.98);
  });

  it.each([
    [{ beta2: 0.9 }, -1],
    [{ beta2: 0.9, every: 20, large: 25 }, 1],
    [{ beta2: 0.99, every: 20, large: 25 }, -1],
  ])("turns with %j to %i, while AMSGrad stays right", (state, side) => {
    const { adam, amsgrad } = ends(state);
    expect(adam * side).toBeGreaterThan(0.9);
    expect(amsgrad).toBeLessThan(-0.9);
  });
});
