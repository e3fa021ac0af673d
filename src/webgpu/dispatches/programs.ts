/** Binds the programs of a plan to segments of its tensors. */
import { valueLayout } from "../../compilers/wgsl/values.ts";
import { ownSlots, type Program, type Slot } from "../../rule/planning/program.ts";
import { begunAt, type Cohort, type PlanAges } from "../../runtime/binding/ages.ts";
import { declaredAs } from "../../runtime/binding/binding.ts";
import { isWhole, type Plan } from "../../runtime/binding/plans.ts";
import { BindingError } from "../../runtime/errors.ts";
import { partOf } from "../../runtime/state/ruleParts.ts";
import type { Age } from "../../runtime/step/host.ts";
import type { Staged } from "../../runtime/step/stageOrder.ts";
import { HostValues } from "../step/host.ts";
import type { GpuTensor, Place } from "../tensor.ts";
import { GpuExecution } from "./execution.ts";
import { recordingsOf } from "./routines.ts";
import { type Kept, partsOfSegments, type Segment, segmentsOf } from "./segments.ts";
import type { Shared } from "./shared.ts";

/** A program of a plan, bound to its tensors. */
export interface BoundProgram extends Staged {
  readonly plan: Plan<GpuTensor>;
  readonly execution: GpuExecution;
}

/** A program for parts that began after a certain update, such as an average. */
export interface AgedProgram extends BoundProgram {
  readonly name: string;
  /** The update after which these parts began. */
  readonly behind: number;
}

/** What a program that does not belong to a step is for. */
export type Use = "initial" | "evaluation";

/** What programs share. */
export interface SharedByUse {
  readonly step: Shared;
  /** The same with a separate status, for programs whose parts began after this update. */
  beside(use: Use, behind: number): Shared;
}

/** A program of a plan and its use, before it is bound. */
interface Drafted {
  readonly name: string;
  readonly program: Program;
}

interface DraftedBeside extends Drafted {
  readonly age: Age;
}

/** What does not depend on the ages of a plan's parts: its programs, and the layout of its state. */
export interface LaidOut {
  readonly plan: Plan<GpuTensor>;
  readonly segments: readonly Segment[];
  readonly initial: readonly DraftedBeside[];
  readonly evaluation: DraftedBeside | undefined;
}

/** A plan for tensors of one age, with its bound programs. */
export interface GpuPlan {
  readonly plan: Plan<GpuTensor>;
  readonly segments: readonly Segment[];
  readonly step: BoundProgram;
  /** They initialize states that start from an expression: one for each part with such states. */
  readonly initial: readonly AgedProgram[];
  /** They write the weights to evaluate into the parameters: one for each time from which other weights exist. */
  readonly evaluation: readonly AgedProgram[];
}

/** A plan, and those of its tensors that have the same age. */
export interface AgedTensors {
  readonly of: LaidOut;
  readonly cohort: Cohort<GpuTensor>;
}

/** The initial value of a state of one number. */
export const initialNumber = ({ rule }: Plan<GpuTensor>, slot: string): number => {
  const { initial } = declaredAs(rule.parts, slot);
  return typeof initial === "number" ? initial : 0;
};

/** Temporaries are named by numbers, and another program may use the same number for another kind. */
const keyOf = ({ name: use }: Drafted, { name, kind, temporary }: Slot): string =>
  temporary ? `${use}:${name} ${kind}` : name;

function keptBy(drafted: Drafted, { storages }: Plan<GpuTensor>): Kept[] {
  return ownSlots(drafted.program).map((slot) => ({
    ...{ key: keyOf(drafted, slot), kind: slot.kind, storage: storages.get(slot.name) },
  }));
}

const keyIn =
  (drafted: Drafted) =>
  (slot: string): string =>
    keyOf(drafted, drafted.program.slots.find(({ name }) => name === slot)!);

/** The programs that initialize states from expressions: one for all states that begin together. */
function initialOf({ program, rule, hyper }: Plan<GpuTensor>): DraftedBeside[] {
  const states = ownSlots(program).filter(({ temporary }) => !temporary);
  const slots = [
    ...states.map(({ name }) => ({ slot: name, shared: false })),
    ...program.scalars.map(({ slot, shared }) => ({ slot, shared: shared === true })),
  ];
  const byAge = new Map<string, { age: Age; slots: string[] }>();
  for (const { slot, shared } of slots) {
    const age = { part: partOf(slot), shared };
    const name = `${shared ? "shared" : "initial"} ${age.part}`;
    const known = byAge.get(name) ?? { age, slots: [] as string[] };
    known.slots.push(slot);
    byAge.set(name, known);
  }
  return [...byAge].flatMap(([name, { age, slots }]) => {
    const program = rule.planner.initial(rule, hyper, slots);
    return program ? [{ name, program, age }] : [];
  });
}

