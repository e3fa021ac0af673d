/** Optimizers in float64, for one tensor or all tensors at a time, from the papers and the formulas of PyTorch and Optax. */
import { each, element, type Model, map, scalar, type View } from "./model.ts";
import {
  adafactor,
  dog,
  lamb,
  novograd,
  polyakSgd,
  prodigy,
  scheduleFreeSgd,
} from "./otherOptimizers.ts";

const common = { writes: "u", optimizer: true, readsGradient: true } as const;

/** Adam's moments and its direction. */
function adamDirection({ g, s, t, o }: View): Float64Array {
  s["m"] = map(g, (i) => o["beta1"]! * s["m"]![i]! + (1 - o["beta1"]!) * g[i]!);
  s["v"] = map(g, (i) => o["beta2"]! * s["v"]![i]! + (1 - o["beta2"]!) * g[i]! ** 2);
  const [first, second] = [1 - o["beta1"]! ** t, 1 - o["beta2"]! ** t];
  const root = o["epsRoot"] ?? 0;
  return map(g, (i) => s["m"]![i]! / first / (Math.sqrt(s["v"]![i]! / second + root) + o["eps"]!));
}

const betas = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 };
const moments = { m: element(), v: element() };
const elementwise = { ...common, elementwise: true } as const;

const sgd: Model = {
  ...elementwise,
  options: { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false },
  state: { b: element() },
  run: each((view) => {
    const { g, s, t, o } = view;
    const momentum = o["momentum"]!;
    if (momentum === 0) {
      view.u = g.slice();
      return;
    }
    // PyTorch's first buffer is the gradient, without dampening.
    s["b"] = map(g, (i) =>
      t === 1 ? g[i]! : momentum * s["b"]![i]! + (1 - o["dampening"]!) * g[i]!,
    );
    view.u = o["nesterov"] ? map(g, (i) => g[i]! + momentum * s["b"]![i]!) : s["b"].slice();
  }),
};

const momentum: Model = {
  ...elementwise,
  writes: "p",
  options: { lr: 1e-2, momentum: 0.9 },
  state: { v: element() },
  run: each((view) => {
    const { g, s, o, p } = view;
    s["v"] = map(g, (i) => o["momentum"]! * s["v"]![i]! + o["lr"]! * g[i]!);
    view.p = map(p, (i) => p[i]! - s["v"]![i]!);
  }),
};

const nesterov: Model = {
  ...momentum,
  run: each((view) => {
    const { g, s, o, p } = view;
    s["v"] = map(g, (i) => o["momentum"]! * s["v"]![i]! + o["lr"]! * g[i]!);
    view.p = map(p, (i) => p[i]! - (o["momentum"]! * s["v"]![i]! + o["lr"]! * g[i]!));
  }),
};

const adam: Model = {
  ...elementwise,
  squares: true,
  options: betas,
  state: moments,
  run: each((view) => {
    view.u = adamDirection(view);
  }),
};

const adamw: Model = {
  ...adam,
  options: { ...betas, epsRoot: 0, weightDecay: 1e-2 },
  run: each((view) => {
    const u = adamDirection(view);
    view.u = map(u, (i) => u[i]! + view.o["weightDecay"]! * view.p[i]!);
  }),
};

/** The largest uncorrected second moment as in PyTorch, or the largest corrected one as in Optax. */
const amsgrad: Model = {
  ...adam,
  options: {
    ...{ ...betas, epsRoot: 0, correctedMaximum: false },
    ...{ biasCorrectionMu: true, biasCorrectionNu: true },
  },
  state: { ...moments, w: element() },
  run: each((view) => {
    const { s, t, o, g } = view;
    adamDirection(view);
    const first = o["biasCorrectionMu"] ? 1 - o["beta1"]! ** t : 1;
    const second = o["biasCorrectionNu"] ? 1 - o["beta2"]! ** t : 1;
    const [early, late] = o["correctedMaximum"] ? [second, 1] : [1, second];
    s["w"] = map(g, (i) => Math.max(s["w"]![i]!, s["v"]![i]! / early));
    view.u = map(g, (i) => {
      const root = Math.sqrt(s["w"]![i]! / late + o["epsRoot"]!);
      return s["m"]![i]! / first / (root + o["eps"]!);
    });
  }),
};

