/** Transforms in float64, from the papers and the formulas of PyTorch and Optax. */
import {
  clamp,
  mean,
  type Numbers,
  norm,
  normOf,
  normOfAll,
  ofCols,
  ofRows,
  rms,
  simplex,
  sum,
} from "./arithmetic.ts";
import { averages } from "./averages.ts";
import { directions } from "./directions.ts";
import { each, element, type Model, map, type View } from "./model.ts";

const gradient = { writes: "g", readsGradient: true } as const;

/** Scales the gradient down to a bound. */
const scaled = (view: View, size: number, bound: number): void => {
  if (size > bound) view.g = view.g.map((value) => value * (bound / size));
};

/** A number for each element: that of its row, of its column, or of all. */
function spread({ matrix, rows, cols, o }: View, values: Numbers, f: (part: Numbers) => number) {
  if (!matrix) {
    const whole = f(values);
    return () => whole;
  }
  if (o["outputFirst"]) {
    const byRow = ofRows(values, rows, cols, f);
    return (i: number) => byRow[Math.floor(i / cols)]!;
  }
  const byCol = ofCols(values, rows, cols, f);
  return (i: number) => byCol[i % cols]!;
}

const gradientTransforms: Readonly<Record<string, Model>> = {
  clipByValue: {
    ...gradient,
    clips: true,
    elementwise: true,
    options: { maxValue: 1 },
    run: each((view) => {
      const most = view.o["maxValue"]!;
      view.g = view.g.map((value) => clamp(value, -most, most));
    }),
  },
  clipByNorm: {
    ...gradient,
    clips: true,
    options: { maxNorm: 1, order: 2 },
    run: each((view) => scaled(view, normOf(view.g, view.o["order"]), view.o["maxNorm"]!)),
  },
  clipByGlobalNorm: {
    ...gradient,
    clips: true,
    global: true,
    options: { maxNorm: 1, order: 2, eps: 1e-6 },
    run(views) {
      const all = views.map(({ g }) => g);
      const sizes = views.map(({ o }) => normOfAll(all, o["order"]));
      for (const [index, view] of views.entries()) {
        const size = sizes[index]!;
        const factor = Math.min(1, view.o["maxNorm"]! / (size + view.o["eps"]!));
        view.g = view.g.map((value) => value * factor);
      }
    },
  },
  clipByBlockRms: {
    ...gradient,
    clips: true,
    options: { maxRms: 1 },
    run: each((view) => scaled(view, rms(view.g), view.o["maxRms"]!)),
  },
  adaptiveGradientClip: {
    ...gradient,
    whole: "matrices",
    options: { clipping: 1e-2, eps: 1e-3, outputFirst: false },
    run: each((view) => {
      const { g, p, o } = view;
      const [pNorm, gNorm] = [spread(view, p, norm), spread(view, g, norm)];
      view.g = map(g, (i) => {
        const most = o["clipping"]! * Math.max(pNorm(i), o["eps"]!);
        return gNorm(i) < most ? g[i]! : g[i]! * (most / Math.max(gNorm(i), 1e-6));
      });
    }),
  },
  l2: {
    ...gradient,
    elementwise: true,
    options: { l2: 1e-2 },
    run: each((view) => {
      view.g = map(view.g, (i) => view.g[i]! + view.o["l2"]! * view.p[i]!);
    }),
  },
  centralize: {
    ...gradient,
    whole: "matrices",
    options: { outputFirst: false },
    run: each((view) => {
      if (!view.matrix) return;
      const average = spread(view, view.g, mean);
      view.g = map(view.g, (i) => view.g[i]! - average(i));
    }),
  },
  maximize: {
    ...gradient,
    elementwise: true,
    options: {},
    run: each((view) => {
      view.g = view.g.map((value) => -value);
    }),
  },
  unscale: {
    ...gradient,
    elementwise: true,
    options: { scale: 1 },
    run: each((view) => {
      view.g = view.g.map((value) => value / view.o["scale"]!);
    }),
  },
  normalize: {
    ...gradient,
    global: true,
    options: { scaleFactor: 1, eps: 0 },
    run(views) {
      const size = normOfAll(views.map(({ g }) => g));
      for (const view of views) {
        const length = size + view.o["eps"]!;
        const factor = length > 0 ? view.o["scaleFactor"]! / length : 0;
        view.g = view.g.map((value) => value * factor);
      }
    },
  },
  trace: {
    ...gradient,
    elementwise: true,
    options: { decay: 0.9, nesterov: false },
    state: { total: element() },
    run: each((view) => {
      const { g, s, o } = view;
      const total = map(g, (i) => g[i]! + o["decay"]! * s["total"]![i]!);
      s["total"] = total;
      view.g = o["nesterov"] ? map(g, (i) => g[i]! + o["decay"]! * total[i]!) : total;
    }),
  },
  gradientEma: {
    ...gradient,
    elementwise: true,
    options: { decay: 0.9, debias: true },
    state: { m: element() },
    run: each((view) => {
      const { g, s, o, t } = view;
      const decay = o["decay"]!;
      const m = map(g, (i) => decay * s["m"]![i]! + (1 - decay) * g[i]!);
      s["m"] = m;
      view.g = o["debias"] ? m.map((value) => value / (1 - decay ** t)) : m;
    }),
  },
  zeroNans: {
    ...gradient,
    elementwise: true,
    options: {},
    run: each((view) => {
      view.g = view.g.map((value) => (Number.isNaN(value) ? 0 : value));
    }),
  },
};

