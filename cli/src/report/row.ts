/** The results of one optimizer in a report. */
import type { Spread } from "./statistics.ts";

/** A row of the table: one optimizer at one learning rate, over its seeds. */
export interface Row {
  /** Index of the series in the charts. */
  readonly series: number;
  readonly label: string;
  readonly lr: number;
  /** Whether half of the seeds or more diverged: then there is no final loss and no number of steps. */
  readonly diverged: boolean;
  readonly finalLoss: Spread | null;
  /** Over the seeds that did not diverge. */
  readonly finalMetric: Spread | null;
  readonly divergedSeeds: number;
  /** Of the median curve; `null` if it never reaches the target. */
  readonly stepsToTarget: number | null;
  readonly secondsPer1000Steps: number | null;
  readonly stateBytesPerParameter: number | null;
}
