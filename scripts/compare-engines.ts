// Writes docs/engines.md: in which engines what is shipped was run, and what came of it. `npm run engines`
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { release, type as system } from "node:os";
import { engines, nameOf } from "../tests/engines/engines.ts";
import type { Shared } from "../tests/engines/program.ts";

type Hashes = Readonly<Record<string, string>>;

interface Row {
  readonly name: string;
  readonly trajectories: Hashes;
  readonly saved: readonly string[];
  readonly ends: Hashes[];
  readonly threads: Shared;
}

const rows: Row[] = [];
for (const known of engines) {
  const name = nameOf(known);
  console.error(`${name} ...`);
  const engine = await known.open(known.program());
  const trajectories = (await engine.ask("trajectories")) as Hashes;
  const saved = (await engine.ask("save")) as string[];
  const threads = (await engine.ask("threads", known.threads)) as Shared;
  const ends: Hashes[] = [];
  // What was saved by those before, and by itself: what those save that come later is compared with it.
  for (const { saved: other } of [...rows, { saved }]) {
    ends.push((await engine.ask("resume", other)) as Hashes);
  }
  await engine.close();
  rows.push({ name, trajectories, saved, ends, threads });
}

const [first] = rows as [Row, ...Row[]];
const count = Object.keys(first.trajectories).length;
const differing = (found: Hashes, of: (name: string) => string): number =>
  Object.entries(found).filter(([name, hash]) => first.trajectories[of(name)] !== hash).length;
const counted = rows.map(({ trajectories, saved, ends, threads }) => ({
  steps: differing(trajectories, (each) => each),
  files: saved.filter((file, index) => file !== first.saved[index]).length,
  resumed: ends.reduce((sum, each) => sum + differing(each, (of) => `${of}, float32`), 0),
  threads: Number(!threads.same),
}));
const failed = counted.some((each) => Object.values(each).some((differ) => differ > 0));
const lines = rows.map(({ name, saved, ends, threads }, index) => {
  const { steps, files, resumed } = counted[index]!;
  const same = threads.same ? `${threads.threads}, same bits` : `${threads.threads}, OTHER BITS`;
  return `| ${name} | ${steps} of ${count} | ${files} of ${saved.length} | ${resumed} of ${ends.length * saved.length} | ${same} |`;
});
const debian = execFileSync("sh", ["-c", ". /etc/os-release; echo $PRETTY_NAME"], {
  encoding: "utf8",
});
writeFileSync(
  new URL("../docs/engines.md", import.meta.url),
  `# Engines

Where what is shipped was run, and whether its bits are the same. \`npm run engines\` makes this page; \`npm cit\` runs a
shorter form in the same engines. Node, Bun and Deno take Node's files of the package, browsers its modules, on a page that is isolated.

- **Steps**: of every exported optimizer and transform 60 steps in float32 and float64, and of every schedule 90 values, as hashes: how many differ from
  the first row's.
- **Files**: checkpoints of every optimizer and transform after 23 steps: how many differ from the first row's.
- **Resumed**: the checkpoints of the rows up to this one, gone on with to step 60: how many end elsewhere than a run that did not stop.
- **Threads**: how many shared the steps of 2^19 numbers, with the bits of one.

| engine | steps that differ | files that differ | resumed that differ | threads |
| --- | --- | --- | --- | --- |
${lines.join("\n")}

${new Date().toISOString().slice(0, 10)}, ${debian.trim()}, ${system()} ${release()}, ${process.arch}. WebKitGTK gives a page no shared memory, although it is isolated. None of these
browsers has WebGPU there but Chromium, whose tests are those of \`tests/webgpu\` and \`tests/browser\`.
`,
);
console.error(lines.join("\n"));
if (failed) process.exitCode = 1;
