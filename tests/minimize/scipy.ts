/** Reads the results of SciPy's minimizers, from tests/reference/scipy_minimize.py. */
import { readFileSync } from "node:fs";

interface Outcome {
  /** Null if it is not finite. */
  readonly value: number | null;
  readonly evaluations: number;
  readonly iterations: number | null;
}

type ScipyMethod = "BFGS" | "L-BFGS-B" | "Newton-CG";

interface Reference {
  readonly source: string;
  readonly free: readonly ({
    /** The index in `problems`. */
    readonly problem: number;
    /** The index in `startsOf(problem)`. */
    readonly start: number;
  } & Readonly<Record<ScipyMethod, Outcome>>)[];
  readonly bounded: readonly (Outcome & {
    readonly problem: number;
    readonly kind: string;
    readonly lower: readonly number[];
    readonly upper: readonly number[];
    readonly x: readonly number[];
  })[];
}

export const scipy: Reference = JSON.parse(
  readFileSync(new URL("../reference/scipy_minimize.json", import.meta.url), "utf8"),
);
