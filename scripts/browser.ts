// Prints the browser that the browser tests will use, or how to get one.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { findBrowser } from "../tests/browser/launch.ts";

try {
  const downloaded = chromium.executablePath();
  console.log(findBrowser({ environment: process.env, exists: existsSync, downloaded }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
