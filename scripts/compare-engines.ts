// Writes docs/engines.md and the README's table: the engines it was run in, and the results. `npm run engines`
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { release, type as system } from "node:os";
import { engines } from "../tests/engines/engines.ts";
import { type Answers, answersOf } from "./engines/answers.ts";
import { arraysTable, problems, runsTable, threadsTable, whereItRuns } from "./engines/tables.ts";
import { fill } from "./figures/document.ts";

const all: Answers[] = [];
for (const known of engines) {
  const answers = await answersOf(known, all);
  all.push(answers);
  console.error(answers.name);
}

const date = new Date().toISOString().slice(0, 10);
const debian = execFileSync("sh", ["-c", ". /etc/os-release; echo $PRETTY_NAME"], {
  encoding: "utf8",
});
fill(new URL("../README.md", import.meta.url), "engines", whereItRuns(all, date));
writeFileSync(
  new URL("../docs/engines.md", import.meta.url),
  `# Engines

This page shows in which engines Gradus was run, and whether they give the same bits. \`npm run engines\` writes this page and the table of the
README. \`npm cit\` runs a shorter form in the same engines.

${date}, ${debian.trim()}, ${system()} ${release()}, ${process.arch}. Of these browsers, only Chromium has WebGPU there; its tests are in
\`tests/webgpu\` and \`tests/browser\`.

## What is shipped

Node, Bun and Deno load the package. Browsers load its files on a cross-origin isolated page.

- **Steps**: every exported optimizer and transform makes 60 steps in float32 and float64, and every schedule gives 90 values. The table shows how many
  hashes differ from the first row.
- **Files**: every optimizer and transform writes a checkpoint after 23 steps. The table shows how many differ from the first row.
- **Resumed**: each engine continues the checkpoints of all rows up to its own, to step 60. The table shows how many end differently from a run that did
  not stop.

${runsTable(all, "shipped")}

## In a user's bundle

The same program, bundled with the library into one minified module by esbuild. It resumes its own checkpoints. Differences are from the first row
above. esbuild does not copy the file for threads, so threads start from a text inside the bundle.

${runsTable(all, "bundled")}

## Threads

The table shows how many of two threads share the steps on 2^19 numbers, and whether the bits are those of one thread. The columns are: the process or
the isolated page, the user's worker, a worker inside this worker, and a page without the headers that isolate it. WebKitGTK gives a page no
shared memory, isolated or not.

${threadsTable(all)}

## A user's arrays

Parameters, gradients and rows of gradients can be arrays of many kinds (\`tests/engines/arrayKinds.ts\`): views at odd offsets, arrays of another realm,
shared or resizable arrays, arrays in a WebAssembly memory that grows, other element types, and arrays that are transferred or shrunk between two steps.
On both CPU backends and in both types, a run either gives the same bits as with the library's own arrays, or is refused by name and changes
nothing. The table shows how many do neither, and what an engine lacks.

${arraysTable(all)}
`,
);
const found = problems(all);
for (const problem of found) console.error(problem);
if (found.length > 0) process.exitCode = 1;
