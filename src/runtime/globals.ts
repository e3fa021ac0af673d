/** Reductions over all parameters, and the order in which programs can run around them. */
import type { ReductionOperator } from "../rule/operators.ts";
import type { Reduction } from "../rule/program.ts";
import type { BoundPlan } from "./binding.ts";
import { BindingError } from "./errors.ts";
import type { Execution } from "./execution.ts";
import { combineTree } from "./reduce.ts";

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

interface Taking {
  readonly bound: BoundPlan;
  readonly reduction: Reduction;
  /** The stage that leaves its part. */
  readonly stage: number;
}

/** The programs' reductions over all parameters; those of one place in one text belong together. */
function pair(bound: readonly BoundPlan[]): Map<string, Taking[]> {
  const takings = new Map<string, Taking[]>();
  for (const each of bound) {
    const { program } = each.plan;
    const seen = new Map<string, number>();
    for (const reduction of program.reductions) {
      const { node } = reduction;
      if (node.scope === "global") {
        const { origin, operator } = node;
        const place = origin ? `${origin.rule}:${origin.span.start}:${operator}` : "guard";
        const nth = (seen.get(place) ?? 0) + 1;
        seen.set(place, nth);
        const pass = program.passes.find(
          (one) => one.form === "loop" && one.reductions.includes(reduction),
        )!;
        const key = `${place}:${nth}`;
        const list = takings.get(key) ?? [];
        takings.set(key, [...list, { bound: each, reduction, stage: pass.stage }]);
      }
    }
  }
  return takings;
}

/** Groups of one rule all take part in what it reduces over all parameters, or none does. */
function checkParts(bound: readonly BoundPlan[], takings: ReadonlyMap<string, Taking[]>): void {
  for (const list of takings.values()) {
    for (const { bound: one } of list) {
      const missing = bound.some(
        (other) =>
          other.plan.rule === one.plan.rule &&
          other.plan.matrix === one.plan.matrix &&
          !list.some((taking) => taking.bound === other),
      );
      if (missing) {
        throw new BindingError(
          "groups cannot switch a reduction over all parameters on or off: each group must take part in it",
        );
      }
    }
  }
}

function reductionOf(takings: readonly Taking[]): GlobalReduction {
  const parts = takings
    .flatMap(({ bound: { execution }, reduction: { index, node } }) =>
      node === execution.program.guard
        ? [{ name: "", array: execution.guard, index: 0 }]
        : execution.tensors.map(({ tensor: { name }, unit }) => ({
            name,
            array: unit.results,
            index,
          })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const readers = takings.flatMap(({ bound: { execution }, reduction: { index } }) => {
    const { tensors, plan } = execution;
    const reading = plan.perTensor ? tensors : tensors.slice(0, 1);
    return reading.map(({ inputs }) => ({ array: inputs.reductions, index }));
  });
  const { operator } = takings[0]!.reduction.node;
  return { operator, parts, readers, combined: new Float64Array(parts.length) };
}

/** Whether this tells if the gradients are finite: the rule's own text may take the same sum. */
const isGuard = ([first]: readonly Taking[]): boolean =>
  first!.reduction.node === first!.bound.plan.program.guard;

/** What a step does, in order: no stage runs before what it needs of other programs is there. */
export function agendaOf(bound: readonly BoundPlan[]): Action[] {
  const takings = pair(bound);
  checkParts(bound, takings);
  const open = new Map(takings);
  const next = new Map(bound.map((each) => [each, 0]));
  const actions: Action[] = [];
  for (let moved = true; moved; ) {
    moved = false;
    for (const each of bound) {
      const stage = next.get(each)!;
      const waits = [...open.values()].some((list) =>
        list.some((taking) => taking.bound === each && taking.stage < stage),
      );
      if (!waits && stage < each.execution.stages) {
        actions.push({ execution: each.execution, stage });
        next.set(each, stage + 1);
        moved = true;
      }
    }
    for (const [key, list] of open) {
      if (list.every((taking) => taking.stage < next.get(taking.bound)!)) {
        actions.push({ reduction: reductionOf(list), isGuard: isGuard(list) });
        open.delete(key);
        moved = true;
      }
    }
  }
  return actions;
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
