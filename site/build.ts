// npm run site:build: the whole site, into site/dist.
import { join } from "node:path";
import { SITE } from "./bundle.ts";
import { writeSite } from "./write.ts";

const folder = join(SITE, "dist");
const { pages, seconds } = await writeSite(folder);
console.log(
  `${pages} pages in site/dist, in ${seconds.toFixed(1)} s. Any server can serve that folder.`,
);
