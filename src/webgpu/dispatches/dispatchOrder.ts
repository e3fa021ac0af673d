/** The dispatches of a step of several programs, in order. */
import { bindings } from "../../compilers/wgsl/layout.ts";
import { finishShader } from "../../compilers/wgsl/steps.ts";
import { stageOrderOf } from "../../runtime/step/stageOrder.ts";
import type { Dispatch } from "../device/commands.ts";
import { Combining, type InitialValue } from "./combining.ts";
import type { BoundProgram } from "./programs.ts";
import type { Shared } from "./shared.ts";

/** The stages of programs, with the dispatches between them that combine reductions. */
export function dispatchesOf(
  programs: readonly BoundProgram[],
  shared: Shared,
): { readonly dispatches: Dispatch[]; readonly initialValues: readonly InitialValue[] } {
  const combining = new Combining(shared);
  // Places are reserved first, because the tables of stages contain them.
  const order = stageOrderOf(programs).map((scheduled) =>
    "of" in scheduled || scheduled.isGuard
      ? { scheduled, at: 0 }
      : { scheduled, at: combining.reserve(scheduled.contributions) },
  );
  const dispatches = order.flatMap(({ scheduled, at }) => {
    if ("of" in scheduled) {
      const { execution } = scheduled.of;
      return [
        ...execution.dispatches(scheduled.stage),
        ...combining.ofTensors(execution, scheduled.stage),
      ];
    }
    return scheduled.isGuard ? [] : combining.global(scheduled.contributions, at);
  });
  return { dispatches, initialValues: combining.initialValues };
}

/** Finishes a step: counts it on the device. */
export function finishDispatch(sticky: boolean, { buffers }: Shared): Dispatch {
  return {
    code: finishShader(sticky),
    access: { [bindings.status]: "write" },
    workgroups: 1,
    resources: () => ({ [bindings.status]: { buffer: buffers().status } }),
  };
}
