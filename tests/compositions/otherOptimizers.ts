/** Optimizers that use whole tensors, or all of them, in float64. */
import { mean, type Numbers, norm, normOfAll, ofCols, ofRows, rms, sum } from "./arithmetic.ts";
import { each, element, type Model, map, type Shared, scalar, type View } from "./model.ts";

const common = { writes: "u", optimizer: true, readsGradient: true } as const;

const total = (views: readonly View[], f: (view: View, index: number) => number): number =>
  views.reduce((all, view) => all + sum(map(view.g, (index) => f(view, index))), 0);

/** The second moment, which for a matrix is stored as means of its rows and columns. */
function secondMoment({ g, s, matrix, rows, cols, o }: View, b: number): Numbers {
  const squares = g.map((value) => value ** 2 + o["epsRoot"]!);
  if (!matrix || !o["factored"]) {
    s["v"] = map(g, (i) => b * s["v"]![i]! + (1 - b) * squares[i]!);
    return s["v"];
  }
  const [byRow, byCol] = [ofRows(squares, rows, cols, mean), ofCols(squares, rows, cols, mean)];
  s["r"] = map(byRow, (i) => b * s["r"]![i]! + (1 - b) * byRow[i]!);
  s["c"] = map(byCol, (i) => b * s["c"]![i]! + (1 - b) * byCol[i]!);
  const middle = Math.max(mean(s["r"]), o["eps1"]!);
  return map(g, (i) => (s["r"]![Math.floor(i / cols)]! / middle) * s["c"]![i % cols]!);
}

/** Shazeer & Stern, algorithms 4 and 5, with eps1 and decay as in PyTorch. */
export const adafactor: Model = {
  ...common,
  squares: true,
  whole: "matrices",
  options: {
    ...{ lr: 1e-2, beta1: 0, beta2Decay: -0.8, eps1: 1e-15, eps2: 1e-3, d: 1, weightDecay: 0 },
    ...{ epsRoot: 0, decayOffset: 0, relativeStep: true, scaleParameter: true, factored: true },
  },
  state: {
    r: { kind: "column", initial: 0 },
    c: { kind: "row", initial: 0 },
    v: element(),
    m: element(),
  },
  run: each((view) => {
    const { g, s, o, t, p } = view;
    const v = secondMoment(view, 1 - (t - o["decayOffset"]!) ** o["beta2Decay"]!);
    const raw = map(g, (i) => g[i]! / Math.max(Math.sqrt(v[i]!), o["eps1"]!));
    const clip = Math.max(1, rms(raw) / o["d"]!);
    let rate = o["relativeStep"] ? Math.min(o["lr"]!, 1 / Math.sqrt(t)) : o["lr"]!;
    if (o["scaleParameter"]) rate *= Math.max(o["eps2"]!, rms(p));
    const beta1 = o["beta1"]!;
    s["m"] = map(g, (i) => beta1 * s["m"]![i]! + ((1 - beta1) * rate * raw[i]!) / clip);
    view.u = map(g, (i) => s["m"]![i]! / o["lr"]! + o["weightDecay"]! * p[i]!);
  }),
};

/** You et al., 2020, algorithm 2. */
export const lamb: Model = {
  ...common,
  squares: true,
  options: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-6, epsRoot: 0, weightDecay: 0.01 },
  state: { m: element(), v: element() },
  run: each((view) => {
    const { g, s, o, t, p } = view;
    const [beta1, beta2] = [o["beta1"]!, o["beta2"]!];
    s["m"] = map(g, (i) => beta1 * s["m"]![i]! + (1 - beta1) * g[i]!);
    s["v"] = map(g, (i) => beta2 * s["v"]![i]! + (1 - beta2) * g[i]! ** 2);
    const r = map(g, (i) => {
      const root = Math.sqrt(s["v"]![i]! / (1 - beta2 ** t) + o["epsRoot"]!) + o["eps"]!;
      return s["m"]![i]! / (1 - beta1 ** t) / root + o["weightDecay"]! * p[i]!;
    });
    const [size, length] = [norm(p), norm(r)];
    const ratio = size > 0 && length > 0 ? size / length : 1;
    view.u = r.map((value) => ratio * value);
  }),
};

/** Ginsburg et al., 2019, algorithm 1. */
export const novograd: Model = {
  ...common,
  squares: true,
  options: { lr: 1e-3, beta1: 0.95, beta2: 0.98, eps: 1e-8, epsRoot: 0, weightDecay: 0 },
  state: { m: element(), v: scalar() },
  run: each((view) => {
    const { g, s, o, t, p } = view;
    const square = sum(g.map((value) => value ** 2));
    const v = t === 1 ? square : o["beta2"]! * s["v"]![0]! + (1 - o["beta2"]!) * square;
    s["v"] = Float64Array.of(v);
    const root = Math.sqrt(v + o["epsRoot"]!) + o["eps"]!;
    s["m"] = map(g, (i) => o["beta1"]! * s["m"]![i]! + g[i]! / root + o["weightDecay"]! * p[i]!);
    view.u = s["m"].slice();
  }),
};

/** Loizou et al., 2021, equation 3; no step if the gradients are nearly zero. */
export const polyakSgd: Model = {
  ...common,
  squares: true,
  readsLoss: true,
  global: true,
  options: { lr: 1, maxLr: 1, fStar: 0, eps: 0, nonNegative: false },
  run(views, _, loss) {
    const squares = total(views, ({ g }, i) => g[i]! ** 2);
    for (const view of views) {
      const { o, g } = view;
      const gap = o["nonNegative"] ? Math.max(loss - o["fStar"]!, 0) : loss - o["fStar"]!;
      const square = squares + o["eps"]!;
      const rate = square <= 2 ** -52 ? 0 : Math.min(gap / square, o["maxLr"]!);
      view.u = g.map((value) => rate * value);
    }
  },
};

