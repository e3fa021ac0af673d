/** The results of one engine, with the shipped files and with a user's bundle. */
import type { Build } from "../../tests/engines/bundle.ts";
import type { Engine, Place } from "../../tests/engines/engine.ts";
import { type Known, nameOf } from "../../tests/engines/engines.ts";
import type { Paths } from "../../tests/engines/paths.ts";
import type { Saved, Shared } from "../../tests/engines/program.ts";

export type Hashes = Readonly<Record<string, string>>;

/** Steps, saved files, and the results of runs that were resumed from files. */
export interface Runs {
  readonly trajectories: Hashes;
  readonly saved: Saved;
  readonly ends: readonly Hashes[];
}

/** Where threads were requested, and how many of two are expected. */
export interface Wanted {
  readonly where: string;
  readonly threads: number;
  readonly place: Place;
}

export interface Answers {
  readonly name: string;
  readonly known: Known;
  readonly shipped: Runs;
  readonly bundled: Runs;
  /** By place. */
  readonly threads: Readonly<Record<string, Shared>>;
  readonly arrays: Paths;
  /** On a page that is not cross-origin isolated. */
  readonly plainArrays: Paths | undefined;
}

/** @param threads how many of two the engine has */
const wanted = ({ threads, target }: Known): readonly Wanted[] => [
  { where: "here", threads, place: {} },
  { where: "in a worker", threads, place: { workers: 1 } },
  { where: "in a worker within it", threads, place: { workers: 2 } },
  ...(target === "page" ? [{ where: "on a plain page", threads: 1, place: { plain: true } }] : []),
];

/** @param files saved by other engines; it also resumes its own */
async function runs(engine: Engine, files: readonly Saved[]): Promise<Runs> {
  const trajectories = (await engine.ask("trajectories", 1)) as Hashes;
  const saved = (await engine.ask("save", 1)) as Saved;
  const ends: Hashes[] = [];
  for (const file of [...files, saved]) ends.push((await engine.ask("resume", file)) as Hashes);
  return { trajectories, saved, ends };
}

async function opened<T>(known: Known, build: Build, ask: (engine: Engine) => Promise<T>) {
  const engine = await known.open(known.program(), build);
  try {
    return await ask(engine);
  } finally {
    await engine.close();
  }
}

/** @param before the results of other engines */
export async function answersOf(known: Known, before: readonly Answers[]): Promise<Answers> {
  const shipped = await opened(known, "shipped", async (engine) => {
    const found = await runs(
      engine,
      before.map((each) => each.shipped.saved),
    );
    const threads: Record<string, Shared> = {};
    for (const { where, threads: most, place } of wanted(known)) {
      threads[where] = (await engine.ask("threads", most, place)) as Shared;
    }
    const arrays = (await engine.ask("dataPaths")) as Paths;
    const plainArrays =
      known.target === "page"
        ? ((await engine.ask("dataPaths", null, { plain: true })) as Paths)
        : undefined;
    return { shipped: found, threads, arrays, plainArrays };
  });
  const bundled = await opened(known, "bundled", (engine) => runs(engine, []));
  return { name: nameOf(known), known, ...shipped, bundled };
}
