/** Repeats the runs of tests/reference/pytorch_files.py in Gradus. */
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  amsgrad,
  asgd,
  chain,
  l2,
  muon,
  nadam,
  type OptimizeOptions,
  optimize,
  parameters,
  type Rule,
  radam,
  rmsprop,
  rprop,
  sgd,
} from "../../src/index.ts";

const lr = 0.05;

/** For each case, the rule that equals PyTorch's optimizer with its settings. */
export const torchRules: Readonly<Record<string, () => Rule>> = {
  adam: () => adam({ lr }) as Rule,
  "adam-l2": () => chain(l2(0.1), adam({ lr })) as Rule,
  adamw: () => adamw({ lr, weightDecay: 0.1 }) as Rule,
  amsgrad: () => amsgrad({ lr }) as Rule,
  adamax: () => adamax({ lr }) as Rule,
  nadam: () => nadam({ lr }) as Rule,
  radam: () => radam({ lr }) as Rule,
  sgd: () => sgd({ lr }) as Rule,
  "sgd-momentum": () => sgd({ lr, momentum: 0.9, dampening: 0.1 }) as Rule,
  "sgd-nesterov": () => sgd({ lr, momentum: 0.9, nesterov: true }) as Rule,
  adagrad: () => adagrad({ lr, lrDecay: 0.01 }) as Rule,
  rmsprop: () => rmsprop({ lr, alpha: 0.99, momentum: 0.9, centered: true }) as Rule,
  "rmsprop-plain": () => rmsprop({ lr, alpha: 0.99 }) as Rule,
  adadelta: () => adadelta({ lr, rho: 0.9 }) as Rule,
  rprop: () => rprop({ lr }) as Rule,
  asgd: () => asgd({ lr, lambda: 0.01, t0: 12 }) as Rule,
  adafactor: () => adafactor({ lr, eps1: 2 ** -23 }) as Rule,
  muon: () =>
    muon({
      ...{ lr, weightDecay: 0.1, matchRms: true },
      outputsFirst: true,
      clampNorm: true,
    }) as Rule,
};

/** Maps PyTorch's names to ours. */
export const torchNames = { "layer.weight": "w", "layer.bias": "b" };

export const torchShapes = { b: [4], w: [4, 3] } as const;

/** Runs whose parameters, gradients and states had another type, by file: the case, and the type. */
export const narrowRuns: Readonly<Record<string, readonly [name: string, type: string]>> = {
  "adam-bfloat16": ["adam", "bfloat16"],
  "adam-float16": ["adam", "float16"],
  "muon-bfloat16": ["muon", "bfloat16"],
};

/** The names and shapes of a case: PyTorch's Muon takes only matrices. */
export const torchParameters = (name: string) =>
  name === "muon"
    ? { names: { "layer.weight": "w" }, shapes: { w: torchShapes.w } as typeof torchShapes }
    : { names: torchNames, shapes: torchShapes };

export const torchOptimizer = (name: string, options: OptimizeOptions = {}) =>
  optimize(parameters(torchParameters(name).shapes), torchRules[name]!(), {
    ...{ threads: 1, ...options },
  });

/** The result of `gradient` in pytorch_files.py, except for rounding. */
export function gradientAt(data: Float32Array, step: number): Float32Array {
  return data.map((value, i) => 0.1 * ((i % 5) + 1) * value - Math.cos(0.7 * step + i));
}

/** Makes steps from `first` on. */
export function goOn(
  optimizer: ReturnType<typeof torchOptimizer>,
  first: number,
  count: number,
): void {
  for (let step = first; step < first + count; step++) {
    const all = Object.entries(optimizer.parameters);
    optimizer.step(
      Object.fromEntries(all.map(([name, { data }]) => [name, gradientAt(data, step)])) as never,
    );
  }
}
