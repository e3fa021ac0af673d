/** Makes an optimizer's buffers and compiles its shaders. */
import { bindings, status, stepInputs } from "../compilers/wgsl/layout.ts";
import { beginShader, evaluateShader } from "../compilers/wgsl/steps.ts";
import type { Rule } from "../rule/definition.ts";
import { type Group, resolveGroups } from "../runtime/groups.ts";
import { Schedules } from "../runtime/hyper.ts";
import { planGroups } from "../runtime/plans.ts";
import type { NonFinitePolicy } from "../runtime/settings.ts";
import { type Command, type Dispatch, prepare } from "./commands.ts";
import { dispatchesOf, finishDispatch } from "./dispatches/agenda.ts";
import type { Preset } from "./dispatches/combining.ts";
import { bindPlan, type GpuPlan, type SharedByUse, type Use } from "./dispatches/programs.ts";
import type { Shared } from "./dispatches/shared.ts";
import { SharedSpace, Space } from "./dispatches/space.ts";
import { Tables } from "./dispatches/tables.ts";
import { GpuEvaluation } from "./evaluation.ts";
import { Beginning, initialize } from "./initial.ts";
import { Losses } from "./loss.ts";
import { copyDispatches } from "./numbers.ts";
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
    /** Those of programs that evaluate, and that fill states. */
    evaluating: allocate(device, 4 * status.length, "gradus status to evaluate"),
    beginning: allocate(device, 4 * status.length, "gradus status to begin"),
  };
}

type Buffers = ReturnType<typeof makeBuffers>;

/** What programs share: those of a step, those that evaluate, and those that fill states. */
function sharedBy(device: GPUDevice, zeroesSkipped: boolean, buffers: () => Buffers) {
  const spaces = { ring: new Space(), values: new Space(), rooms: new SharedSpace() };
  spaces.values.allocate(stepInputs.length);
  const shared: Shared = {
    ...{ device, tables: new Tables(), schedules: new Schedules() },
    ...spaces,
    ...{ ringRows, zeroesSkipped, buffers },
  };
  const withStatus = (name: "evaluating" | "beginning"): Shared => ({
    ...shared,
    buffers: () => ({ ...buffers(), status: buffers()[name] }),
  });
  return { step: shared, evaluation: withStatus("evaluating"), initial: withStatus("beginning") };
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

/** Gives programs beside those of a step their status. */
const enterDispatch = (code: string, { buffers }: Shared, from: Shared): Dispatch => ({
  code,
  access: { [bindings.status]: "read", [bindings.values]: "write" },
  workgroups: 1,
  resources: () => ({
    [bindings.status]: { buffer: from.buffers().status },
    [bindings.values]: { buffer: buffers().status },
  }),
});

/** What is dispatched at the first step, at each step, and to evaluate. */
function dispatchSets(plans: readonly GpuPlan[], shared: SharedByUse) {
  const programs = (name: Use) => plans.flatMap((plan) => plan[name] ?? []);
  const [initial, step, evaluation] = (["initial", "step", "evaluation"] as const).map((name) =>
    dispatchesOf(programs(name), shared[name]),
  );
  const pairs = (from: Use, to: Use) =>
    plans.flatMap((plan) => {
      const [one, other] = [plan[from], plan[to]];
      return one && other ? [{ plan: plan.plan, from: one, to: other }] : [];
    });
  const enter = (code: string, name: Use) =>
    programs(name).length > 0 ? [enterDispatch(code, shared[name], shared.step)] : [];
  return {
    initial: [
      ...enter(beginShader, "initial"),
      ...initial!.dispatches,
      ...copyDispatches(pairs("initial", "step"), shared.initial),
    ],
    step: step!.dispatches,
    evaluation: [
      ...enter(evaluateShader, "evaluation"),
      ...copyDispatches(pairs("step", "evaluation"), shared.evaluation),
      ...evaluation!.dispatches,
    ],
    presets: [initial, step, evaluation].flatMap((each) => each!.presets),
  };
}

/** @returns undefined where the rule has no other weights than the parameters */
async function evaluationOf(
  device: GPUDevice,
  plans: readonly GpuPlan[],
  dispatches: readonly Dispatch[],
): Promise<GpuEvaluation | undefined> {
  return dispatches.length === 0
    ? undefined
    : new GpuEvaluation(device, plans, await prepareAll(device, dispatches));
}

export async function bind<P extends GpuParameterSource>(
  source: BindSource,
): Promise<GpuOptimizer<P>> {
  const { device, tensors, gradients, rule, nonFinite, seed, owned } = source;
  const resolved = resolveGroups(tensors, rule, source.groups);
  const planned = planGroups(resolved, nonFinite !== "allow", source.zeroGradients);
  let buffers: Buffers | undefined;
  const byUse = sharedBy(device, nonFinite === "skip", () => buffers!);
  const shared = byUse.step;
  const plans = planned.map((plan) => bindPlan(plan, gradients, byUse));
  owned.push(...plans.flatMap(({ segments }) => segments.map(({ state }) => state)));
  const { initial, step, evaluation, presets } = dispatchSets(plans, byUse);
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
    ...{ executions, seed, schedules: shared.schedules, skips: nonFinite === "skip" },
  });
  // For whoever reads the state before the first step.
  ring.write(
    1,
    executions.filter((each) => plans.some((plan) => plan.initial?.execution === each)),
  );
  const ends = await prepareAll(device, [
    ...zeroing,
    finishDispatch(nonFinite === "throw", shared),
  ]);
  return new GpuOptimizer<P>({
    ...{ device, parameters: source.parameters, tensors, gradients, plans, ring, owned },
    ...{ nonFinite, seed, values, status: buffers.status },
    losses: new Losses(device, values, buffers.status, ringRows),
    beginning: new Beginning(device, await prepareAll(device, initial), nonFinite !== "skip"),
    commands: [...(await prepareAll(device, step)), ...ends],
    rows: await rowSteps?.(device, ends),
    evaluation: await evaluationOf(device, plans, evaluation),
    learningRate: rule.planner.learningRate(rule),
  });
}
