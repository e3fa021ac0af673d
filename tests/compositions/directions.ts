/** Transforms of an optimizer's direction, in float64. */
import { clamp, mean, norm, normOf, normOfAll, rms } from "./arithmetic.ts";
import { each, element, type Model, map, type View } from "./model.ts";

const direction = { writes: "u" } as const;

/** Scales the direction down to a bound. */
const scaled = (view: View, size: number, bound: number): void => {
  if (size > bound) view.u = view.u!.map((value) => value * (bound / size));
};

export const directions: Readonly<Record<string, Model>> = {
  weightDecay: {
    ...direction,
    elementwise: true,
    options: { weightDecay: 1e-2 },
    run: each((view) => {
      view.u = map(view.p, (i) => view.u![i]! + view.o["weightDecay"]! * view.p[i]!);
    }),
  },
  cautious: {
    ...direction,
    readsGradient: true,
    options: { minShare: 1e-3 },
    run: each((view) => {
      const { u, g, o } = view;
      const mask = map(g, (i) => (u![i]! * g[i]! > 0 ? 1 : 0));
      const share = Math.max(mean(mask), o["minShare"]!);
      view.u = map(g, (i) => (u![i]! * mask[i]!) / share);
    }),
  },
  trustRatio: {
    ...direction,
    options: { trustCoefficient: 1, minNorm: 0, eps: 0 },
    run: each((view) => {
      const { u, p, o } = view;
      const [pNorm, uNorm] = [Math.max(norm(p), o["minNorm"]!), Math.max(norm(u!), o["minNorm"]!)];
      const found = (o["trustCoefficient"]! * pNorm) / (uNorm + o["eps"]!);
      const ratio = Math.min(pNorm, uNorm) > 0 ? found : 1;
      view.u = u!.map((value) => ratio * value);
    }),
  },
  normalizeByUpdateNorm: {
    ...direction,
    global: true,
    options: { scaleFactor: 1, eps: 1e-6 },
    run(views) {
      const size = normOfAll(views.map(({ u }) => u!));
      for (const view of views) {
        const factor = view.o["scaleFactor"]! / (size + view.o["eps"]!);
        view.u = view.u!.map((value) => value * factor);
      }
    },
  },
  scaleByParameterNorm: {
    ...direction,
    options: { minScale: 1e-3 },
    run: each((view) => {
      const size = Math.max(norm(view.p), view.o["minScale"]!);
      view.u = view.u!.map((value) => value * size);
    }),
  },
  scaleByParameterRms: {
    ...direction,
    options: { minScale: 1e-3 },
    run: each((view) => {
      const size = Math.max(rms(view.p), view.o["minScale"]!);
      view.u = view.u!.map((value) => value * size);
    }),
  },
  applyEvery: {
    ...direction,
    elementwise: true,
    options: { every: 4 },
    state: { total: element() },
    run: each((view) => {
      const { s, t, o } = view;
      const all = map(view.u!, (i) => s["total"]![i]! + view.u![i]!);
      const due = t % o["every"]! === 0;
      s["total"] = due ? all.map(() => 0) : all;
      view.u = due ? all : all.map(() => 0);
    }),
  },
  updateTrace: {
    ...direction,
    elementwise: true,
    options: { decay: 0.9, nesterov: false },
    state: { total: element() },
    run: each((view) => {
      const { s, o } = view;
      const u = view.u!;
      const total = map(u, (i) => u[i]! + o["decay"]! * s["total"]![i]!);
      s["total"] = total;
      view.u = o["nesterov"] ? map(u, (i) => u[i]! + o["decay"]! * total[i]!) : total;
    }),
  },
  updateEma: {
    ...direction,
    elementwise: true,
    options: { decay: 0.9, debias: true },
    state: { m: element() },
    run: each((view) => {
      const { s, o, t } = view;
      const decay = o["decay"]!;
      const m = map(view.u!, (i) => decay * s["m"]![i]! + (1 - decay) * view.u![i]!);
      s["m"] = m;
      view.u = o["debias"] ? m.map((value) => value / (1 - decay ** t)) : m;
    }),
  },
  clipUpdateByValue: {
    ...direction,
    elementwise: true,
    options: { maxValue: 1 },
    run: each((view) => {
      const most = view.o["maxValue"]!;
      view.u = view.u!.map((value) => clamp(value, -most, most));
    }),
  },
  clipUpdateByNorm: {
    ...direction,
    options: { maxNorm: 1, order: 2 },
    run: each((view) => scaled(view, normOf(view.u!, view.o["order"]), view.o["maxNorm"]!)),
  },
  clipUpdateByGlobalNorm: {
    ...direction,
    global: true,
    options: { maxNorm: 1, order: 2 },
    run(views) {
      const all = views.map(({ u }) => u!);
      const sizes = views.map(({ o }) => normOfAll(all, o["order"]));
      for (const [index, view] of views.entries()) scaled(view, sizes[index]!, view.o["maxNorm"]!);
    },
  },
  clipUpdateByBlockRms: {
    ...direction,
    options: { maxRms: 1 },
    run: each((view) => scaled(view, rms(view.u!), view.o["maxRms"]!)),
  },
};
