/**
 * Sets the length and the seed of tests that could go on for hours. The normal suite is the same in each run. `npm run exhaustive
 * -- --tests`
 * runs the long form: `GRADUS_RUNS=20` multiplies the runs of properties, and `GRADUS_SEED` sets the seed.
 */
const scale = Number(process.env["GRADUS_RUNS"] ?? 1);
const isLong = scale > 1;

export const seed = Number(process.env["GRADUS_SEED"] ?? 1);

/** Settings of `fc.assert` for a property that runs `count` times in the normal suite. */
export const runs = (count: number): { numRuns: number; seed: number } => ({
  numRuns: Math.max(1, Math.round(count * scale)),
  seed,
});

/** One value for the normal suite, and one for the long form. */
export const either = <T>(normal: T, long: T): T => (isLong ? long : normal);

/** Every `each`-th element of a list in the normal suite, and all in the long form. */
export const sample = <T>(list: readonly T[], each: number): T[] =>
  list.filter((_, index) => index % either(each, 1) === 0);
