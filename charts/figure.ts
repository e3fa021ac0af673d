/**
 * The data of the charts. It is computed from a {@link Comparison} when the report is made, and embedded in the page as JSON,
 * from which a script draws the charts again.
 */
export interface FigureData {
  readonly series: readonly Series[];
  readonly figures: readonly Figure[];
}

/** One optimizer or method, in all charts, the legend and the table. */
export interface Series {
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  /** SVG dash pattern; "none" is a solid line. */
  readonly dash: string;
}

export type FigureId =
  | "loss-steps"
  | "loss-seconds"
  | "metric-steps"
  | "sweep"
  | "value-evaluations";

export interface Figure {
  readonly id: FigureId;
  readonly x: AxisFacts;
  readonly y: AxisFacts;
  readonly curves: readonly Curve[];
  /** Whether it has single measurements, each with a marker. */
  readonly points: boolean;
  /** A value of `y` that is marked with a line across the chart. */
  readonly target: number | null;
  /** Values of `y` above it are marked at the upper edge. */
  readonly ceiling: number | null;
}

export interface AxisFacts {
  readonly label: string;
  readonly log: boolean;
  readonly format: "number" | "percent" | "integer";
}

/** Median and range over seeds, one value for each `x`. */
export interface Band {
  readonly x: readonly number[];
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The values of one series; `null` means diverged. */
export interface Curve extends Omit<Band, "median" | "low" | "high"> {
  /** Index in {@link FigureData.series}. */
  readonly series: number;
  readonly median: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  /** The index of the learning rate that the other charts show, or -1. */
  readonly chosen: number;
}