/** PyTorch's NAdam, whose momentum has a schedule. */
const nadam: Model = {
  ...adam,
  options: { ...betas, lr: 2e-3, momentumDecay: 4e-3 },
  state: { ...moments, product: scalar(1) },
  run: each((view) => {
    const { s, t, o, g } = view;
    adamDirection(view);
    const at = (step: number) => o["beta1"]! * (1 - 0.5 * 0.96 ** (step * o["momentumDecay"]!));
    const [now, next] = [at(t), at(t + 1)];
    const product = s["product"]![0]! * now;
    s["product"] = Float64Array.of(product);
    const second = 1 - o["beta2"]! ** t;
    view.u = map(g, (i) => {
      const top = (next * s["m"]![i]!) / (1 - product * next) + ((1 - now) * g[i]!) / (1 - product);
      return top / (Math.sqrt(s["v"]![i]! / second) + o["eps"]!);
    });
  }),
};

const rmsprop: Model = {
  ...elementwise,
  squares: true,
  options: {
    ...{ lr: 1e-3, alpha: 0.9, eps: 1e-8, epsRoot: 0, centered: false, biasCorrection: false },
    ...{ initialAccumulator: 0, momentum: 0, nesterov: false },
  },
  state: { v: element("initialAccumulator"), a: element(), b: element() },
  run: each((view) => {
    const { s, o, g, t } = view;
    const alpha = o["alpha"]!;
    const kept = o["biasCorrection"] ? 1 - alpha ** t : 1;
    s["v"] = map(g, (i) => alpha * s["v"]![i]! + (1 - alpha) * g[i]! ** 2);
    s["a"] = map(g, (i) => alpha * s["a"]![i]! + (1 - alpha) * g[i]!);
    const step = map(g, (i) => {
      const variance = s["v"]![i]! / kept - (o["centered"] ? (s["a"]![i]! / kept) ** 2 : 0);
      return g[i]! / (Math.sqrt(Math.max(variance, 0) + o["epsRoot"]!) + o["eps"]!);
    });
    const b = map(g, (i) => o["momentum"]! * s["b"]![i]! + step[i]!);
    s["b"] = b;
    view.u = o["nesterov"] ? map(g, (i) => step[i]! + o["momentum"]! * b[i]!) : b.slice();
  }),
};

const adagrad: Model = {
  ...elementwise,
  squares: true,
  options: { lr: 1e-2, lrDecay: 0, initialAccumulator: 0, eps: 1e-10 },
  state: { s: element("initialAccumulator") },
  run: each((view) => {
    const { s, o, g, t } = view;
    s["s"] = map(g, (i) => s["s"]![i]! + g[i]! ** 2);
    const rate = 1 / (1 + (t - 1) * o["lrDecay"]!);
    view.u = map(g, (i) => (rate * g[i]!) / (Math.sqrt(s["s"]![i]!) + o["eps"]!));
  }),
};

const lion: Model = {
  ...elementwise,
  options: { lr: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
  state: { m: element() },
  run: each((view) => {
    const { s, o, g, p } = view;
    view.u = map(
      g,
      (i) =>
        Math.sign(o["beta1"]! * s["m"]![i]! + (1 - o["beta1"]!) * g[i]!) +
        o["weightDecay"]! * p[i]!,
    );
    s["m"] = map(g, (i) => o["beta2"]! * s["m"]![i]! + (1 - o["beta2"]!) * g[i]!);
  }),
};

const signSgd: Model = {
  ...elementwise,
  options: { lr: 1e-4 },
  run: each((view) => {
    view.u = view.g.map(Math.sign);
  }),
};

export const optimizers: Readonly<Record<string, Model>> = {
  ...{ sgd, momentum, nesterov, adam, adamw, amsgrad, nadam, rmsprop, adagrad, lion, signSgd },
  ...{ adafactor, dog, lamb, novograd, polyakSgd, prodigy, scheduleFreeSgd },
};
