/** The order in which the programs of an optimizer run their stages around what they reduce together. */

import type { Reduction } from "../rule/program.ts";
import { partOfSite } from "../rule/sites.ts";
import { BindingError } from "./errors.ts";
import { append } from "./lists.ts";
import type { Plan, Planned } from "./plans.ts";

/** A program and how many stages it has. */
export interface Staged {
  readonly plan: Pick<Plan<Planned>, "rule" | "matrix" | "program">;
  readonly stages: number;
}

/** A program's part in a reduction over all parameters. */
export interface Taking<S extends Staged> {
  readonly of: S;
  readonly reduction: Reduction;
  /** The stage that leaves its part. */
  readonly stage: number;
}

/** One thing to do in a step: a stage of one program, or what several have left to combine. */
export type Turn<S extends Staged> =
  | { readonly of: S; readonly stage: number }
  | { readonly takings: readonly Taking<S>[]; readonly isGuard: boolean };

/** The programs' reductions over all parameters, by their sites: those of one site belong together. */
function pair<S extends Staged>(all: readonly S[]): Map<string, Taking<S>[]> {
  const takings = new Map<string, Taking<S>[]>();
  for (const each of all) {
    const { passes, reductions } = each.plan.program;
    const stages = new Map(
      passes.flatMap((pass) =>
        pass.form === "loop" ? pass.reductions.map((one) => [one, pass.stage] as const) : [],
      ),
    );
    for (const reduction of reductions) {
      const { site } = reduction.node;
      if (site !== undefined) {
        append(takings, site, { of: each, reduction, stage: stages.get(reduction)! });
      }
    }
  }
  return takings;
}

/** Groups whose rules share a part all take part in what it reduces over all parameters, or none does. */
function checkParts<S extends Staged>(
  all: readonly S[],
  takings: ReadonlyMap<string, Taking<S>[]>,
): void {
  const counts = new Map<string, number>();
  for (const { plan } of all) {
    for (const { name } of plan.rule.parts) {
      const key = plan.matrix + name;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [site, list] of takings) {
    for (const matrix of [true, false]) {
      const { length } = list.filter(({ of }) => of.plan.matrix === matrix);
      if (length > 0 && counts.get(matrix + partOfSite(site))! > length) {
        throw new BindingError(
          "groups cannot switch a reduction over all parameters on or off: each group must take part in it",
        );
      }
    }
  }
}

/** Whether this tells if the gradients are finite: the rule's own text may take the same sum. */
const isGuard = ([first]: readonly Taking<Staged>[]): boolean =>
  first!.reduction.node === first!.of.plan.program.guard;

/** What a step does, in order: no stage runs before what it needs of other programs is there. */
export function turnsOf<S extends Staged>(all: readonly S[]): Turn<S>[] {
  const takings = pair(all);
  checkParts(all, takings);
  const open = new Map(takings);
  /** Of each program the stages that leave its parts of what is open, the first one last: they are combined in order. */
  const waiting = new Map<S, number[]>();
  for (const { of, stage } of [...takings.values()].flat()) {
    append(waiting, of, stage);
  }
  for (const stages of waiting.values()) {
    stages.sort((a, b) => b - a);
  }
  const next = new Map(all.map((each) => [each, 0]));
  const turns: Turn<S>[] = [];
  for (let moved = true; moved; ) {
    moved = false;
    for (const each of all) {
      const stage = next.get(each)!;
      const first = waiting.get(each)?.at(-1) ?? stage;
      if (first >= stage && stage < each.stages) {
        turns.push({ of: each, stage });
        next.set(each, stage + 1);
        moved = true;
      }
    }
    for (const [key, list] of open) {
      if (list.every((taking) => taking.stage < next.get(taking.of)!)) {
        turns.push({ takings: list, isGuard: isGuard(list) });
        open.delete(key);
        for (const { of } of list) {
          waiting.get(of)!.pop();
        }
        moved = true;
      }
    }
  }
  return turns;
}
