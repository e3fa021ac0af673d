/** Fits the latency and bandwidth of a network to the times of collectives. */
import { median } from "../../cli/src/report/statistics.ts";
import { bucketBytes, type Collective, type Cost, collectives, shareOf } from "./model.ts";

/** The time of a collective on an array of so many bytes. */
export interface Measurement {
  readonly collective: Collective;
  readonly ranks: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** The messages and bytes of a measurement, divided by its seconds. */
function sharesOf({ collective, ranks, bytes, seconds }: Measurement) {
  const { messages, passes } = shareOf(collective, ranks);
  return {
    a: (messages * Math.ceil(bytes / bucketBytes)) / seconds,
    b: (passes * bytes) / seconds,
  };
}

/**
 * Fits alpha and beta of one collective by least squares of relative errors, both at least 0.
 *
 * @param measurements of two ranks or more, and of more than one size
 * @throws {Error} if there are fewer than two
 */
export function costFor(measurements: readonly Measurement[]): Cost {
  if (measurements.length < 2) {
    throw new Error("a line takes two measurements or more, of more than one size");
  }
  const shares = measurements.map(sharesOf);
  const sum = (of: (share: { a: number; b: number }) => number) =>
    shares.reduce((total, share) => total + of(share), 0);
  const [aa, ab, bb] = [sum(({ a }) => a * a), sum(({ a, b }) => a * b), sum(({ b }) => b * b)];
  const [a, b] = [sum((share) => share.a), sum((share) => share.b)];
  const determinant = aa * bb - ab * ab;
  const alpha = (a * bb - b * ab) / determinant;
  const beta = (b * aa - a * ab) / determinant;
  if (alpha < 0) {
    return { alpha: 0, beta: b / bb };
  }
  return beta < 0 ? { alpha: a / aa, beta: 0 } : { alpha, beta };
}

/** The predicted time over the measured one: 1 is right. */
export function ratioOf({ alpha, beta }: Cost, measurement: Measurement): number {
  const { a, b } = sharesOf(measurement);
  return alpha * a + beta * b;
}

export interface Checked {
  readonly collective: Collective;
  readonly cost: Cost;
  /** The size that the fit did not use. */
  readonly heldBack: number;
  /** The predicted time of that size over the measured one, median over numbers of ranks. */
  readonly predicted: number;
  /** The largest such ratio, or its reciprocal if that is larger. */
  readonly worst: number;
}

/** Fits each measured collective, and checks the fit with the middle size, held back. */
export function fitAll(measurements: readonly Measurement[]): Checked[] {
  const usable = measurements.filter(({ ranks }) => ranks > 1);
  return collectives.flatMap((collective) => {
    const own = usable.filter((each) => each.collective === collective);
    const sizes = [...new Set(own.map(({ bytes }) => bytes))].sort((x, y) => x - y);
    const heldBack = sizes[Math.floor(sizes.length / 2)];
    if (heldBack === undefined) {
      return [];
    }
    const without = costFor(own.filter(({ bytes }) => bytes !== heldBack));
    const ratios = own
      .filter(({ bytes }) => bytes === heldBack)
      .map((each) => ratioOf(without, each));
    const worst = Math.max(...ratios.map((ratio) => Math.max(ratio, 1 / ratio)));
    return [{ collective, cost: costFor(own), heldBack, predicted: median(ratios), worst }];
  });
}
