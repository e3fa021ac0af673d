/** The shape of the JSON files in `results/`. */
import type { Samples, Times } from "./interleave.ts";
import type { Machine } from "./machine.ts";
import { quantile, type Spread, spreadOf } from "./statistics.ts";

/** The library of a contestant. */
export interface Origin {
  /** A name such as `PyTorch`. */
  readonly library: string;
  readonly threads: number;
}

/** The milliseconds of one contestant in one case; the spread is that of wall-clock time. */
export interface Measurement extends Spread, Origin {
  readonly name: string;
  /** The median of processor time. If it is much lower than that of wall-clock time, the machine was busy with other work. */
  readonly cpuMedian: number;
  /** The number of rounds in which it took part. */
  readonly rounds: number;
  /** The median over rounds of its time divided by the reference's. */
  readonly ratio: number;
  /** The same for processor time. */
  readonly cpuRatio: number;
}

/** A contestant that did not run, and the reason. */
export interface Absence {
  readonly name: string;
  readonly reason: string;
}

/** One problem, solved by several contestants. */
export interface CaseResult {
  /** A name such as `adam`. */
  readonly group: string;
  /** A name such as `1 x 1M`. */
  readonly name: string;
  /** The unit of work that a time belongs to. */
  readonly unit: string;
  /** The contestant that ratios are relative to. */
  readonly reference: string;
  /** What was compared before the first measurement, and how large the differences were. */
  readonly agreement: string;
  readonly measurements: readonly Measurement[];
  readonly absences: readonly Absence[];
  /** Other numbers, such as sizes in bytes. */
  readonly facts?: Readonly<Record<string, number>>;
}

/** A target of the project, or only a figure without a limit. */
export interface TargetResult {
  readonly target: string;
  readonly limit?: { readonly at: "least" | "most"; readonly value: number };
  readonly measured: number;
  /** The case of the figure, if the target covers several: the worst of them. */
  readonly where?: string;
  readonly holds?: boolean;
}

export interface Results {
  readonly date: string;
  readonly commit: string;
  readonly machine: Machine;
  /** The versions of the contestants' libraries. */
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
 * Summarizes samples relative to one of the contestants.
 *
 * @param heats each contains the reference
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
