/** What a run leaves behind: the shape of the JSON files in `results/`. */
import type { Samples, Times } from "./interleave.ts";
import type { Machine } from "./machine.ts";
import { quantile, type Spread, spreadOf } from "./statistics.ts";

/** Whose a contestant is. */
export interface Origin {
  /** Such as `PyTorch`. */
  readonly library: string;
  readonly threads: number;
}

/** One contestant's milliseconds in one case: the spread is of times on the wall. */
export interface Measurement extends Spread, Origin {
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

/** A figure that the project has promised, or only states: then there is no limit. */
export interface TargetResult {
  readonly target: string;
  readonly limit?: { readonly at: "least" | "most"; readonly value: number };
  readonly measured: number;
  /** Where it was measured, if the target speaks of several cases: the worst of them. */
  readonly where?: string;
  readonly holds?: boolean;
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

type Take = (times: Times) => number;

/** The median over the rounds of all heats of a contestant's time divided by the reference's. */
function ratioOf(heats: readonly Samples[], name: string, reference: string, take: Take): number {
  const ratios = heats.flatMap((heat) => {
    const standard = heat.get(reference)!;
    return (heat.get(name) ?? []).flatMap((each, round) => {
      const other = standard[round];
      return each === undefined || other === undefined ? [] : [take(each) / take(other)];
    });
  });
  return quantile(ratios, 0.5);
}

/**
 * Sums samples up, relative to one of the contestants.
 *
 * @param heats each with the reference in it
 */
export function measurementsOf(
  heats: readonly Samples[],
  reference: string,
  origins: ReadonlyMap<string, Origin>,
): Measurement[] {
  const names = new Set(heats.flatMap((heat) => [...heat.keys()]));
  return [...names].map((name) => {
    const all = heats.flatMap((heat) => heat.get(name) ?? []);
    const times = all.filter((each) => each !== undefined);
    const cpuTimes = times.map(({ cpu }) => cpu);
    return {
      name,
      ...origins.get(name)!,
      rounds: times.length,
      ratio: ratioOf(heats, name, reference, ({ wall }) => wall),
      cpuRatio: ratioOf(heats, name, reference, ({ cpu }) => cpu),
      cpuMedian: quantile(cpuTimes, 0.5),
      ...spreadOf(times.map(({ wall }) => wall)),
    };
  });
}
