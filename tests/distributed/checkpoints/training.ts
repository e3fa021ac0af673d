/** Trainings whose checkpoints are compared. Their numbers are the same on any power of two of ranks. */
import {
  type AnyOptimizer,
  adafactor,
  adam,
  adamw,
  block8,
  chain,
  clipByGlobalNorm,
  ema,
  lamb,
  muon,
  type OptimizeOptions,
  type Parameter,
  parameters,
  prodigy,
  type Rule,
  reduceOnPlateau,
  scheduleFreeAdamw,
  sgd,
} from "../../../src/index.ts";
import type { FloatArray } from "../../../src/runtime/memory/memory.ts";

interface Training {
  readonly rule: () => Rule;
  readonly options?: OptimizeOptions;
}

/** Rules that are sharded by elements, by rows, or not at all; scalar states, states in blocks, and stateful schedules. */
export const trainings: Readonly<Record<string, Training>> = {
  adam: { rule: adam },
  adafactor: { rule: adafactor },
  muon: { rule: muon },
  prodigy: { rule: prodigy },
  lamb: { rule: lamb },
  scheduleFreeAdamw: { rule: scheduleFreeAdamw },
  "a chain with an average": { rule: () => chain(clipByGlobalNorm(1), adamw(), ema(0.9)) },
  "state in blocks": {
    rule: adam,
    options: { storage: { state: { ...block8, least: 256 } } } as OptimizeOptions,
  },
  "a plateau": {
    rule: () => sgd({ lr: reduceOnPlateau({ initial: 0.1, patience: 1 }), momentum: 0.9 }),
  },
};

const shapes = { w: [64, 33], v: [48, 48], b: [33], one: [1], none: [0] };

export function netOf(): Record<string, Parameter> {
  const net = parameters(shapes) as Record<string, Parameter>;
  for (const [name, { data }] of Object.entries(net)) {
    for (let i = 0; i < data.length; i++) data[i] = Math.sin(i + name.length);
  }
  return net;
}

/** The same on all ranks, so that the mean over two ranks equals that over four. */
export function fillGradients(gradients: Readonly<Record<string, FloatArray>>, step: number): void {
  for (const [name, gradient] of Object.entries(gradients)) {
    for (let i = 0; i < gradient.length; i++) {
      gradient[i] = Math.cos(i * step + name.length) / 8;
    }
  }
}

/** Trains up to a step. */
export function trainTo(end: number, optimizer: AnyOptimizer): void {
  while (optimizer.steps < end) {
    fillGradients(optimizer.gradients as Readonly<Record<string, FloatArray>>, optimizer.steps + 1);
    optimizer.step();
  }
}
