/** What a step of several programs dispatches, in order. */
import { bindings } from "../../compilers/wgsl/layout.ts";
import { finishShader } from "../../compilers/wgsl/steps.ts";
import { turnsOf } from "../../runtime/agenda.ts";
import type { Dispatch } from "../commands.ts";
import { Combining, type Preset } from "./combining.ts";
import type { BoundProgram } from "./programs.ts";
import type { Shared } from "./shared.ts";

/** Stages of programs, and between them what combines reductions. */
export function dispatchesOf(
  programs: readonly BoundProgram[],
  shared: Shared,
): { readonly dispatches: Dispatch[]; readonly presets: readonly Preset[] } {
  const combining = new Combining(shared);
  // Places first: the tables of stages have them.
  const turns = turnsOf(programs).map((turn) =>
    "of" in turn || turn.isGuard ? { turn, at: 0 } : { turn, at: combining.reserve(turn.takings) },
  );
  const dispatches = turns.flatMap(({ turn, at }) => {
    if ("of" in turn) {
      const { execution } = turn.of;
      return [...execution.dispatches(turn.stage), ...combining.ofTensors(execution, turn.stage)];
    }
    return turn.isGuard ? [] : combining.global(turn.takings, at);
  });
  return { dispatches, presets: combining.presets };
}

/** Ends a step: counts it on the device. */
export function finishDispatch(sticky: boolean, { buffers }: Shared): Dispatch {
  return {
    code: finishShader(sticky),
    access: { [bindings.status]: "write" },
    workgroups: 1,
    resources: () => ({ [bindings.status]: { buffer: buffers().status } }),
  };
}