const projection = { writes: "p", projection: true } as const;

/** A projection onto a plane with a normal of ones. */
function plane(move: (p: number, inner: number, square: number, o: View["o"]) => number): Model {
  return {
    writes: "p",
    global: true,
    options: { offset: 0, global: false },
    state: { normal: element(1) },
    run(views) {
      const all = views.map(({ p }) => p);
      const inner = all.reduce((total, p) => total + sum(p), 0);
      const count = all.reduce((total, p) => total + p.length, 0);
      for (const view of views) {
        const { p, o } = view;
        const [along, square] = o["global"] ? [inner, count] : [sum(p), p.length];
        view.p = p.map((value) => move(value, along, square, o));
      }
    },
  };
}

const projections: Readonly<Record<string, Model>> = {
  projectBox: {
    ...projection,
    elementwise: true,
    options: { lower: 0, upper: 1 },
    run: each((view) => {
      view.p = view.p.map((value) => clamp(value, view.o["lower"]!, view.o["upper"]!));
    }),
  },
  projectNonNegative: {
    ...projection,
    elementwise: true,
    options: {},
    run: each((view) => {
      view.p = view.p.map((value) => Math.max(value, 0));
    }),
  },
  projectLinfBall: {
    ...projection,
    elementwise: true,
    options: { radius: 1 },
    run: each((view) => {
      view.p = view.p.map((value) => clamp(value, -view.o["radius"]!, view.o["radius"]!));
    }),
  },
  projectL2Ball: {
    ...projection,
    // True for every value of the option, so some are compared more coarsely than necessary.
    global: true,
    options: { radius: 1, global: false },
    run(views) {
      const all = normOfAll(views.map(({ p }) => p));
      for (const view of views) {
        const size = view.o["global"] ? all : norm(view.p);
        const radius = view.o["radius"]!;
        if (size > radius) view.p = view.p.map((value) => value * (radius / size));
      }
    },
  },
  projectL1Ball: {
    ...projection,
    whole: "all",
    options: { radius: 1 },
    run: each((view) => {
      const sizes = view.p.map(Math.abs);
      if (sum(sizes) <= view.o["radius"]!) return;
      const found = simplex(sizes, view.o["radius"]!);
      view.p = map(found, (i) => Math.sign(view.p[i]!) * found[i]!);
    }),
  },
  projectL2Sphere: {
    ...projection,
    global: true,
    options: { radius: 1, global: false },
    run(views) {
      const all = normOfAll(views.map(({ p }) => p));
      for (const view of views) {
        const size = view.o["global"] ? all : norm(view.p);
        if (size > 0) view.p = view.p.map((value) => value * (view.o["radius"]! / size));
      }
    },
  },
  projectL1Sphere: {
    ...projection,
    whole: "all",
    options: { radius: 1 },
    run: each((view) => {
      const found = simplex(view.p.map(Math.abs), view.o["radius"]!);
      view.p = map(found, (i) => Math.sign(view.p[i]!) * found[i]!);
    }),
  },
  projectHyperplane: plane((p, inner, square, { offset }) => p + (offset! - inner) / square),
  projectHalfspace: plane((p, inner, square, { offset }) =>
    inner > offset! ? p + (offset! - inner) / square : p,
  ),
  projectVector: plane((_, inner, square) => inner / square),
  projectSimplex: {
    ...projection,
    whole: "all",
    options: { total: 1 },
    run: each((view) => {
      view.p = simplex(view.p, view.o["total"]!);
    }),
  },
};

export const transforms: Readonly<Record<string, Model>> = {
  ...gradientTransforms,
  ...directions,
  ...projections,
  ...averages,
};

/** Transforms that draw random numbers, which can only be compared with themselves. */
export const drawing: Readonly<Record<string, Model>> = {
  addNoise: {
    ...gradient,
    elementwise: true,
    options: { eta: 0.01, gamma: 0.55 },
    run() {
      throw new Error("the simulator draws no random numbers");
    },
  },
};
