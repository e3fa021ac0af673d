/** Runs the stages of a step with sharded state. Reductions over all parameters also run over all ranks. */
import type { Programs } from "../runtime/binding/programs.ts";
import { reduceGlobally } from "../runtime/step/globals.ts";
import { combineTree } from "../runtime/step/reduce.ts";
import type { Communicator } from "./communicator.ts";
import type { Coroutine } from "./coroutine.ts";
import { gatherNumbers } from "./gather.ts";

/** Whether a step was run, and if not, whether the gradients of this rank's part were the reason. */
export interface Outcome {
  readonly isRun: boolean;
  readonly isOwn: boolean;
}

/** Does what `Programs.run` does, if each rank has the programs of its part. */
export function* runSharded(communicator: Communicator, { actions }: Programs): Coroutine<Outcome> {
  for (const action of actions) {
    if ("execution" in action) {
      action.execution.runStage(action.stage);
      continue;
    }
    const { operator, combined, readers } = action.reduction;
    reduceGlobally(action.reduction);
    const own = combined[0]!;
    const all = yield* gatherNumbers(communicator, [own]);
    combineTree(operator, all, 0, all.length);
    for (const { array, index } of readers) {
      array[index] = all[0]!;
    }
    if (action.isGuard && Number.isNaN(all[0])) {
      return { isRun: false, isOwn: Number.isNaN(own) };
    }
  }
  return { isRun: true, isOwn: false };
}
