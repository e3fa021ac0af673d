/** What `gradus minimize` found. The printed table and the report are made from it. */
import { formatInteger, formatNumber, listed } from "../../../charts/format.ts";
import type { Problem } from "./problem.ts";
import type { Run } from "./run.ts";

export interface Minimized {
  readonly problem: Problem;
  /** The whole command that was typed. */
  readonly command: string;
  readonly runs: readonly Run[];
  readonly bounds: { readonly lower: number[]; readonly upper: number[] } | undefined;
}

/** A value with six digits. */
export const shownValue = (value: number): string =>
  Number.isFinite(value) ? formatNumber(value, 6) : String(value);

const shownDistance = (distance: number | undefined): string =>
  distance === undefined ? "–" : formatNumber(distance, 2);

/** The names of the columns of {@link rowsOf}. */
export const columnsOf = ({ problem }: Minimized): readonly string[] => [
  "method",
  "value",
  ...(problem.minima.length > 0 ? ["distance from the minimum"] : []),
  "evaluations",
  "why it stopped",
];

/** A row for each method. */
export const rowsOf = ({ runs, problem }: Minimized): readonly (readonly string[])[] =>
  runs.map(({ label, result, distance }) => [
    label,
    shownValue(result.value),
    ...(problem.minima.length > 0 ? [shownDistance(distance)] : []),
    formatInteger(result.evaluations),
    result.message,
  ]);

/** A sentence about learning rates that were chosen, if any. */
export function ratesNote({ runs }: Minimized): string | undefined {
  const chosen = runs.filter(({ tried }) => tried !== undefined);
  if (chosen.length === 0) return undefined;
  const labels = listed(chosen.map(({ label }) => label));
  const { tried } = chosen[0]!;
  return chosen.length === 1
    ? `The learning rate of ${labels} is the best of ${tried} from 0.0001 to 1, chosen on this function; --lr sets it.`
    : `The learning rates of ${labels} are the best of ${tried} from 0.0001 to 1, chosen on this function; --lr sets them.`;
}

/** What `--json` writes. */
export function summaryOf({ problem, runs }: Minimized): object {
  const { text, unknowns, start, minima, least } = problem;
  const named = (place: readonly number[]) =>
    Object.fromEntries(unknowns.map((name, i) => [name, place[i]]));
  return {
    ...{ function: text, start: named(start) },
    ...(least !== undefined && { minimum: { value: least, at: minima.map(named) } }),
    methods: runs.map(({ label, lr, tried, distance, result }) => {
      const { x, value, converged, reason, message, iterations, evaluations } = result;
      return {
        ...{ method: label, lr, ratesTried: tried, x: named(x), value, distance },
        ...{ iterations, evaluations, converged, reason, message },
      };
    }),
  };
}
