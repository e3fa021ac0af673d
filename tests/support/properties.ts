/**
 * How often property tests run, and from which seed. The normal suite is the same at each run;
 * `GRADUS_RUNS=100` multiplies the runs and `GRADUS_SEED` starts elsewhere.
 */
const scale = Number(process.env["GRADUS_RUNS"] ?? 1);

export const seed = Number(process.env["GRADUS_SEED"] ?? 1);

/** Settings of `fc.assert` for a property that runs `count` times in the normal suite. */
export const runs = (count: number): { numRuns: number; seed: number } => ({
  numRuns: Math.max(1, Math.round(count * scale)),
  seed,
});
