/** Binds the programs of a plan to segments of its tensors. */
import type { Program } from "../rule/program.ts";
import type { Staged } from "../runtime/agenda.ts";
import { declaredAs } from "../runtime/binding.ts";
import { BindingError } from "../runtime/errors.ts";
import { isWhole, type Plan } from "../runtime/plans.ts";
import { GpuExecution, type Shared } from "./execution.ts";
import { type Kept, type Segment, segmentsOf } from "./segments.ts";
import type { GpuTensor, Place } from "./tensor.ts";

/** A program of a plan. */
export interface BoundProgram extends Staged {
  readonly plan: Plan<GpuTensor>;
  readonly execution: GpuExecution;
}

/** A plan with what is kept for it. */
export interface GpuPlan {
  readonly plan: Plan<GpuTensor>;
  readonly segments: readonly Segment[];
  readonly step: BoundProgram;
  /** Fills states that begin with an expression. */
  readonly initial: BoundProgram | undefined;
}

/** The state of one number that a slot begins with. */
export const initialNumber = ({ rule }: Plan<GpuTensor>, slot: string): number => {
  const { initial } = declaredAs(rule.parts, slot);
  return typeof initial === "number" ? initial : 0;
};

function keptBy(prefix: string, program: Program): Kept[] {
  return program.slots
    .slice(2)
    .map(({ name, kind, temporary }) => ({ key: temporary ? prefix + name : name, kind }));
}

const keyIn =
  (prefix: string, { slots }: Program) =>
  (slot: string): string =>
    slots.find(({ name }) => name === slot)!.temporary ? prefix + slot : slot;

function refuseRoutines({ rule, program }: Plan<GpuTensor>): void {
  for (const pass of program.passes) {
    if (pass.form === "routine") {
      throw new BindingError(
        `${rule.parts.map(({ name }) => name).join(" + ")} needs \`${pass.node.routine.name}\` of whole matrices, which is not there on a GPU: use the CPU's \`optimize\` for these parameters`,
      );
    }
  }
}

export function bindPlan(
  device: GPUDevice,
  plan: Plan<GpuTensor>,
  gradients: ReadonlyMap<GpuTensor, Place>,
  shared: Shared,
): GpuPlan {
  refuseRoutines(plan);
  const { program, rule, hyper, tensors } = plan;
  const states = program.slots.slice(2).filter(({ temporary }) => !temporary);
  const names = [...states, ...program.scalars.map(({ slot }) => ({ name: slot }))];
  const initial = rule.planner.initial(
    rule,
    hyper,
    names.map(({ name }) => name),
  );
  const programs = { step: program, initial };
  const kept = Object.entries(programs).flatMap(([name, each]) =>
    each === undefined ? [] : keptBy(`${name}:`, each),
  );
  const distinct = [...new Map(kept.map((each) => [each.key, each])).values()];
  const divisible = [program, initial].every((each) => each === undefined || !isWhole(each));
  const segments = segmentsOf(device, tensors, gradients, distinct, divisible);
  const bind = (name: string, of: Program): BoundProgram => {
    const keyOf = keyIn(`${name}:`, of);
    const execution = new GpuExecution({ program: of, hyper, tensors, segments, keyOf }, shared);
    return { plan: { ...plan, program: of }, execution, stages: execution.stages };
  };
  return {
    plan,
    segments,
    step: bind("step", program),
    initial: initial && bind("initial", initial),
  };
}
