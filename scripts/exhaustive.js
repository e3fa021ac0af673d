// `npm run exhaustive`: installs what is missing, and runs scripts/exhaustive.ts.
import { join } from "node:path";
import { install, ROOT, requireNode, run } from "./setup.js";

requireNode();
const code = await install();
if (code !== 0) process.exit(code);
const words = ["--import", "tsx", join(ROOT, "scripts", "exhaustive.ts")];
process.exitCode = await run(process.execPath, [...words, ...process.argv.slice(2)]);
