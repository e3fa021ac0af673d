/** Pairs of wrappers, each with its result computed by hand. */
import { outer } from "../../src/distributed/index.ts";
import {
  type AnyOptimizer,
  accumulate,
  adam,
  galore,
  optimize,
  parameters,
  privatize,
  sam,
  sgd,
} from "../../src/index.ts";
import { alone } from "../support/ranksInTurn.ts";

export const makeNet = () => {
  const net = parameters({ b: [2], w: [3, 4] }, { type: "float64" });
  for (const { data } of Object.values(net)) data.forEach((_, i) => void (data[i] = Math.cos(i)));
  return net;
};
export type Net = ReturnType<typeof makeNet>;
type Gradients = { readonly [K in keyof Net]: Float64Array };

export const gradient = (step: number): Gradients => ({
  b: Float64Array.of(step, -1),
  w: Float64Array.from({ length: 12 }, (_, i) => Math.sin(7 * step + i * i)),
});

/** Applies a function to the elements of several gradients. */
const mapped = (all: readonly Gradients[], change: (...values: number[]) => number): Gradients => {
  const of = (key: keyof Gradients) =>
    all[0]![key].map((_, i) => change(...all.map((each) => each[key][i]!)));
  return { b: of("b"), w: of("w") };
};
export const sum = (...values: number[]): number => values.reduce((a, b) => a + b, 0);
export const mean = (...all: Gradients[]): Gradients =>
  mapped(all, (...values) => sum(...values) / all.length);
const normOf = ({ b, w }: Gradients): number => Math.hypot(...b, ...w);
const clipped = (all: Gradients, limit: number): Gradients =>
  mapped([all], (value) => value! * Math.min(1, limit / normOf(all)));
export const valuesOf = (net: Net): number[] => [...net.b.data, ...net.w.data];

export const rank = { rank: 2, every: 1, weightDecay: 0.1 };
export const quiet = { examples: 2, clip: 1, noiseMultiplier: 0, seed: 1 };

/** Moves half of the way that three steps make. */
const half = () => ({ every: 3, rule: sgd({ lr: 0.5 }), communicator: alone() });

export const made = {
  accumulate: (net: Net) => accumulate(net, adam({ lr: 0.1 }), { steps: 2 }),
  privatize: (net: Net) => privatize(net, adam({ lr: 0.1 }), quiet),
  galore: (net: Net) => galore(net, adam({ lr: 0.1 }), rank),
  sam: (net: Net) => sam(optimize(net, adam({ lr: 0.1 })), { rho: 0.5 }),
  outer: (net: Net) => outer(optimize(net, adam({ lr: 0.1 })), half()),
};
export type Inner = keyof typeof made;

/** The optimizer that galore wraps, for its low-rank copies. */
const within = (inner: Inner) => (net: unknown) => made[inner](net as Net) as never;

export const around = {
  accumulate: (net: Net, inner: Inner) => accumulate(net, within(inner), { steps: 3 }),
  privatize: (net: Net, inner: Inner) => privatize(net, within(inner), quiet),
  galore: (net: Net, inner: Inner) => galore(net, within(inner), rank),
  sam: (net: Net, inner: Inner) => sam(made[inner](net) as AnyOptimizer<Net>, { rho: 0.5 }),
  outer: (net: Net, inner: Inner) => outer(made[inner](net) as AnyOptimizer<Net>, half()),
};
export type Outer = keyof typeof around;

/** The gradient of a step's loss, |w - target|² / 2 with other targets at each step. */
export const slope = (net: Net, step: number): Gradients =>
  mapped([{ b: net.b.data, w: net.w.data }, gradient(step)], (p, g) => p! - g!);

/** The gradient that sam uses, computed by hand. */
export const slopeAbove = (net: Net, step: number): Gradients => {
  const here = slope(net, step);
  return mapped([here], (g) => g! + (0.5 * g!) / normOf(here));
};

/** Makes a step with the gradients, or with a function that computes them. */
export function stepOf(
  outer: Outer,
  optimizer: ReturnType<(typeof around)[Outer]>,
  net: Net,
  step: number,
) {
  return outer === "sam"
    ? (optimizer as ReturnType<typeof around.sam>).step(() => ({ gradients: slope(net, step) }))
    : (optimizer as AnyOptimizer).step(gradient(step));
}

/** Projects onto the directions that galore chose. */
const along = (basis: ArrayLike<number>, w: Float64Array): Float64Array =>
  // 3 × 2, for a 3 × 4 matrix.
  Float64Array.from({ length: 8 }, (_, at) =>
    sum(...[0, 1, 2].map((i) => basis[2 * i + Math.floor(at / 4)]! * w[4 * i + (at % 4)]!)),
  );
const back = (basis: ArrayLike<number>, low: Float64Array): Float64Array =>
  Float64Array.from({ length: 12 }, (_, at) =>
    sum(...[0, 1].map((k) => basis[2 * Math.floor(at / 4) + k]! * low[4 * k + (at % 4)]!)),
  );

