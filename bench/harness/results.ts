/** What a run leaves behind: the shape of the JSON files in `results/`. */
import type { Samples, Times } from "./interleave.ts";
import type { Machine } from "./machine.ts";
import { quantile, type Spread, spreadOf } from "./statistics.ts";

/** One contestant's milliseconds in one case: the spread is of times on the wall. */
export interface Measurement extends Spread {
  readonly name: string;
  /** The median of the processor's time. Well below the other: the machine was busy elsewhere. */
  readonly cpuMedian: number;
  /** Rounds that it took part in. */
  readonly rounds: number;
  /** The median over the rounds of its time divided by the reference's. */
  readonly ratio: number;
  /** The same of the processor's time. */
  readonly cpuRatio: number;
}

/** A contestant that did not run, and why. */
export interface Absence {
  readonly name: string;
  readonly reason: string;
}

/** One problem, solved by several contestants. */
export interface CaseResult {
  /** Such as `adam`. */
  readonly group: string;
  /** Such as `1 x 1M`. */
  readonly name: string;
  /** What a time is of. */
  readonly unit: string;
  /** The contestant that ratios are relative to. */
  readonly reference: string;
  /** What was compared before the first time was taken, and how far it lay apart. */
  readonly agreement: string;
  readonly measurements: readonly Measurement[];
  readonly absences: readonly Absence[];
  /** Other numbers, such as sizes in bytes. */
  readonly facts?: Readonly<Record<string, number>>;
}

/** A figure that the project has promised. */
export interface TargetResult {
  readonly target: string;
  readonly atMost: number;
  readonly measured: number;
  readonly holds: boolean;
}

export interface Results {
  readonly date: string;
  readonly commit: string;
  readonly machine: Machine;
  /** Versions of what took part. */
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly CaseResult[];
  readonly targets: readonly TargetResult[];
}

/** Sums samples up, relative to one of the contestants. */
export function measurementsOf(samples: Samples, reference: string): Measurement[] {
  const standard = samples.get(reference)!;
  return [...samples].map(([name, all]) => {
    const times = all.filter((each) => each !== undefined);
    const ratioOf = (take: (times: Times) => number) => {
      const ratios = all.flatMap((each, round) => {
        const other = standard[round];
        return each === undefined || other === undefined ? [] : [take(each) / take(other)];
      });
      return quantile(ratios, 0.5);
    };
    const cpuTimes = times.map(({ cpu }) => cpu);
    return {
      name,
      rounds: times.length,
      ratio: ratioOf(({ wall }) => wall),
      cpuRatio: ratioOf(({ cpu }) => cpu),
      cpuMedian: quantile(cpuTimes, 0.5),
      ...spreadOf(times.map(({ wall }) => wall)),
    };
  });
}
