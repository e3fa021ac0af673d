/** One optimizer at nine learning rates. */
import type { Entry, State } from "../state.ts";
import { Race } from "./race.ts";
import { bestOf, type Tried } from "./tried.ts";

/** Half-decades around the middle one. */
const tries = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/** Rates are short numbers, so that what is shown is what is computed. */
const rateAt = (middle: number, tries: number): number =>
  Number((middle * 10 ** (tries / 2)).toPrecision(2));

export const withRate = (entry: Entry, lr: number): Entry =>
  entry.kind === "library"
    ? { ...entry, options: { ...entry.options, lr } }
    : { ...entry, hyper: { ...entry.hyper, lr } };

/**
 * @param middle the rate that the others lie around
 * @param after is called after each race
 */
export function sweep(
  state: State,
  entry: Entry,
  middle: number,
  after: () => void = () => {},
): readonly Tried[] {
  return tries.map((step) => {
    const rate = rateAt(middle, step);
    const race = new Race({ ...state, entries: [withRate(entry, rate)] });
    try {
      const [part] = race.advance(state.steps + 1);
      const width = race.ground.columns.length;
      const isWhole = part !== undefined && part.rows.length === width * (state.steps + 1);
      return { rate, value: isWhole ? part.rows.at(-width)! : null };
    } finally {
      race.dispose();
      after();
    }
  });
}

/** A good learning rate to begin with: the best of the half-decades, and of those around it where it is at their edge. */
export function tune(
  state: State,
  entry: Entry,
  middle: number,
  after: () => void = () => {},
): number {
  let best = middle;
  for (let again = 0; again < 3; again++) {
    const tried = sweep(state, entry, best, after);
    const found = bestOf(tried);
    if (found === undefined) return tried[0]!.rate;
    best = found.rate;
    if (found !== tried[0] && found !== tried.at(-1)) break;
  }
  return best;
}