/** Galore around sums, computed by hand: the directions of each update's first gradient, and Adam with the mean along these. */
function galoreOfSums(net: Net, updates: number): void {
  const low = parameters({ b: [2], w: [2, 4] }, { type: "float64" });
  using stepping = optimize(low, adam({ lr: 0.1 }));
  using taking = galore(makeNet(), sgd(), { rank: 2, every: 1 });
  for (let update = 0; update < updates; update++) {
    const [first, second] = [gradient(2 * update + 1), gradient(2 * update + 2)];
    taking.step(first);
    const basis = taking.state().parameters["w"]!["galore.basis"]!;
    low.w.data.fill(0);
    low.b.data.fill(0);
    stepping.step({
      b: mean(first, second).b,
      w: mapped(
        [first, second].map(({ b, w }) => ({ b, w: along(basis, w) })),
        (x, y) => (x! + y!) / 2,
      ).w,
    });
    const moved = { b: low.b.data, w: back(basis, low.w.data) };
    for (const key of ["b", "w"] as const) {
      const { data } = net[key];
      data.forEach((p, i) => void (data[i] = p + moved[key][i]! - 0.1 * 0.1 * p));
    }
  }
}

/** Twelve steps; after each three, half of the way is undone. */
function halfway(net: Net, step: (step: number) => unknown): void {
  let kept = valuesOf(net);
  for (let at = 1; at <= 12; at++) {
    step(at);
    if (at % 3 === 0) {
      const ends = valuesOf(net);
      kept = kept.map((p, i) => p - 0.5 * (p - ends[i]!));
      net.b.data.set(kept.slice(0, 2));
      net.w.data.set(kept.slice(2));
    }
  }
}

const halfwayOf = (inner: "accumulate" | "privatize" | "galore" | "outer") => (net: Net) => {
  using within = made[inner](net) as AnyOptimizer;
  halfway(net, (step) => within.step(gradient(step)));
};

/** The result of twelve steps, computed by hand; undefined for refused pairs. */
export const byHand: Readonly<
  Record<Outer, Readonly<Record<Inner, ((net: Net) => void) | string>>>
> = {
  accumulate: {
    accumulate(net) {
      using plain = optimize(net, adam({ lr: 0.1 }));
      for (const first of [1, 7]) {
        const [a, b] = [0, 3].map((from) =>
          mean(...[0, 1, 2].map((i) => gradient(first + from + i))),
        );
        plain.step(mean(a!, b!));
      }
    },
    privatize: "make privatize the outer wrapper",
    galore(net) {
      using plain = made.galore(net);
      for (const first of [1, 4, 7, 10]) {
        plain.step(mean(gradient(first), gradient(first + 1), gradient(first + 2)));
      }
    },
    sam: "make sam the outer wrapper",
    outer: "let outer be the outer one",
  },
  privatize: {
    accumulate(net) {
      using plain = optimize(net, adam({ lr: 0.1 }));
      for (const first of [1, 5, 9]) {
        const each = [0, 1, 2, 3].map((i) => clipped(gradient(first + i), 1));
        plain.step(mean(mean(each[0]!, each[1]!), mean(each[2]!, each[3]!)));
      }
    },
    privatize: "make privatize the outer wrapper",
    galore(net) {
      using plain = made.galore(net);
      for (let first = 1; first <= 11; first += 2) {
        plain.step(mean(clipped(gradient(first), 1), clipped(gradient(first + 1), 1)));
      }
    },
    sam: "make sam the outer wrapper",
    outer: "let outer be the outer one",
  },
  galore: {
    accumulate: (net) => galoreOfSums(net, 6),
    privatize: "make privatize the outer wrapper",
    galore: "projected already",
    sam: "make sam the outer wrapper",
    outer: "let outer be the outer one",
  },
  sam: {
    accumulate(net) {
      using plain = optimize(net, adam({ lr: 0.1 }));
      for (let first = 1; first <= 11; first += 2) {
        plain.step(mean(slopeAbove(net, first), slopeAbove(net, first + 1)));
      }
    },
    privatize(net) {
      using plain = optimize(net, adam({ lr: 0.1 }));
      for (let first = 1; first <= 11; first += 2) {
        const each = [slopeAbove(net, first), slopeAbove(net, first + 1)];
        plain.step(mean(...each.map((g) => clipped(g, 1))));
      }
    },
    galore(net) {
      using plain = made.galore(net);
      for (let step = 1; step <= 12; step++) plain.step(slopeAbove(net, step));
    },
    sam: "one is enough",
    outer(net) {
      using plain = optimize(net, adam({ lr: 0.1 }));
      halfway(net, (step) => plain.step(slopeAbove(net, step)));
    },
  },
  outer: {
    accumulate: halfwayOf("accumulate"),
    privatize: halfwayOf("privatize"),
    galore: halfwayOf("galore"),
    sam: "make sam the outer wrapper",
    outer: halfwayOf("outer"),
  },
};
