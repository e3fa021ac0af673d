// `npm run torture`: sets up what is missing, and runs scripts/torture.
import { join } from "node:path";
import { build, install, ROOT, requireNode, run } from "./setup.js";

requireNode();
for (const step of [install, build]) {
  const code = await step();
  if (code !== 0) process.exit(code);
}
// With the garbage collector exposed, because memory growth is measured after a collection.
const words = ["--expose-gc", "--import", "tsx", join(ROOT, "scripts", "torture", "index.ts")];
process.exitCode = await run(process.execPath, [...words, ...process.argv.slice(2)]);
