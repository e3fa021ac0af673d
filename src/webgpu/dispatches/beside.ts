/** The dispatches of programs that do not belong to a step: they initialize states, and compute the weights to evaluate. */
import { bindings } from "../../compilers/wgsl/layout.ts";
import { beginShader, evaluateShader } from "../../compilers/wgsl/steps.ts";
import type { Dispatch } from "../device/commands.ts";
import { copyDispatches } from "../state/numbers.ts";
import { dispatchesOf } from "./dispatchOrder.ts";
import { grouped } from "./grouped.ts";
import type { AgedProgram, BoundProgram, GpuPlan, SharedByUse } from "./programs.ts";
import type { Shared } from "./shared.ts";

/** No update comes after it, because counts have 32 bits. */
const lastUpdate = 2 ** 32 - 1;

/** Sets the status of programs that do not belong to a step. @param time after which update they are for something, and up to which */
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

/** Such a program, with its plan. */
interface Beside {
  readonly of: GpuPlan;
  readonly program: AgedProgram;
}

const behindOf = ({ program }: Beside): number => program.behind;
const programsOf = (all: readonly Beside[]): AgedProgram[] => all.map(({ program }) => program);
const pair = (of: GpuPlan, from: BoundProgram, to: BoundProgram) => ({ plan: of.plan, from, to });

/** The dispatches that initialize states, by the update after which the states begin. */
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

/** The dispatches that write the weights to evaluate into the parameters, for each time the weights that exist then. */
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
