#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.ts";
import { run } from "./program.ts";

// `gradus list | head` closes the pipe: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
process.exitCode = await run(process.argv.slice(2), version);