function evaluationOf({ rule, hyper, matrix }: Plan<GpuTensor>): DraftedBeside | undefined {
  const program = rule.planner.evaluation(rule, hyper, matrix);
  const part = rule.parts.findLast(({ definition }) => definition.evaluation !== undefined);
  return program && { name: "evaluation", program, age: { part: part!.name, shared: false } };
}

const stepOf = ({ program }: Plan<GpuTensor>): Drafted => ({ name: "step", program });

/** The programs of a plan that do not belong to a step, the arrays that all programs keep for each tensor, and whether tensors may be cut. */
export function draftsOf(plan: Plan<GpuTensor>) {
  const [initial, evaluation] = [initialOf(plan), evaluationOf(plan)];
  const drafts = [stepOf(plan), ...initial, ...(evaluation ? [evaluation] : [])];
  const all = drafts.flatMap((drafted) => keptBy(drafted, plan));
  const kept = [...new Map(all.map((each) => [each.key, each])).values()];
  const divisible = drafts.every(({ program }) => !isWhole(program));
  return { initial, evaluation, kept, divisible };
}

/** @throws {BindingError} where operations on whole matrices would need strided rows */
function checkStrided(
  { rule, program, tensors }: Plan<GpuTensor>,
  gradients: ReadonlyMap<GpuTensor, Place>,
): void {
  const strided = program.passes.some(({ form }) => form === "routine")
    ? tensors.find((each) => each.parameter.strided ?? gradients.get(each)!.strided)
    : undefined;
  if (strided !== undefined) {
    const names = rule.parts.map(({ name }) => name).join(" + ");
    throw new BindingError(
      `parameter \`${strided.name}\`: its rows are strided, and ${names} works on whole matrices, whose rows lie side by side: keep it so, or choose another rule for it by \`partition\``,
    );
  }
}

/** Allocates the state of a plan. */
export function layOut(
  device: GPUDevice,
  plan: Plan<GpuTensor>,
  gradients: ReadonlyMap<GpuTensor, Place>,
): LaidOut {
  const { kept, divisible, ...drafts } = draftsOf(plan);
  checkStrided(plan, gradients);
  const segments = segmentsOf(device, plan.tensors, gradients, kept, divisible);
  return { plan, segments, ...drafts };
}

/**
 * The updates after which there are other weights to evaluate than before, in order. When optimizers are bound, all parts have
 * begun, or begin with the next step, so only the last two are needed.
 */
export function evaluatedFrom(all: readonly AgedTensors[]): number[] {
  const begun = all.flatMap(({ of: { evaluation }, cohort }) =>
    evaluation ? [begunAt(cohort.ages, evaluation.age)] : [],
  );
  return [...new Set(begun)].sort((a, b) => a - b).slice(-2);
}

interface AgedPlan {
  readonly plan: Plan<GpuTensor>;
  readonly segments: readonly Segment[];
  readonly ages: PlanAges;
}

function bindProgram(
  { plan, segments, ages }: AgedPlan,
  drafted: Drafted,
  shared: Shared,
): BoundProgram {
  const { device, schedules } = shared;
  const { program } = drafted;
  const { tensors } = plan;
  const host = new HostValues(program, valueLayout(program), { ...plan, ages }, tensors, schedules);
  const recordings = recordingsOf(device, plan, program, host);
  const keyOf = keyIn(drafted);
  const source = { program, host, tensors, segments, recordings, keyOf };
  const execution = new GpuExecution(source, shared);
  return { plan: { ...plan, program }, execution, stages: execution.stages };
}

/**
 * Binds a plan's programs for those of its tensors that have the same age.
 * @param times the result of `evaluatedFrom`
 */
export function bindPlan(
  { of: { plan, segments, initial, evaluation }, cohort: { tensors, ages } }: AgedTensors,
  times: readonly number[],
  shared: SharedByUse,
): GpuPlan {
  const aged = {
    plan: { ...plan, tensors },
    segments: partsOfSegments(segments, tensors),
    ages,
  };
  const beside = (use: Use, drafted: DraftedBeside, behind: number): AgedProgram => {
    const bound = bindProgram(aged, drafted, shared.beside(use, behind));
    return { ...bound, name: drafted.name, behind };
  };
  return {
    ...{ plan: aged.plan, segments: aged.segments },
    step: bindProgram(aged, stepOf(plan), shared.step),
    initial: initial.map((each) => beside("initial", each, begunAt(ages, each.age))),
    evaluation: evaluation
      ? times
          .filter((behind) => behind >= begunAt(ages, evaluation.age))
          .map((behind) => beside("evaluation", evaluation, behind))
      : [],
  };
}
