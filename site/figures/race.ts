/** Creates races of the playground that show the same as a figure: the same function, start, optimizers and noise. */
import type { Entry, Hyper, LibraryEntry, Range, State } from "../playground/state.ts";

/** The function that the optimizers of a figure minimize. */
export interface Raced {
  /** A formula of x and y. */
  readonly formula: string;
  readonly view: { readonly x: Range; readonly y: Range };
  readonly start: readonly [x: number, y: number];
  /** The standard deviation of the noise in each element of a gradient. Default: 0. */
  readonly noise?: number;
}

/** The seed of all these races. Figures also draw their noise with it. */
export const raceSeed = 1;
/** The duration of a race in seconds. */
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

/** An entry for an optimizer of the library. */
export const entered = (name: string, options: Hyper): LibraryEntry => ({
  ...{ kind: "library", name, options },
});
