/** Reads the device's counts and norms for a report. */

import { status } from "../compilers/wgsl/layout.ts";
import { joinNorms, normIn, normOf } from "../runtime/step/norms.ts";
import { bytesOf, type Words } from "./device/transfer.ts";
import type { GpuPlan } from "./dispatches/programs.ts";
import type { Moment, UniformRing } from "./step/uniformRing.ts";

/** Numbers that are available after their words are read. */
export interface Inquiry {
  readonly moment: Moment;
  readonly words: readonly Words[];
  /** The words of the status. */
  readonly counts: Uint32Array;
  /** The norm of the unchanged gradients, if a rule takes it. */
  readonly gradientNorm: () => number | undefined;
}

/** Where a norm of unchanged gradients is, in words of `values`. */
interface Norm {
  readonly at: number;
  readonly largest: number | undefined;
}

/** The norm over all parameters, or the norms of each parameter; none if parts take norms of different orders. */
function normsAt(plans: readonly GpuPlan[]): { order: number; norms: readonly Norm[] } {
  const taking = plans.flatMap(({ step: { execution } }) => {
    // Parameters that steps leave alone have none.
    const norm = execution.globals.length > 0 ? normIn(execution.program) : undefined;
    const largest = norm && execution.globals[norm.largest];
    return norm ? [{ ...norm, largest, execution }] : [];
  });
  const order = taking[0]?.order ?? 2;
  if (taking.some((each) => each.order !== order)) {
    return { order, norms: [] };
  }
  const together = new Map(
    taking.map(({ execution, index, largest }) => {
      const at = execution.globals[index]!;
      return [at, { at, largest }];
    }),
  );
  if (together.size <= 1) {
    return { order, norms: [...together.values()] };
  }
  // Several parts may take norms of the same parameters, so each parameter's norm is used once.
  const all = taking.flatMap(({ execution: { shares }, index, largest }) =>
    [...shares[index]!].map(([{ name }, at]) => ({ name, at, largest })),
  );
  return { order, norms: all.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export function inquire(source: {
  readonly plans: readonly GpuPlan[];
  readonly ring: UniformRing;
  readonly status: GPUBuffer;
  readonly values: GPUBuffer;
}): Inquiry {
  const counts = new Uint32Array(status.length);
  const { order, norms } = normsAt(source.plans);
  const words: Words[] = [];
  const read = (at: number): Float32Array => {
    const number = new Float32Array(1);
    words.push({ buffer: source.values, offset: 4 * at, into: bytesOf(number) });
    return number;
  };
  const numbers = norms.map(({ at, largest }) => ({
    reduction: read(at),
    largest: largest === undefined ? undefined : read(largest),
  }));
  return {
    moment: source.ring.moment(),
    words: [{ buffer: source.status, offset: 0, into: bytesOf(counts) }, ...words],
    counts,
    gradientNorm: () => {
      const all = numbers.map(({ reduction, largest }) =>
        normOf(order, reduction[0]!, largest?.[0]),
      );
      return all.length === 0 ? undefined : joinNorms(order, Float64Array.from(all));
    },
  };
}

/** The learning rates of a step: `lr` for parameters in no group, or else for the last group; `lrs` for each parameter. */
export interface Rates {
  readonly lr: number | undefined;
  readonly lrs: Readonly<Record<string, number>>;
}

/** Takes the rates of the last step that was asked for. @returns a function that gives them, also after more steps */
export function ratesIn(plans: readonly GpuPlan[]): () => () => Rates {
  const all = plans.flatMap(({ plan: { rule, isGroup, tensors }, step }) => {
    const { plan, hyper } = step.execution.host;
    const position = plan.hyper.indexOf(rule.planner.learningRate(rule) ?? "");
    return position < 0 ? [] : [{ isGroup, tensors, read: () => hyper.values[position]! }];
  });
  const lone = all.findLastIndex(({ isGroup }) => !isGroup);
  const main = lone < 0 ? all.length - 1 : lone;
  // NaN if the schedule was not called yet.
  const known = (rate: number | undefined) => (Number.isNaN(rate) ? undefined : rate);
  return () => {
    const rates = all.map(({ read }) => read());
    return () => {
      const entries = all.flatMap(({ tensors }, index) =>
        known(rates[index]) === undefined
          ? []
          : tensors.map(({ name }) => [name, rates[index]!] as const),
      );
      return { lr: known(rates[main]), lrs: Object.fromEntries(entries) };
    };
  };
}
