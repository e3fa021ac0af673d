/** How a race stands and how it ended, in words. */
import { formatNumber, listed } from "../../../charts/format.ts";
import type { RaceRecord } from "./record.ts";

/** @param labels of the entries */
export function standingOf(record: RaceRecord, labels: readonly string[], step: number): string {
  const entries = labels.slice(0, record.entries).map((label, i) => ({ label, i }));
  const [best] = entries
    .filter(({ i }) => record.lastOf(i) >= step)
    .toSorted((a, b) => record.at(a.i, step) - record.at(b.i, step));
  if (best === undefined) return "";
  return `At step ${step} ${best.label} is lowest, at ${formatNumber(record.at(best.i, step), 3)}.`;
}

/** @param labels of the entries */
export function summaryOf(record: RaceRecord, labels: readonly string[]): string {
  const entries = labels.slice(0, record.entries).map((label, i) => ({ label, i }));
  const end = ({ i }: { readonly i: number }) => record.at(i, record.steps);
  const [best] = entries
    .filter(({ i }) => record.lastOf(i) === record.steps)
    .toSorted((a, b) => end(a) - end(b));
  const first =
    best === undefined
      ? "No optimizer arrives."
      : `After ${record.steps} steps ${best.label} is lowest, at ${formatNumber(end(best), 3)}.`;
  const diverged = entries.filter(({ i }) => record.hasDiverged(i)).map(({ label }) => label);
  if (diverged.length === 0) return first;
  return `${first} ${listed(diverged)} ${diverged.length === 1 ? "diverges" : "diverge"}.`;
}
