// Writes docs/engines.md and the README's table: in which engines it was run, and what came of it. `npm run engines`
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

Where it was run, and whether its bits are the same. \`npm run engines\` makes this page and the README's table; \`npm cit\` runs a
shorter form in the same engines.

${date}, ${debian.trim()}, ${system()} ${release()}, ${process.arch}. None of these browsers has WebGPU there but Chromium, whose tests are those of
\`tests/webgpu\` and \`tests/browser\`.

## What is shipped

Node, Bun and Deno take the package as Node finds it, browsers its files as they are, on a page that is isolated.

- **Steps**: of every exported optimizer and transform 60 steps in float32 and float64, and of every schedule 90 values, as hashes: how many differ from
  the first row's.
- **Files**: checkpoints of every optimizer and transform after 23 steps: how many differ from the first row's.
- **Resumed**: the checkpoints of the rows up to this one, gone on with to step 60: how many end elsewhere than a run that did not stop.

${runsTable(all, "shipped")}

## In a user's bundle

The same program with the library in it, one minified module made by esbuild; resumed are its own checkpoints. Differences are from the first row
above. esbuild leaves the threads' file behind: they start from a text of the bundle's own.

${runsTable(all, "bundled")}

## Threads

How many of two threads share the steps of 2^19 numbers, with the bits of one: on the page (isolated) or in the process, in a worker of the user's, in a
worker which that one has made, and on a page without the headers that isolate it. WebKitGTK gives a page no shared memory, isolated or not.

${threadsTable(all)}

## A user's arrays

Runs whose parameters, gradients and rows of gradients are arrays of each kind (\`tests/engines/arrayKinds.ts\`): parts at odd offsets, of another
realm, shared, resizable, in a WebAssembly memory that grows, of other types of elements, transferred away or shrunk between two steps. On both
of the CPU's backends and in both types they end in the bits of a run on the library's own arrays, or are refused by name and have changed
nothing: how many do neither, and what an engine does not have.

${arraysTable(all)}
`,
);
const found = problems(all);
for (const problem of found) console.error(problem);
if (found.length > 0) process.exitCode = 1;
