/** Makes an optimizer's buffers and compiles its shaders. */
import { fromTheStart } from "../runtime/binding/ages.ts";
import { resolveGroups } from "../runtime/binding/groups.ts";
import { planGroups } from "../runtime/binding/plans.ts";
import { type BindSource, draftBound } from "./bound.ts";
import { compileAll } from "./device/commands.ts";
import { allowed } from "./device/scopes.ts";
import { layOut } from "./dispatches/programs.ts";
import { GpuOptimizer } from "./optimizer.ts";
import type { GpuParameterSource } from "./parameters.ts";
import type { GpuOptimizerSource } from "./settings.ts";
import { initialize } from "./state/initialStates.ts";
import { goOn } from "./state/resuming.ts";
import { planStored } from "./storing.ts";

export async function bind<P extends GpuParameterSource>(
  source: BindSource,
  bindTo: GpuOptimizerSource["bindTo"],
): Promise<GpuOptimizer<P>> {
  const { device, parameters, tensors, gradients, rule, nonFinite, seed, owned } = source;
  const kept = [...owned];
  const resolved = resolveGroups(tensors, rule, source.groups);
  const planned = planStored(source.storage, resolved, tensors, (storagesOf) =>
    planGroups(resolved, nonFinite !== "allow", source.zeroGradients, storagesOf),
  );
  const laidOut = await allowed(device, () =>
    planned.map((plan) => {
      const laid = layOut(device, plan, gradients);
      owned.push(...laid.segments.map(({ state }) => state));
      return laid;
    }),
  );
  const draft = draftBound(source, laidOut, fromTheStart);
  await compileAll(device, draft.dispatches);
  const bound = await allowed(device, () => {
    const made = draft.make();
    owned.push(...made.owned);
    initialize(device, made.plans, made.values);
    goOn(device, made, 0, 0);
    return made;
  });
  return new GpuOptimizer<P>({
    ...{ device, parameters, tensors, gradients, nonFinite, seed, bound, bindTo, owned: kept },
    bind: (laidOut, begun, over) => draftBound({ ...source, ...over }, laidOut, begun).make(),
  });
}
