// npm run site:build: builds the whole site into site/dist, unless one of its examples is wrong.
import { join } from "node:path";
import { SITE } from "./bundle.ts";
import { checkExamples } from "./checkExamples.ts";
import { readReference } from "./reference/pages.ts";
import { writeSite } from "./write.ts";

const folder = join(SITE, "dist");
const reference = await readReference();
const start = performance.now();
const { count, problems } = await checkExamples(reference);
if (problems.length > 0) throw new Error(`Examples are wrong:\n${problems.join("\n")}`);
const checked = ((performance.now() - start) / 1000).toFixed(1);
console.log(`${count} examples come to what they say: ${checked} s.`);
const { pages, seconds } = await writeSite(folder, reference);
console.log(
  `${pages} pages in site/dist, in ${seconds.toFixed(1)} s. Any server can serve that folder.`,
);