/** Ivgi et al., 2023: all tensors share the distance and the sum of squared norms. */
export const dog: Model = {
  ...common,
  squares: true,
  global: true,
  options: { lr: 1, repsRel: 1e-6, initialDistance: 0, initialRate: 0, eps: 1e-8 },
  state: { p0: element("p") },
  shared: { distance: 0, G: 0 },
  run(views, shared) {
    const { o } = views[0]!;
    const gone = normOfAll(views.map(({ p, s }) => map(p, (i) => p[i]! - s["p0"]![i]!)));
    const near = o["repsRel"]! * (1 + normOfAll(views.map(({ p }) => p)));
    const first = o["initialRate"] ? 0 : o["initialDistance"] || near;
    shared["distance"] = shared.t === 1 ? first : Math.max(shared["distance"]!, gone);
    shared["G"]! += total(views, ({ g }, i) => g[i]! ** 2);
    for (const view of views) {
      const usual = shared["distance"]! / Math.sqrt(shared["G"]! + view.o["eps"]!);
      const rate = (view.t === 1 && view.o["initialRate"]) || usual;
      view.u = view.g.map((value) => rate * value);
    }
  },
};

/** Sums over all tensors use the age of the shared state. */
function prodigyEstimate(views: readonly View[], shared: Shared, beta3: number): number {
  const { o } = views[0]!;
  const d = shared["d"]!;
  const gone = total(views, ({ g, p, s }, i) => g[i]! * (s["p0"]![i]! - p[i]!));
  const rate = d * o["lr"]! * correction(o, shared.t);
  shared["numerator"] = beta3 * shared["numerator"]! + (d / o["d0"]!) * rate * gone;
  const length = total(views, ({ s }, i) => Math.abs(s["s"]![i]!));
  if (length === 0) return d;
  const estimate = (o["dCoef"]! * shared["numerator"]) / length;
  const grown = d === o["d0"] ? Math.max(d, estimate) : d;
  shared["dMax"] = Math.max(shared["dMax"]!, estimate);
  return Math.min(shared["dMax"], grown * o["growthRate"]!);
}

const correction = (o: View["o"], t: number): number =>
  o["biasCorrection"] ? Math.sqrt(1 - o["beta2"]! ** t) / (1 - o["beta1"]! ** t) : 1;

/** Mishchenko & Defazio, 2023, as in the authors' code. */
export const prodigy: Model = {
  ...common,
  global: true,
  squares: true,
  options: {
    ...{ lr: 1, beta1: 0.9, beta2: 0.999, beta3: 0, eps: 1e-8, weightDecay: 0, d0: 1e-6 },
    ...{ dCoef: 1, growthRate: Number.POSITIVE_INFINITY },
    ...{ biasCorrection: false, safeguardWarmup: false },
  },
  state: { m: element(), v: element(), s: element(), p0: element("p") },
  shared: { d: "d0", dMax: "d0", numerator: 0 },
  run(views, shared) {
    const { o } = views[0]!;
    const beta3 = o["beta3"] || Math.sqrt(o["beta2"]!);
    const d = shared["d"]!;
    for (const { g, s, t } of views) {
      const rate = d * o["lr"]! * correction(o, t);
      const weight = (d / o["d0"]!) * (o["safeguardWarmup"] ? d : rate);
      s["m"] = map(g, (i) => o["beta1"]! * s["m"]![i]! + (1 - o["beta1"]!) * d * g[i]!);
      s["v"] = map(g, (i) => o["beta2"]! * s["v"]![i]! + (1 - o["beta2"]!) * (d * g[i]!) ** 2);
      s["s"] = map(g, (i) => beta3 * s["s"]![i]! + weight * g[i]!);
    }
    const next = prodigyEstimate(views, shared, beta3);
    shared["d"] = next;
    for (const view of views) {
      const { s, p, t } = view;
      const rate = d * correction(o, t);
      view.u = map(p, (i) => {
        const root = Math.sqrt(s["v"]![i]!) + next * o["eps"]!;
        return rate * (s["m"]![i]! / root + o["weightDecay"]! * p[i]!);
      });
    }
  },
};

/** Defazio et al., 2024; x is computed from the parameters, which are between z and x. */
export const scheduleFreeSgd: Model = {
  ...common,
  writes: "p",
  elementwise: true,
  options: { lr: 1, momentum: 0.9, weightDecay: 0, warmupSteps: 0, r: 0, weightLrPower: 2 },
  state: { z: element("p"), lrMax: scalar(), weightSum: scalar() },
  run: each((view) => {
    const { g, s, o, t, p } = view;
    const rate = o["lr"]! * (o["warmupSteps"] ? Math.min(t / o["warmupSteps"], 1) : 1);
    const largest = Math.max(s["lrMax"]![0]!, rate);
    const weight = t ** o["r"]! * largest ** o["weightLrPower"]!;
    const all = s["weightSum"]![0]! + weight;
    const c = all === 0 ? 0 : weight / all;
    const x = averageOf(view);
    const z = map(g, (i) => s["z"]![i]! - rate * (g[i]! + o["weightDecay"]! * p[i]!));
    Object.assign(s, { z, lrMax: Float64Array.of(largest), weightSum: Float64Array.of(all) });
    const beta = o["momentum"]!;
    view.p = map(g, (i) => beta * ((1 - c) * x[i]! + c * z[i]!) + (1 - beta) * z[i]!);
  }),
  evaluation: averageOf,
  evaluatesOfP: true,
};

function averageOf({ p, s, o }: View): Numbers {
  const beta = o["momentum"]!;
  return map(p, (i) => (p[i]! - (1 - beta) * s["z"]![i]!) / beta);
}
