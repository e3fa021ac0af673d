/** Writes the tables of docs/engines.md and of the README. */
import { amiss, lacks, type Paths } from "../../tests/engines/paths.ts";
import { table } from "../figures/document.ts";
import type { Answers, Hashes, Runs } from "./answers.ts";

/** How many results differ from the first engine's, and of how many. */
interface Differing {
  readonly steps: string;
  readonly files: string;
  readonly resumed: string;
}

const differing = (found: Hashes, same: (name: string, hash: string) => boolean): number =>
  Object.entries(found).filter(([name, hash]) => !same(name, hash)).length;

function compare({ trajectories, saved, ends }: Runs, first: Runs): Differing {
  const end = (name: string) => first.trajectories[`${name}, float32`];
  const steps = differing(trajectories, (name, hash) => first.trajectories[name] === hash);
  const files = saved.files.filter((file, index) => file !== first.saved.files[index]).length;
  const resumed = ends
    .map((each) => differing(each, (name, hash) => end(name) === hash))
    .reduce((a, b) => a + b, 0);
  return {
    steps: `${steps} of ${Object.keys(first.trajectories).length}`,
    files: `${files} of ${saved.files.length}`,
    resumed: `${resumed} of ${ends.length * saved.files.length}`,
  };
}

const runsHead = ["engine", "steps that differ", "files that differ", "resumed that differ"];

/** For the shipped files, or for a user's bundle. */
export function runsTable(all: readonly Answers[], build: "shipped" | "bundled"): string {
  const first = all[0]!.shipped;
  const rows = all.map((each) => {
    const { steps, files, resumed } = compare(each[build], first);
    return [each.name, steps, files, resumed];
  });
  return table(runsHead, rows);
}

const places = ["here", "in a worker", "in a worker within it", "on a plain page"];

/** How many threads there are in each place, and whether the bits agree. */
export function threadsTable(all: readonly Answers[]): string {
  const rows = all.map(({ name, threads }) => [
    name,
    ...places.map((where) => {
      const found = threads[where];
      return found ? `${found.threads}, ${found.same ? "same bits" : "OTHER BITS"}` : "";
    }),
  ]);
  return table(["engine", ...places], rows);
}

/** The kinds of arrays that were tested, and those that are missing. */
export function arraysTable(all: readonly Answers[]): string {
  const row = (name: string, paths: Paths) => [
    name,
    `${amiss(paths).length} of ${Object.keys(paths).length}`,
    lacks(paths).join(", "),
  ];
  const rows = all.flatMap(({ name, arrays, plainArrays }) => [
    row(name, arrays),
    ...(plainArrays ? [row(`${name}, plain page`, plainArrays)] : []),
  ]);
  return table(["engine", "arrays amiss", "what it does not have"], rows);
}

const whatWasRun = {
  command: "the package and a bundle: steps, checkpoints, threads, workers within workers, arrays",
  page: "the package and a bundle, isolated and plain pages: the same",
};

/** Engine, version, what was run, the command, and the date. */
export function whereItRuns(all: readonly Answers[], date: string): string {
  const rows = all.map(({ name, known }) => {
    const [, label, version] = /^(.*) (\S+)$/.exec(name)!;
    return [label!, version!, whatWasRun[known.target], "`npm run engines`", date];
  });
  return table(["engine", "version", "what was run", "command", "date"], rows);
}

/** All differences from what is expected, in words. */
export function problems(all: readonly Answers[]): readonly string[] {
  const first = all[0]!.shipped;
  return all.flatMap((each) => {
    const compared = [each.shipped, each.bundled].flatMap((runs) =>
      Object.entries(compare(runs, first)).map(([what, count]) => `${what}: ${count} differ`),
    );
    const threads = Object.entries(each.threads).flatMap(([where, { same }]) =>
      same ? [] : [`threads ${where}: other bits`],
    );
    const arrays = [each.arrays, each.plainArrays ?? {}].flatMap(amiss);
    const found = [...compared.filter((text) => !/: 0 of/.test(text)), ...threads, ...arrays];
    return found.map((text) => `${each.name}: ${text}`);
  });
}
