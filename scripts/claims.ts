// Measures claims about Adam and writes the figures into docs/claims.md: `npm run claims [NAME...]`.
import { mkdirSync, writeFileSync } from "node:fs";
import { biasCorrection } from "./claims/biasCorrection.ts";
import { counterexample } from "./claims/counterexample.ts";
import { drift } from "./claims/drift.ts";
import { memory } from "./claims/memory.ts";
import { noise } from "./claims/noise.ts";
import { rescaling } from "./claims/rescaling.ts";
import { sparse } from "./claims/sparse.ts";
import { stepSize } from "./claims/stepSize.ts";
import { tuning } from "./claims/tuning.ts";
import { fill } from "./figures/document.ts";
import { plot } from "./figures/plot.ts";

const sections = {
  ...{ memory, rescaling, stepSize, noise, drift, sparse, tuning, biasCorrection, counterexample },
};
const page = new URL("../docs/claims.md", import.meta.url);
const folder = new URL("../docs/claims/", import.meta.url);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(sections, name));
if (unknown.length > 0) {
  throw new Error(
    `no section ${unknown.join(", ")}; there are ${Object.keys(sections).join(", ")}`,
  );
}
mkdirSync(folder, { recursive: true });
for (const [name, measure] of Object.entries(sections)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const start = performance.now();
  const { text, plot: chart } = await measure();
  if (chart !== undefined) {
    writeFileSync(new URL(`${name}.svg`, folder), plot(chart));
  }
  fill(page, name, text);
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
