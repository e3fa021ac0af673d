import { readAssets } from "./assets.ts";
import type { Comparison } from "./comparison.ts";
import { pageOf } from "./page.ts";

/**
 * The report of a comparison: one HTML page that opens offline.
 *
 * @throws Error if the page's script has not been built; the message says how to build it
 */
export function renderReport(comparison: Comparison): string {
  return pageOf(comparison, readAssets());
}
