// `npm start`: sets up what is missing, then compares eight optimizers at their tuned learning rates.
import { join } from "node:path";
import { build, install, ROOT, requireNode, run } from "./setup.js";

requireNode();
for (const step of [install, build]) {
  const code = await step();
  if (code !== 0) process.exit(code);
}
const command = join(ROOT, "cli", "gradus.js");
process.exitCode = await run(process.execPath, [
  command,
  "compare",
  "fashion-mlp",
  ...process.argv.slice(2),
]);
