/** Runs the command as a process. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes, explainError } from "./errors.ts";
import { packageRoot } from "./package-root.ts";
import { run } from "./program.ts";
import { isSilentRank } from "./ranks/environment.ts";
import { complain, outliveReaders, silence } from "./terminal.ts";

outliveReaders();
// With several ranks, only the first one prints.
if (isSilentRank) silence();
// Errors that a task throws asynchronously, where nothing catches them. Node itself would print them unescaped.
process.on("uncaughtException", (error) => {
  complain(explainError(error), true);
  process.exit(exitCodes.failed);
});

const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
const code = await run(process.argv.slice(2), version);
process.exitCode ||= code;
