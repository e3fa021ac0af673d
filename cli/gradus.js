#!/usr/bin/env node
/** Starts the command. */
import { existsSync } from "node:fs";

const main = new URL("./dist/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("gradus: this checkout is not built yet: run `npm run build` in it first");
  process.exitCode = 1;
}
