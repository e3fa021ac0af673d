/** Looks up the project's targets in a run. */
import type { CaseResult, TargetResult } from "./results.ts";

export type Find = (group: string, name: string) => CaseResult | undefined;

/** A figure, and its case if there are several. */
export interface Figure {
  readonly measured: number;
  readonly where?: string;
}

export interface Target {
  readonly text: string;
  readonly limit?: TargetResult["limit"];
  readonly measure: (find: Find, cases: readonly CaseResult[]) => number | Figure | undefined;
}

export const atLeast = (value: number) => ({ at: "least", value }) as const;
export const atMost = (value: number) => ({ at: "most", value }) as const;

export function ratioIn(result: CaseResult | undefined, contestant: string): number | undefined {
  return result?.measurements.find(({ name }) => name === contestant)?.ratio;
}

export const by = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a / b;

/** The case with the lowest figure. */
export function worst(
  cases: readonly CaseResult[],
  figure: (result: CaseResult) => number | undefined,
): Figure | undefined {
  return cases
    .flatMap((result) => {
      const measured = figure(result);
      return measured === undefined ? [] : [{ measured, where: `${result.group}: ${result.name}` }];
    })
    .sort((a, b) => a.measured - b.measured)[0];
}

/** Checks the targets whose cases were run. */
export function judge(targets: readonly Target[], cases: readonly CaseResult[]): TargetResult[] {
  const find: Find = (group, name) =>
    cases.find((each) => each.group === group && each.name === name);
  return targets.flatMap(({ text: target, limit, measure }) => {
    const found = measure(find, cases);
    if (found === undefined) {
      return [];
    }
    const figure: Figure = typeof found === "number" ? { measured: found } : found;
    if (limit === undefined) {
      return [{ target, ...figure }];
    }
    const { at, value } = limit;
    const holds = at === "least" ? figure.measured >= value : figure.measured <= value;
    return [{ target, limit, ...figure, holds }];
  });
}
