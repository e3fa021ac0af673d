/** The measurements for one section of docs/claims.md. */
import type { PlotOptions } from "../figures/plot.ts";

export interface Section {
  /** The tables in Markdown. */
  readonly text: string;
  /** The plot, written beside the page under the section's name. */
  readonly plot?: PlotOptions;
}

/** Seeds as in captions: `seeds 1, 2, 3`. */
export const seedsOf = (seeds: readonly number[]) =>
  `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
