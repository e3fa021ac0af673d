/** Learning rates that were tried, and the best of them. */

export interface Tried {
  readonly rate: number;
  /** At the end; `null` where it was no longer finite. */
  readonly value: number | null;
}

/** The rate that ends lowest, the smaller of two that end alike; none where all diverge. */
export const bestOf = (tried: readonly Tried[]): Tried | undefined =>
  tried
    .filter(({ value }) => value !== null)
    .reduce<Tried | undefined>(
      (best, each) => (best === undefined || each.value! < best.value! ? each : best),
      undefined,
    );
