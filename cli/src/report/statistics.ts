import type { Band } from "../../../charts/figure.ts";

/** The median of several seeds, and their range. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The median: the mean of the middle two if the count is even, NaN if there are no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return sorted.length === 0 ? Number.NaN : sorted[middle - 1]! / 2 + sorted[middle]! / 2;
}

const isNumber = (value: number | null): value is number => Number.isFinite(value);

/**
 * Median and range over seeds. A missing value stands for a diverged run, and counts as infinity in the median, so that a
 * failed seed never improves it. The range is that of the finite values. `null` if the median is not finite: half of the
 * seeds or more failed.
 */
export function spread(values: readonly (number | null)[]): Spread | null {
  const finite = values.filter(isNumber);
  const lost = new Array<number>(values.length - finite.length).fill(Number.POSITIVE_INFINITY);
  const middle = median([...finite, ...lost]);
  if (!Number.isFinite(middle)) return null;
  return { median: middle, low: Math.min(...finite), high: Math.max(...finite) };
}

/** A series of one run: `y[i]` at `steps[i]`, to be drawn at `x[i]`. */
export interface Trace {
  readonly steps: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Whether the run diverged at its end; otherwise its later values are unknown. */
  readonly diverged: boolean;
}

/** How a diverged run counts: in a loss it is worse than any other; in a metric it is unknown which values are worse. */
export type Lost = "infinite" | "left out";

/**
 * The median and range of several runs at each recorded step, up to the step at which half of them or more have diverged.
 * At a step, `x` is the median over the runs that last to the end of the band: runs that diverge earlier would shift the
 * times of the others.
 */
export function bandOf(traces: readonly Trace[], lost: Lost = "infinite"): Band {
  const indexes = traces.map((trace) => new Map(trace.steps.map((step, i) => [step, i])));
  const steps = [...new Set(traces.flatMap((trace) => trace.steps))].sort((a, b) => a - b);
  const points = steps.flatMap((step) => {
    const found: number[] = [];
    const ys = traces.flatMap((trace, i): (number | null)[] => {
      const at = indexes[i]!.get(step);
      if (at !== undefined) {
        found.push(i);
        return [trace.y[at]!];
      }
      return trace.diverged && step > (trace.steps.at(-1) ?? 0) ? [null] : [];
    });
    const over = spread(ys);
    if (over === null) return [];
    return [{ step, found, over: lost === "infinite" ? over : spread(ys.filter(isNumber))! }];
  });
  const last = points.at(-1)?.found ?? [];
  const xOf = (i: number, step: number) => traces[i]!.x[indexes[i]!.get(step)!]!;
  return {
    x: points.map(({ step, found }) => {
      const lasting = found.filter((i) => last.includes(i));
      return median((lasting.length > 0 ? lasting : found).map((i) => xOf(i, step)));
    }),
    median: points.map(({ over }) => over.median),
    low: points.map(({ over }) => over.low),
    high: points.map(({ over }) => over.high),
  };
}

/** At most `count` points of a band, evenly spread, with the first and the last. */
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

/** The smallest number with so many significant digits that is not below `value`. */
export function roundUp(value: number, digits = 2): number {
  const [mantissa, exponent] = value.toExponential().split("e");
  // The decimal point is moved in the text: 1.1 * 10 is 11.000000000000002, and would round up to 12.
  const rounded = Math.ceil(Number(`${mantissa}e${digits - 1}`));
  return Number(`${rounded}e${Number(exponent) - digits + 1}`);
}
