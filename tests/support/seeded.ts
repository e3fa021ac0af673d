/** Runs before all tests: properties draw the same numbers in each run, and as often as the form of the suite says. */
import fc from "fast-check";
import { runs } from "./properties.ts";

fc.configureGlobal(runs(30));

// GRADUS_WIDE=1 npx vitest run --project source --execArgv=--no-liftoff: compiles everything with vectors of 256 bits.
if (process.env["GRADUS_WIDE"]) {
  const { width } = await import("../../src/wide/index.ts");
  if (width.bits !== 256) throw new Error(`there are no vectors of 256 bits: ${width.reason}`);
}
