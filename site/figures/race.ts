/** Races of the playground that show what a figure shows: the same function, start, optimizers and noise. */
import type { Entry, Hyper, LibraryEntry, Range, State } from "../playground/state.ts";

/** What the optimizers of a figure go down. */
export interface Raced {
  /** A formula of x and y. */
  readonly formula: string;
  readonly view: { readonly x: Range; readonly y: Range };
  readonly start: readonly [x: number, y: number];
  /** The standard deviation of what is added to each number of a gradient. Default: 0. */
  readonly noise?: number;
}

/** The seed of all these races: figures draw their noise with it, too. */
export const raceSeed = 1;
/** How long a race is played, in seconds. */
const seconds = 5;

export const raceOn = (
  { formula, view, start, noise = 0 }: Raced,
  entries: readonly Entry[],
  steps: number,
): State => ({
  entries,
  ground: { kind: "surface", surface: "own", formula, view, start, noise },
  ...{ seed: raceSeed, steps, speed: Math.max(1, Math.round(steps / seconds)) },
});

/** An optimizer of the library. */
export const entered = (name: string, options: Hyper): LibraryEntry => ({
  ...{ kind: "library", name, options },
});
