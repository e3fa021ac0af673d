/** Binds the programs of a plan to segments of its tensors. */
import { valueLayout } from "../../compilers/wgsl/values.ts";
import type { Program } from "../../rule/program.ts";
import type { Staged } from "../../runtime/agenda.ts";
import { declaredAs } from "../../runtime/binding.ts";
import { isWhole, type Plan } from "../../runtime/plans.ts";
import { HostValues } from "../host.ts";
import type { GpuTensor, Place } from "../tensor.ts";
import { GpuExecution } from "./execution.ts";
import { type Recordings, recordingsOf } from "./routines.ts";
import { type Kept, type Segment, segmentsOf } from "./segments.ts";
import type { Shared } from "./shared.ts";

/** A program of a plan. */
export interface BoundProgram extends Staged {
  readonly plan: Plan<GpuTensor>;
  readonly execution: GpuExecution;
}

/** What a program is for. */
export type Use = "step" | "initial" | "evaluation";

/** What programs of each use share. */
export type SharedByUse = Readonly<Record<Use, Shared>>;

/** A plan with what is kept for it. */
export interface GpuPlan {
  readonly plan: Plan<GpuTensor>;
  readonly segments: readonly Segment[];
  readonly step: BoundProgram;
  /** Fills states that begin with an expression. */
  readonly initial: BoundProgram | undefined;
  /** Puts the weights to evaluate in the parameters' place. */
  readonly evaluation: BoundProgram | undefined;
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

/** A program before it is bound: what it needs beside tensors. */
interface Draft {
  readonly name: string;
  readonly program: Program;
  readonly host: HostValues;
  readonly recordings: Recordings;
}

function draft(shared: Shared, plan: Plan<GpuTensor>, name: string, program: Program): Draft {
  const { device, schedules } = shared;
  const host = new HostValues(program, valueLayout(program), plan, plan.tensors, schedules);
  return { name, program, host, recordings: recordingsOf(device, plan, program, host) };
}

export function bindPlan(
  plan: Plan<GpuTensor>,
  gradients: ReadonlyMap<GpuTensor, Place>,
  shared: SharedByUse,
): GpuPlan {
  const { device } = shared.step;
  const { program, rule, hyper, tensors, matrix } = plan;
  const states = program.slots.slice(2).filter(({ temporary }) => !temporary);
  const names = [...states, ...program.scalars.map(({ slot }) => ({ name: slot }))];
  const initial = rule.planner.initial(
    rule,
    hyper,
    names.map(({ name }) => name),
  );
  const step = draft(shared.step, plan, "step", program);
  const first = initial && draft(shared.initial, plan, "initial", initial);
  const evaluating = rule.planner.evaluation(rule, hyper, matrix);
  const last = evaluating && draft(shared.evaluation, plan, "evaluation", evaluating);
  const drafts = [step, first, last].filter((each) => each !== undefined);
  const kept = drafts.flatMap(({ name, program }) => keptBy(`${name}:`, program));
  const distinct = [...new Map(kept.map((each) => [each.key, each])).values()];
  const divisible = drafts.every(({ program }) => !isWhole(program));
  const segments = segmentsOf(device, tensors, gradients, distinct, divisible);
  const bind = ({ name, ...source }: Draft, shared: Shared): BoundProgram => {
    const keyOf = keyIn(`${name}:`, source.program);
    const execution = new GpuExecution({ ...source, tensors, segments, keyOf }, shared);
    return { plan: { ...plan, program: source.program }, execution, stages: execution.stages };
  };
  return {
    ...{ plan, segments },
    step: bind(step, shared.step),
    initial: first && bind(first, shared.initial),
    evaluation: last && bind(last, shared.evaluation),
  };
}
