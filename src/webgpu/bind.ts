/** Makes an optimizer's buffers, and compiles its shaders. */
import { fromTheStart } from "../runtime/binding/ages.ts";
import { resolveGroups } from "../runtime/binding/groups.ts";
import { planGroups } from "../runtime/binding/plans.ts";
import { type BindSource, draftBound } from "./bound.ts";
import { compileAll } from "./device/commands.ts";
import { allowed, scoped } from "./device/scopes.ts";
import { type LaidOut, layOut } from "./dispatches/programs.ts";
import { GpuOptimizer } from "./optimizer.ts";
import type { GpuParameterSource } from "./parameters.ts";
import type { GpuBound, GpuOptimizerSource } from "./settings.ts";
import { initialize } from "./state/initialStates.ts";
import { goOn } from "./state/resuming.ts";
import { GivenCopies } from "./step/gradients.ts";
import { MovingGradients } from "./step/moving.ts";
import { planStored } from "./storing.ts";

type BindTo = GpuOptimizerSource["bindTo"];

/** The plans for some parameters. */
export function plansOf({ tensors, rule, groups, storage, nonFinite, zeroGradients }: BindSource) {
  const resolved = resolveGroups(tensors, rule, groups);
  return planStored(storage, resolved, tensors, (storagesOf) =>
    planGroups(resolved, nonFinite !== "allow", zeroGradients, storagesOf),
  );
}

/** Allocates the state of plans. */
export function layOutAll(source: BindSource, plans: ReturnType<typeof plansOf>): LaidOut[] {
  const { device, gradients, owned } = source;
  return plans.map((plan) => {
    const laid = layOut(device, plan, gradients);
    owned.push(...laid.segments.map(({ state }) => state));
    return laid;
  });
}

function begin({ device, owned }: BindSource, draft: ReturnType<typeof draftBound>): GpuBound {
  const made = draft.make();
  owned.push(...made.owned);
  initialize(device, made.plans, made.values);
  goOn(device, made, 0, 0);
  return made;
}

const binding =
  (source: BindSource): GpuOptimizerSource["bind"] =>
  (laidOut, begun, over, absent) =>
    draftBound({ ...source, ...over }, laidOut, begun, absent).make();

export async function bind<P extends GpuParameterSource>(
  source: BindSource,
  bindTo: BindTo,
): Promise<GpuOptimizer<P>> {
  const { device, parameters, tensors, gradients, nonFinite, seed } = source;
  const owned = [...source.owned];
  const plans = plansOf(source);
  const laidOut = await allowed(device, () => layOutAll(source, plans));
  const draft = draftBound(source, laidOut, fromTheStart);
  await compileAll(device, draft.dispatches);
  const bound = await allowed(device, () => begin(source, draft));
  return new GpuOptimizer<P>({
    ...{ device, parameters, tensors, gradients, nonFinite, seed, bound, bindTo, owned },
    takes: new GivenCopies(source),
    bind: binding(source),
  });
}

/** The source for parameters whose gradients are in other buffers at each step. */
export function movingSource(source: BindSource) {
  const { device, parameters, tensors, gradients, nonFinite, seed } = source;
  return {
    ...{ device, parameters, tensors, gradients, nonFinite, seed },
    takes: new MovingGradients(device, tensors),
    bind: binding(source),
  };
}

/**
 * Binds without waiting for the device, for gradients that are in other buffers at each step. If the device refuses it, the
 * optimizer's next call throws.
 */
export function bindNow<P extends GpuParameterSource>(
  source: BindSource,
  bindTo: BindTo,
): GpuOptimizer<P> {
  const { device } = source;
  const owned = [...source.owned];
  const { result: bound, refusal } = scoped(device, () =>
    begin(source, draftBound(source, layOutAll(source, plansOf(source)), fromTheStart)),
  );
  return new GpuOptimizer<P>({ ...movingSource(source), bound, bindTo, owned, refusal });
}
