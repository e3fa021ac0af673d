/** What a script measures for one section of docs/claims.md. */
import type { PlotOptions } from "../figures/plot.ts";

export interface Section {
  /** Markdown: the tables. */
  readonly text: string;
  /** Written beside the page under the section's name. */
  readonly plot?: PlotOptions;
}

/** As captions name them: `seeds 1, 2, 3`. */
export const seedsOf = (seeds: readonly number[]) =>
  `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
