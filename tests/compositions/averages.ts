/** Transforms that average the parameters, in float64. */
import { clamp, normOfAll, sum } from "./arithmetic.ts";
import { each, element, type Model, map, type Shared, scalar, type View } from "./model.ts";

const keeps = { writes: "keeps", state: { average: element("p") } } as const;

const evaluation = ({ s }: View) => s["average"]!;

/** Moves the average a fraction of the way to the parameters. */
function follow({ s, p }: View, share: number): void {
  const average = s["average"]!;
  s["average"] = map(p, (i) => average[i]! + share * (p[i]! - average[i]!));
}

const ema: Model = {
  ...keeps,
  elementwise: true,
  options: { decay: 0.999, debias: false },
  evaluation,
  run: each((view) => {
    const { o, t } = view;
    const decay = o["decay"]!;
    // Adam's correction: weights decay^(t - i) (1 - decay) over their sum, which is 1 - decay^t.
    follow(view, o["debias"] ? (1 - decay) / (1 - decay ** t) : 1 - decay);
  }),
};

const swa: Model = {
  ...keeps,
  elementwise: true,
  options: { start: 1, every: 1 },
  evaluation,
  run: each((view) => {
    const since = view.t - view.o["start"]!;
    if (since <= 0) view.s["average"] = view.p.slice();
    else if (since % view.o["every"]! === 0) follow(view, 1 / (since / view.o["every"]! + 1));
  }),
};

const polynomialAverage: Model = {
  ...keeps,
  elementwise: true,
  options: { gamma: 8 },
  evaluation,
  run: each((view) => follow(view, (view.o["gamma"]! + 1) / (view.t + view.o["gamma"]!))),
};

const lookahead: Model = {
  writes: "p",
  elementwise: true,
  options: { syncPeriod: 5, slowStepSize: 0.8 },
  state: { slow: element("p") },
  evaluation: ({ s }) => s["slow"]!,
  run: each((view) => {
    const { s, p, o, t } = view;
    if (t % o["syncPeriod"]! !== 0) return;
    const slow = s["slow"]!;
    s["slow"] = map(p, (i) => slow[i]! + o["slowStepSize"]! * (p[i]! - slow[i]!));
    view.p = s["slow"].slice();
  }),
};

const scheduleFree: Model = {
  writes: "p",
  options: { beta: 0.9, rate: 1, weightRatePower: 2 },
  state: { z: element("p"), x: element("p"), rateMax: scalar(), weightSum: scalar() },
  evaluation: ({ s }) => s["x"]!,
  run: each((view) => {
    const { s, p, o } = view;
    const beta = o["beta"]!;
    const between = () => map(p, (i) => (1 - beta) * s["z"]![i]! + beta * s["x"]![i]!);
    const most = Math.max(s["rateMax"]![0]!, o["rate"]!);
    const weight = most ** o["weightRatePower"]!;
    const total = s["weightSum"]![0]! + weight;
    s["rateMax"] = Float64Array.of(most);
    s["weightSum"] = Float64Array.of(total);
    const share = total === 0 ? 0 : weight / total;
    const [y, z] = [between(), s["z"]!];
    s["z"] = map(p, (i) => z[i]! + (p[i]! - y[i]!));
    s["x"] = map(p, (i) => s["x"]![i]! + share * (s["z"]![i]! - s["x"]![i]!));
    view.p = between();
  }),
};

const tuners = [0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999];

const scaleOf = (shared: Shared): number =>
  sum(Float64Array.from(tuners, (_, i) => shared[`s${i}`]!));

/** Cutkosky et al., 2023, algorithm 1: one tuner for each beta, shared by all tensors. */
function tune(shared: Shared, h: number, o: View["o"]): void {
  for (const [i, beta] of tuners.entries()) {
    const most = shared[`m${i}`]!;
    const bounded = clamp(h, -most, most);
    const m = Math.max(beta * most, Math.abs(h) + o["eps"]!);
    const v = beta ** 2 * shared[`v${i}`]! + h ** 2;
    const r = beta * shared[`r${i}`]! + bounded * shared[`s${i}`]!;
    const wealth = (o["sInit"]! / tuners.length) * m + Math.max(0, r);
    Object.assign(shared, { [`m${i}`]: m, [`v${i}`]: v, [`r${i}`]: r });
    shared[`s${i}`] = wealth / (Math.sqrt(v) + o["eps"]!);
  }
}

const each6 = (name: string, initial: number | string) =>
  Object.fromEntries(tuners.map((_, i) => [`${name}${i}`, initial] as const));

const mechanize: Model = {
  writes: "p",
  readsGradient: true,
  global: true,
  options: { weightDecay: 0.01, sInit: 1e-6, eps: 1e-8 },
  state: { p0: element("p"), delta: element() },
  shared: { ...each6("m", 0), ...each6("v", 0), ...each6("r", 0), ...each6("s", "sInit") },
  run(views, shared) {
    const { o } = views[0]!;
    const scale = scaleOf(shared);
    const x = views.map(({ p, s }) => map(p, (i) => s["p0"]![i]! + scale * s["delta"]![i]!));
    const size = normOfAll(views.map(({ g }) => g));
    const pull = (o["weightDecay"]! * scale * size) / (normOfAll(x) + o["eps"]!);
    const along = views.map(({ g, s }, v) =>
      sum(map(g, (i) => (g[i]! + pull * x[v]![i]!) * s["delta"]![i]!)),
    );
    tune(shared, -along.reduce((a, b) => a + b, 0), o);
    const next = scaleOf(shared);
    for (const [v, view] of views.entries()) {
      const { p, s } = view;
      s["delta"] = map(p, (i) => s["delta"]![i]! + (p[i]! - x[v]![i]!));
      view.p = map(p, (i) => s["p0"]![i]! + next * s["delta"]![i]!);
    }
  },
};

export const averages: Readonly<Record<string, Model>> = {
  ...{ ema, swa, polynomialAverage, lookahead, mechanize, scheduleFree },
};
