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

/** A program of a plan. */
export interface BoundProgram extends Staged {
  readonly plan: Plan<GpuTensor>;
  readonly execution: GpuExecution;
}

/** One for what began behind an update, such as an average. */
export interface AgedProgram extends BoundProgram {
  readonly name: string;
  /** The updates before those that it is for. */
  readonly behind: number;
}

/** What programs beside those of a step are for. */
export type Use = "initial" | "evaluation";

/** What programs share. */
export interface SharedByUse {
  readonly step: Shared;
  /** The same with a status of their own: of programs for what began behind one update. */
  beside(use: Use, behind: number): Shared;
}

/** A plan's program and what it is for, before it is bound. */
interface Drafted {
  readonly name: string;
  readonly program: Program;
}

interface DraftedBeside extends Drafted {
  readonly age: Age;
}

/** What is the same of a plan whatever the ages of its parts: its programs, and where its state is. */
export interface LaidOut {
  readonly plan: Plan<GpuTensor>;
  readonly segments: readonly Segment[];
  readonly initial: readonly DraftedBeside[];
  readonly evaluation: DraftedBeside | undefined;
}

/** A plan, for tensors of one age, with what is kept for it. */
export interface GpuPlan {
  readonly plan: Plan<GpuTensor>;
  readonly segments: readonly Segment[];
  readonly step: BoundProgram;
  /** They fill states that begin with an expression: one for each part that has such. */
  readonly initial: readonly AgedProgram[];
  /** They put the weights to evaluate in the parameters' place: one for each time in which the same others do so. */
  readonly evaluation: readonly AgedProgram[];
}

/** A plan and those of its tensors that are of one age. */
export interface AgedTensors {
  readonly of: LaidOut;
  readonly cohort: Cohort<GpuTensor>;
}

/** The state of one number that a slot begins with. */
export const initialNumber = ({ rule }: Plan<GpuTensor>, slot: string): number => {
  const { initial } = declaredAs(rule.parts, slot);
  return typeof initial === "number" ? initial : 0;
};

/** Temporaries are known by numbers, which another program may give to what is of another kind. */
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

/** Programs that fill states from expressions: what begins together has one. */
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

/** A plan's programs beside that of a step, the arrays that all keep beside each tensor, and whether tensors may be cut. */
export function draftsOf(plan: Plan<GpuTensor>) {
  const [initial, evaluation] = [initialOf(plan), evaluationOf(plan)];
  const drafts = [stepOf(plan), ...initial, ...(evaluation ? [evaluation] : [])];
  const all = drafts.flatMap((drafted) => keptBy(drafted, plan));
  const kept = [...new Map(all.map((each) => [each.key, each])).values()];
  const divisible = drafts.every(({ program }) => !isWhole(program));
  return { initial, evaluation, kept, divisible };
}

/** @throws {BindingError} where operations on whole matrices would be on rows that lie apart */
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

/** Makes the room for a plan's state. */
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
 * Behind which updates there are other weights to evaluate than before, in order. Optimizers are bound when all has begun,
 * or does so next: no more than the last two are to come.
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
 * Binds a plan's programs for those of its tensors that are of one age.
 * @param times of `evaluatedFrom`
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
