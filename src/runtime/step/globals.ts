/** Reductions over all parameters: where their parts are, and who reads them. */
import type { ReductionOperator } from "../../rule/graph/operators.ts";
import type { BoundPlan } from "../binding/binding.ts";
import type { Execution } from "./execution.ts";
import { combineTree } from "./reduce.ts";
import { type Contribution, type Staged, stageOrderOf } from "./stageOrder.ts";

/** A reduction over all parameters: where its parts come from and where it goes. */
export interface GlobalReduction {
  readonly operator: ReductionOperator;
  readonly parts: readonly Place[];
  /** Who reads it: each tensor, or one of a program whose values depend on no tensor. */
  readonly readers: readonly Place[];
  /** The parts, and then the result as the first. */
  readonly combined: Float64Array;
}

interface Place {
  readonly array: Float64Array;
  readonly index: number;
}

/** One thing to do in a step: a stage of one execution, or what several have left to combine. */
export type Action =
  | { readonly execution: Execution; readonly stage: number }
  | { readonly reduction: GlobalReduction; readonly isGuard: boolean };

function reductionOf(contributions: readonly Contribution<BoundPlan & Staged>[]): GlobalReduction {
  const parts = contributions
    .flatMap(({ of: { execution }, reduction: { index, node } }) =>
      node === execution.program.guard
        ? [{ name: "", array: execution.guard, index: 0 }]
        : execution.tensors.map(({ tensor: { name }, call }) => ({
            name,
            array: call.results,
            index,
          })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const readers = contributions.flatMap(({ of: { execution }, reduction: { index } }) => {
    const { tensors, plan } = execution;
    const reading = plan.perTensor ? tensors : tensors.slice(0, 1);
    return reading.map(({ inputs }) => ({ array: inputs.reductions, index }));
  });
  const { operator } = contributions[0]!.reduction.node;
  return { operator, parts, readers, combined: new Float64Array(parts.length) };
}

/** What a step does, in order. */
export function stagesInOrder(bound: readonly BoundPlan[]): Action[] {
  const all = bound.map((each) => ({ ...each, stages: each.execution.stages }));
  return stageOrderOf(all).map((scheduled) =>
    "of" in scheduled
      ? { execution: scheduled.of.execution, stage: scheduled.stage }
      : { reduction: reductionOf(scheduled.contributions), isGuard: scheduled.isGuard },
  );
}

/** Combines the parts in the order of the parameters' names, and hands out the result. */
export function reduceGlobally({ operator, parts, readers, combined }: GlobalReduction): void {
  for (let i = 0; i < parts.length; i++) {
    const { array, index } = parts[i]!;
    combined[i] = array[index]!;
  }
  combineTree(operator, combined, 0, parts.length);
  for (let i = 0; i < readers.length; i++) {
    const { array, index } = readers[i]!;
    array[index] = combined[0]!;
  }
}
