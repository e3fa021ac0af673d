/** Reads SciPy's results from tests/reference/leastSquares.json. */
import { readFileSync } from "node:fs";

export interface Found {
  /** The sum of squares. */
  readonly value: number;
  readonly nfev: number;
  readonly njev: number | null;
  readonly status: number;
  readonly x: readonly number[];
}

/** Why there is no result. */
export interface Failed {
  readonly error: string;
}

export interface FittedRegression {
  readonly parameters: readonly number[];
  readonly standardErrors: readonly number[];
  readonly residualSumOfSquares: number;
}

interface Weighted {
  readonly x: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

interface Reference {
  readonly scipy: string;
  /** From MINPACK, with given derivatives and with its differences, from each start. */
  readonly problems: readonly {
    readonly number: number;
    readonly name: string;
    readonly runs: readonly {
      readonly given: Found | Failed;
      readonly differences: Found | Failed;
    }[];
  }[];
  /** From `curve_fit`: by default, with tolerances of 1e-14, and with SciPy's trust region, too. */
  readonly regressions: readonly {
    readonly name: string;
    readonly runs: readonly Readonly<
      Record<"defaults" | "tight" | "trf", FittedRegression | Failed>
    >[];
  }[];
  readonly boxes: readonly (Readonly<Record<"trf" | "dogbox", Found | Failed>> & {
    readonly name: string;
  })[];
  readonly outliers: {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly sigma: readonly number[];
    readonly losses: Readonly<
      Record<string, { readonly x: readonly number[]; readonly cost: number }>
    >;
    readonly weighted: Readonly<Record<"absolute" | "relative", Weighted>>;
  };
  readonly quantiles: {
    readonly levels: readonly number[];
    readonly freedoms: readonly number[];
    readonly t: readonly (readonly number[])[];
    readonly normal: readonly number[];
  };
}

export const reference: Reference = JSON.parse(
  readFileSync(new URL("../reference/leastSquares.json", import.meta.url), "utf8"),
);

/** The number of significant digits in which two numbers agree, at most 15. */
export function digits(value: number, wanted: number): number {
  if (value === wanted) return 15;
  const off = Math.abs(value - wanted) / (Math.abs(wanted) || 1);
  return Number.isNaN(off) ? 0 : Math.max(0, Math.min(15, -Math.log10(off)));
}

/** The smallest number of digits over two lists. */
export const digitsOf = (values: ArrayLike<number>, wanted: ArrayLike<number>): number =>
  Math.min(...Array.from(values, (value, i) => digits(value, wanted[i]!)));
