/** Orders the stages of an optimizer's programs around the reductions that they share. */

import { partOfSite } from "../../rule/graph/sites.ts";
import { type Reduction, rescue } from "../../rule/planning/program.ts";
import { append } from "../binding/lists.ts";
import type { Plan, PlannedTensor } from "../binding/plans.ts";
import { BindingError } from "../errors.ts";

/** A program and its number of stages. */
export interface Staged {
  readonly plan: Pick<Plan<PlannedTensor>, "rule" | "matrix" | "program">;
  readonly stages: number;
}

/** The contribution of a program to a reduction over all parameters. */
export interface Contribution<S extends Staged> {
  readonly of: S;
  readonly reduction: Reduction;
  /** The stage that leaves its part. */
  readonly stage: number;
}

/** One action of a step: a stage of one program, or the combination of what several programs have left. */
export type ScheduledStage<S extends Staged> =
  | { readonly of: S; readonly stage: number }
  | { readonly contributions: readonly Contribution<S>[]; readonly isGuard: boolean };

/** The programs' reductions over all parameters, by their sites. Reductions of the same site belong together. */
function pair<S extends Staged>(all: readonly S[]): Map<string, Contribution<S>[]> {
  const contributions = new Map<string, Contribution<S>[]>();
  for (const each of all) {
    for (const pass of each.plan.program.passes) {
      const { stage } = pass;
      for (const reduction of pass.form === "loop" && stage !== rescue ? pass.reductions : []) {
        const { site } = reduction.node;
        if (site !== undefined) {
          append(contributions, site, { of: each, reduction, stage });
        }
      }
    }
  }
  return contributions;
}

/** If rules of several groups share a part, all of them must take part in its reductions over all parameters, or none. */
function checkParts<S extends Staged>(
  all: readonly S[],
  contributions: ReadonlyMap<string, Contribution<S>[]>,
): void {
  for (const [site, list] of contributions) {
    const part = partOfSite(site);
    const ranks = new Set(list.map(({ of }) => of.plan.matrix));
    const having = all.filter(
      ({ plan }) => ranks.has(plan.matrix) && plan.rule.parts.some(({ name }) => name === part),
    );
    if (having.length > list.length) {
      throw new BindingError(
        "groups cannot switch a reduction over all parameters on or off: each group must take part in it",
      );
    }
  }
}

/** Whether this is the check for finite gradients. The rule's own text may contain the same sum. */
const isGuard = ([first]: readonly Contribution<Staged>[]): boolean =>
  first!.reduction.node === first!.of.plan.program.guard;

/** The actions of a step, in order: each stage runs after everything that it needs of other programs. */
export function stageOrderOf<S extends Staged>(all: readonly S[]): ScheduledStage<S>[] {
  const contributions = pair(all);
  checkParts(all, contributions);
  const open = new Map(contributions);
  const next = new Map(all.map((each) => [each, 0]));
  const order: ScheduledStage<S>[] = [];
  for (let moved = true; moved; ) {
    moved = false;
    /** For each program, the first stage after which it waits. */
    const last = new Map<S, number>();
    for (const { of, stage } of [...open.values()].flat()) {
      last.set(of, Math.min(stage, last.get(of) ?? stage));
    }
    for (const each of all) {
      const stage = next.get(each)!;
      if (stage < each.stages && stage <= (last.get(each) ?? stage)) {
        order.push({ of: each, stage });
        next.set(each, stage + 1);
        moved = true;
      }
    }
    for (const [key, list] of open) {
      if (list.every((each) => each.stage < next.get(each.of)!)) {
        order.push({ contributions: list, isGuard: isGuard(list) });
        open.delete(key);
        moved = true;
      }
    }
  }
  return order;
}
