/** What programs beside those of a step dispatch: they fill states, and put the weights to evaluate in the parameters' place. */
import { bindings } from "../../compilers/wgsl/layout.ts";
import { beginShader, evaluateShader } from "../../compilers/wgsl/steps.ts";
import type { Dispatch } from "../device/commands.ts";
import { copyDispatches } from "../state/numbers.ts";
import { dispatchesOf } from "./dispatchOrder.ts";
import { grouped } from "./grouped.ts";
import type { AgedProgram, BoundProgram, GpuPlan, SharedByUse } from "./programs.ts";
import type { Shared } from "./shared.ts";

/** No update comes behind it: counts have 32 bits. */
const lastUpdate = 2 ** 32 - 1;

/** Gives programs beside those of a step their status. @param time behind which updates, and up to which */
function enterDispatch(
  code: string,
  time: readonly [number, number],
  { buffers }: Shared,
  from: Shared,
): Dispatch {
  const table = from.tables.add(Uint32Array.from(time));
  return {
    code,
    access: { [bindings.status]: "read", [bindings.values]: "write", [bindings.table]: "read" },
    workgroups: 1,
    resources: () => ({
      [bindings.status]: { buffer: from.buffers().status },
      [bindings.values]: { buffer: buffers().status },
      [bindings.table]: table(),
    }),
  };
}

/** A program beside a step's, with the plan that it is of. */
interface Beside {
  readonly of: GpuPlan;
  readonly program: AgedProgram;
}

const behindOf = ({ program }: Beside): number => program.behind;
const programsOf = (all: readonly Beside[]): AgedProgram[] => all.map(({ program }) => program);
const pair = (of: GpuPlan, from: BoundProgram, to: BoundProgram) => ({ plan: of.plan, from, to });

/** What fills states, by the update behind which they begin. */
export function fillingSets(plans: readonly GpuPlan[], shared: SharedByUse) {
  const all = plans.flatMap((of) => of.initial.map((program): Beside => ({ of, program })));
  return [...grouped(all, behindOf)].map(([behind, together]) => {
    const own = shared.beside("initial", behind);
    const parts = [...grouped(together, ({ program }) => program.name).values()].map((each) =>
      dispatchesOf(programsOf(each), own),
    );
    const pairs = together.map(({ of, program }) => pair(of, program, of.step));
    return {
      behind,
      executions: programsOf(together).map(({ execution }) => execution),
      dispatches: [
        enterDispatch(beginShader, [behind, lastUpdate], own, shared.step),
        ...parts.flatMap(({ dispatches }) => dispatches),
        ...copyDispatches(pairs, own),
      ],
      initialValues: parts.flatMap(({ initialValues }) => initialValues),
    };
  });
}

/** What puts the weights to evaluate in the parameters' place, of each time those that there are then. */
export function evaluationSets(
  plans: readonly GpuPlan[],
  times: readonly number[],
  shared: SharedByUse,
) {
  const all = plans.flatMap((of) => of.evaluation.map((program): Beside => ({ of, program })));
  return [...grouped(all, behindOf)].map(([behind, together]) => {
    const own = shared.beside("evaluation", behind);
    const until = times.find((time) => time > behind) ?? lastUpdate;
    const pairs = together.map(({ of, program }) => pair(of, of.step, program));
    const { dispatches, initialValues } = dispatchesOf(programsOf(together), own);
    return {
      dispatches: [
        enterDispatch(evaluateShader, [behind, until], own, shared.step),
        ...copyDispatches(pairs, own),
        ...dispatches,
      ],
      initialValues,
    };
  });
}
