import type { Run } from "./comparison.ts";

/** The middle of several seeds, and the range they span. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One value for each `x`, over seeds. */
export interface Band {
  readonly x: readonly number[];
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The median; the mean of the middle two where their number is even, NaN where there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return sorted.length === 0 ? Number.NaN : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Median and range over seeds. A missing value counts as `missing` in the median: as infinity where
 * it stands for a diverged run, so that a seed that failed never improves the middle. The range is
 * over what is finite. `null` when the median is not finite.
 */
export function spread(
  values: readonly (number | null)[],
  missing = Number.POSITIVE_INFINITY,
): Spread | null {
  const finite = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const lost = new Array<number>(values.length - finite.length).fill(missing);
  const middle = median([...finite, ...lost]);
  if (!Number.isFinite(middle)) return null;
  return { median: middle, low: Math.min(...finite), high: Math.max(...finite) };
}

/** A series of one run: `y[i]` at `steps[i]`, to be drawn at `x[i]`. */
export interface Trace {
  readonly steps: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Whether the values after the end count as infinite rather than as unknown. */
  readonly diverged: boolean;
}

/**
 * The median and range of several runs at each step that any of them recorded. At a step's `x` is
 * the median of the runs' own, so runs that took different times share one curve.
 */
export function bandOf(traces: readonly Trace[]): Band {
  const indexes = traces.map((trace) => new Map(trace.steps.map((step, i) => [step, i])));
  const steps = [...new Set(traces.flatMap((trace) => trace.steps))].sort((a, b) => a - b);
  const points = steps.flatMap((step) => {
    const xs: number[] = [];
    const ys: (number | null)[] = [];
    traces.forEach((trace, i) => {
      const at = indexes[i]!.get(step);
      if (at !== undefined) {
        xs.push(trace.x[at]!);
        ys.push(trace.y[at]!);
      } else if (trace.diverged && step > (trace.steps.at(-1) ?? 0)) ys.push(null);
    });
    const over = spread(ys);
    return over === null ? [] : [{ x: median(xs), ...over }];
  });
  return {
    x: points.map((point) => point.x),
    median: points.map((point) => point.median),
    low: points.map((point) => point.low),
    high: points.map((point) => point.high),
  };
}

/** At most `count` points of a band, evenly chosen; the first and the last always stay. */
export function thin(band: Band, count: number): Band {
  const length = band.x.length;
  if (length <= count) return band;
  const pick = (values: readonly number[]) =>
    Array.from({ length: count }, (_, i) => values[Math.round((i * (length - 1)) / (count - 1))]!);
  return {
    x: pick(band.x),
    median: pick(band.median),
    low: pick(band.low),
    high: pick(band.high),
  };
}

/** The first recorded step at which a run's loss is at most `target`; infinity when it never is. */
export function stepsToTarget(run: Pick<Run, "steps" | "loss">, target: number): number {
  const at = run.loss.findIndex((loss) => loss <= target);
  return at === -1 ? Number.POSITIVE_INFINITY : run.steps[at]!;
}

/** The least number of two significant digits that is not below `value`. */
export function roundUp(value: number): number {
  const [mantissa, exponent] = value.toExponential().split("e");
  // Moved by the decimal exponent in text: 1.1 * 10 is 11.000000000000002, and would round up to 12.
  const digits = Math.ceil(Number(`${mantissa}e1`));
  return Number(`${digits}e${Number(exponent) - 1}`);
}

/**
 * A loss that the optimizers can be compared at: the lowest that all of them reached, rounded up to
 * two digits. One that made less than a quarter of the best one's way (of the logarithm, from the
 * start) is left aside, or it would put the target where everyone begins.
 *
 * @param curves - The median loss of each optimizer, in order of steps.
 * @returns `null` when there is no curve.
 */
export function commonTarget(curves: readonly (readonly number[])[]): number | null {
  const reached = curves.filter((curve) => curve.length > 0).map((curve) => Math.min(...curve));
  if (reached.length === 0) return null;
  const start = Math.max(...curves.filter((curve) => curve.length > 0).map((curve) => curve[0]!));
  const best = Math.min(...reached);
  const progress =
    best > 0 ? (loss: number) => Math.log(start / loss) : (loss: number) => start - loss;
  const trained = reached.filter((loss) => progress(loss) >= progress(best) / 4);
  return roundUp(Math.max(...trained));
}
