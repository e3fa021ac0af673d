/** What the device is asked about the steps so far. */
import { status } from "../compilers/wgsl/layout.ts";
import { placesIn } from "../compilers/wgsl/values.ts";
import { reachable } from "../rule/graph.ts";
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

/** Where norms of raw gradients are, in words of `values`: each that parts of the rule take is there once. */
function normsAt(plans: readonly GpuPlan[]): number[] {
  const places = new Map<string, number>();
  for (const { step } of plans) {
    const { program, compiled, valuesAt, globals } = step.execution;
    const { gradientNorm, reductions } = program;
    if (gradientNorm !== undefined) {
      const nodes = reachable([gradientNorm]);
      const sums = reductions.filter(({ node }) => nodes.includes(node));
      const [first, ...more] = sums.map(({ index }) => globals[index]!);
      // It is what was reduced, or was computed of that.
      const at =
        gradientNorm.form === "reduction"
          ? first!
          : valuesAt + placesIn(program, compiled.layout).device(gradientNorm);
      places.set([first, ...more].join(), at);
    }
  }
  return [...places.values()];
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
    // Parameters of different branches, each with a norm of its own.
    gradientNorm: () =>
      norms.length === 0 ? undefined : Math.hypot(...norms.map(([norm]) => norm!)),
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
