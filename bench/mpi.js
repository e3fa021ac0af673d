// Sets up what the benchmark of ranks needs, builds it and runs it. Needs the MPI libraries with their C compilers.
import { join } from "node:path";
import { build, install, requireNode, run } from "../scripts/setup.js";
import { bundle } from "./setup.js";

requireNode();
process.exitCode = (await install()) || (await build());
if (process.exitCode === 0) {
  const programs = await bundle("gradus-bench-mpi", {
    ...{ run: "mpi/run.ts", rank: "mpi/rank.ts", step: "mpi/step.ts" },
  });
  const words = [join(programs, "run.js"), ...process.argv.slice(2)];
  process.exitCode = await run(process.execPath, words);
}
