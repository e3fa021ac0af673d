/** Makes an optimizer's buffers and compiles its shaders. */
import { status, stepInputs } from "../compilers/wgsl/layout.ts";
import type { Rule } from "../rule/definition.ts";
import { type Group, resolveGroups } from "../runtime/groups.ts";
import { planGroups } from "../runtime/plans.ts";
import type { NonFinitePolicy } from "../runtime/settings.ts";
import { type Command, type Dispatch, prepare } from "./commands.ts";
import { dispatchesOf, finishDispatch } from "./dispatches/agenda.ts";
import type { Preset } from "./dispatches/combining.ts";
import { bindPlan, type GpuPlan } from "./dispatches/programs.ts";
import type { Shared } from "./dispatches/shared.ts";
import { SharedSpace, Space } from "./dispatches/space.ts";
import { Tables } from "./dispatches/tables.ts";
import { enterDispatch, GpuEvaluation } from "./evaluation.ts";
import { fillFromExpressions, initialize } from "./initial.ts";
import { Losses } from "./loss.ts";
import { GpuOptimizer } from "./optimizer.ts";
import { allocate, type GpuParameterSource } from "./parameters.ts";
import { Ring } from "./ring.ts";
import { RowSteps } from "./selecting.ts";
import type { GpuTensor, Place } from "./tensor.ts";
import { zeroDispatches } from "./zeroing.ts";

/** What `optimize` was given, checked. */
export interface BindSource {
  readonly device: GPUDevice;
  readonly parameters: GpuParameterSource;
  readonly tensors: readonly GpuTensor[];
  readonly gradients: ReadonlyMap<GpuTensor, Place>;
  readonly rule: Rule;
  readonly groups: readonly Group[];
  readonly nonFinite: NonFinitePolicy;
  readonly zeroGradients: boolean;
  readonly seed: number;
  readonly rows: boolean;
  /** The buffers that are the optimizer's to destroy. */
  readonly owned: GPUBuffer[];
}

/** Rows of the ring of host values: so many steps may be left out before the host hears of it. */
const ringRows = 256;

function makeBuffers(device: GPUDevice, { ring, values, rooms }: Shared) {
  return {
    ring: allocate(device, 4 * ring.length * ringRows, "gradus host values"),
    values: allocate(device, 4 * values.length, "gradus values"),
    status: allocate(device, 4 * status.length, "gradus status"),
    rooms: allocate(device, 4 * rooms.length, "gradus rooms for matrices"),
    /** That of programs that evaluate. */
    evaluating: allocate(device, 4 * status.length, "gradus status to evaluate"),
  };
}

type Buffers = ReturnType<typeof makeBuffers>;

/** What programs share, those of a step and those that evaluate. */
function sharedBy(device: GPUDevice, zeroesSkipped: boolean, buffers: () => Buffers) {
  const spaces = { ring: new Space(), values: new Space(), rooms: new SharedSpace() };
  spaces.values.allocate(stepInputs.length);
  const rest = { ringRows, zeroesSkipped, buffers };
  const shared: Shared = { device, tables: new Tables(), ...spaces, ...rest };
  const toEvaluate: Shared = {
    ...shared,
    buffers: () => ({ ...buffers(), status: buffers().evaluating }),
  };
  return { shared, toEvaluate };
}

function writePresets(device: GPUDevice, values: GPUBuffer, presets: readonly Preset[]): void {
  for (const { at, value } of presets) {
    device.queue.writeBuffer(values, 4 * at, Float32Array.of(value));
  }
}

const prepareAll = (device: GPUDevice, dispatches: readonly Dispatch[]): Promise<Command[]> =>
  Promise.all(dispatches.map((dispatch) => prepare(device, dispatch)));

/** Tensors whose gradients no pass sets to zero. */
function zeroedBehind({ tensors, zeroGradients }: BindSource, plans: readonly GpuPlan[]) {
  const zeroed = new Set(
    plans.filter(({ plan }) => plan.zeroes).flatMap(({ plan }) => plan.tensors),
  );
  return zeroGradients ? tensors.filter((tensor) => !zeroed.has(tensor)) : [];
}

/** What is dispatched once, at each step, and to evaluate. */
function dispatchSets(plans: readonly GpuPlan[], shared: Shared, toEvaluate: Shared) {
  const of = (name: "step" | "initial" | "evaluation") => plans.flatMap((plan) => plan[name] ?? []);
  const sets = {
    initial: dispatchesOf(of("initial"), shared),
    step: dispatchesOf(of("step"), shared),
    evaluation: dispatchesOf(of("evaluation"), toEvaluate),
  };
  return { ...sets, presets: Object.values(sets).flatMap(({ presets }) => presets) };
}

/** @returns undefined where the rule has no other weights than the parameters */
async function evaluationOf(
  device: GPUDevice,
  plans: readonly GpuPlan[],
  dispatches: readonly Dispatch[],
  buffers: Buffers,
): Promise<GpuEvaluation | undefined> {
  if (plans.every(({ evaluation }) => evaluation === undefined)) {
    return undefined;
  }
  const enter = enterDispatch(buffers.status, buffers.evaluating);
  const commands = await prepareAll(device, [enter, ...dispatches]);
  return new GpuEvaluation(device, plans, commands, buffers.values);
}

export async function bind<P extends GpuParameterSource>(
  source: BindSource,
): Promise<GpuOptimizer<P>> {
  const { device, tensors, gradients, rule, nonFinite, seed, owned } = source;
  const resolved = resolveGroups(tensors, rule, source.groups);
  const planned = planGroups(resolved, nonFinite !== "allow", source.zeroGradients);
  let buffers: Buffers | undefined;
  const { shared, toEvaluate } = sharedBy(device, nonFinite === "skip", () => buffers!);
  const plans = planned.map((plan) => bindPlan(plan, gradients, shared, toEvaluate));
  owned.push(...plans.flatMap(({ segments }) => segments.map(({ state }) => state)));
  const { initial, step, evaluation, presets } = dispatchSets(plans, shared, toEvaluate);
  const zeroing = zeroDispatches(zeroedBehind(source, plans), gradients, shared);
  const rowSteps = source.rows ? RowSteps.draft(plans, tensors) : undefined;
  buffers = makeBuffers(device, shared);
  const { values } = buffers;
  owned.push(shared.tables.upload(device), ...Object.values(buffers));
  writePresets(device, values, presets);
  initialize(device, plans, values);
  const programs = plans.flatMap((plan) => [plan.step, plan.initial ?? [], plan.evaluation ?? []]);
  const executions = programs.flat().map(({ execution }) => execution);
  const ring = new Ring({
    ...{ device, buffer: buffers.ring, rows: ringRows, words: shared.ring.length },
    ...{ executions, seed, skips: nonFinite === "skip" },
  });
  if (initial.dispatches.length > 0) {
    ring.write(1);
    const commands = await prepareAll(device, initial.dispatches);
    await fillFromExpressions(device, plans, commands, values);
  }
  const ends = await prepareAll(device, [
    ...zeroing,
    finishDispatch(nonFinite === "throw", shared),
  ]);
  return new GpuOptimizer<P>({
    ...{ device, parameters: source.parameters, tensors, gradients, plans, ring, owned },
    ...{ nonFinite, seed, values, status: buffers.status },
    losses: new Losses(device, values, buffers.status, ringRows),
    commands: [...(await prepareAll(device, step.dispatches)), ...ends],
    rows: await rowSteps?.(device, ends),
    evaluation: await evaluationOf(device, plans, evaluation.dispatches, buffers),
    learningRate: rule.planner.learningRate(rule),
  });
}
