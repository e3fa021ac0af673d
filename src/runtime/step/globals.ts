/** Reductions over all parameters: the places of their parts and of their results. */
import type { ReductionOperator } from "../../rule/graph/operators.ts";
import type { BoundPlan } from "../binding/binding.ts";
import type { Execution } from "./execution.ts";
import { combineTree } from "./reduce.ts";
import { type Contribution, type Staged, stageOrderOf } from "./stageOrder.ts";

/** A reduction over all parameters. */
export interface GlobalReduction {
  readonly operator: ReductionOperator;
  readonly parts: readonly Place[];
  /** The places that get the result: one per tensor, or one per program whose values do not depend on the tensor. */
  readonly readers: readonly Place[];
  /** The parts. After the reduction, the first is the result. */
  readonly combined: Float64Array;
}

interface Place {
  readonly array: Float64Array;
  readonly index: number;
}

/** One action of a step: a stage of one execution, or the combination of what several have left. */
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

/** The actions of a step, in order. */
export function stagesInOrder(bound: readonly BoundPlan[]): Action[] {
  const all = bound.map((each) => ({ ...each, stages: each.execution.stages }));
  return stageOrderOf(all).map((scheduled) =>
    "of" in scheduled
      ? { execution: scheduled.of.execution, stage: scheduled.stage }
      : { reduction: reductionOf(scheduled.contributions), isGuard: scheduled.isGuard },
  );
}

/** Combines the parts in the order of the parameters' names, and writes the result to its places. */
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
