/** What the device is asked about the steps so far. */

import { status } from "../compilers/wgsl/layout.ts";
import { combineTree } from "../runtime/reduce.ts";
import type { GpuPlan } from "./dispatches/programs.ts";
import type { Moment, Ring } from "./ring.ts";
import { bytesOf, type Words } from "./transfer.ts";

/** Numbers that are there once their words are read. */
export interface Inquiry {
  readonly moment: Moment;
  readonly words: readonly Words[];
  /** Words of the status. */
  readonly counts: Uint32Array;
  /** The norm of raw gradients, if a rule takes it. */
  readonly gradientNorm: () => number | undefined;
}

/** Where norms of raw gradients are, in words of `values`: one of all, or else each parameter's own. */
function normsAt(plans: readonly GpuPlan[]): number[] {
  const taking = plans.flatMap(({ step: { execution } }) => {
    const { gradientNorm, reductions } = execution.program;
    const index = reductions.findIndex(({ node }) => node === gradientNorm);
    return index < 0 ? [] : [{ execution, index }];
  });
  const together = new Set(taking.map(({ execution, index }) => execution.globals[index]!));
  if (together.size <= 1) {
    return [...together];
  }
  // Norms of several parts may be of the same parameters: each parameter's own is taken once.
  const all = taking.flatMap(({ execution: { shares }, index }) => [...shares[index]!]);
  return all.sort(([a], [b]) => (a.name < b.name ? -1 : 1)).map(([, at]) => at);
}

export function inquire(source: {
  readonly plans: readonly GpuPlan[];
  readonly ring: Ring;
  readonly status: GPUBuffer;
  readonly values: GPUBuffer;
}): Inquiry {
  const counts = new Uint32Array(status.length);
  const places = normsAt(source.plans);
  const norms = places.map(() => new Float32Array(1));
  const words = places.map(
    (at, index): Words => ({
      ...{ buffer: source.values, offset: 4 * at },
      into: bytesOf(norms[index]!),
    }),
  );
  return {
    moment: source.ring.moment(),
    words: [{ buffer: source.status, offset: 0, into: bytesOf(counts) }, ...words],
    counts,
    gradientNorm: () => {
      const all = Float64Array.from(norms, ([norm]) => norm!);
      combineTree("norm", all, 0, all.length);
      return all[0];
    },
  };
}

/** Reads the learning rate of the last step: of parameters in no group, or of the last group if all are in groups. */
export function rateIn(plans: readonly GpuPlan[]): () => number | undefined {
  const rates = plans.flatMap(({ plan: { rule, isGroup }, step }) => {
    const { plan, hyper } = step.execution.host;
    const position = plan.hyper.indexOf(rule.planner.learningRate(rule) ?? "");
    return position < 0 ? [] : [{ isGroup, read: () => hyper.values[position]! }];
  });
  const last = rates.findLast(({ isGroup }) => !isGroup) ?? rates.at(-1);
  return () => {
    const rate = last?.read();
    return Number.isNaN(rate) ? undefined : rate;
  };
}
