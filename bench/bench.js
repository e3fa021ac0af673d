// Sets up what the benchmark needs, builds it and runs it. Nothing but Node and npm is assumed.
import { join } from "node:path";
import { run } from "../scripts/setup.js";
import { builtPackage, bundle, prepare } from "./setup.js";

await prepare();
const output = await bundle("gradus-bench", {
  run: "run.ts",
  hosted: "hosted.ts",
  starting: "cases/starting.ts",
  binding: "cases/binding.ts",
});
const { build } = await import("esbuild");
await build({
  absWorkingDir: import.meta.dirname,
  outfile: join(output, "library.min.js"),
  entryPoints: ["cases/library.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  plugins: [builtPackage],
});
process.exitCode = await run(process.execPath, [join(output, "run.js"), ...process.argv.slice(2)]);
