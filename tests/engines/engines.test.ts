/**
 * Every engine gives the bits that this Node gives, from what is shipped and from a user's bundle: 60 steps of everything
 * exported, what this Node has saved gone on with, threads in workers, and a user's arrays of every kind.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { either } from "../support/properties.ts";
import type { Build } from "./bundle.ts";
import type { Engine, Place } from "./engine.ts";
import { engines, type Known, missing } from "./engines.ts";
import { amiss, type Paths } from "./paths.ts";

const [here, ...others] = engines as readonly [Known, ...Known[]];

/** Of everything exported one in so many takes its steps in float32, too, is saved here and gone on with there. */
const each = either(4, 1);

const open = ({ program, open: start }: Known, build: Build) => start(program(), build);
const [trajectories, saved] = await (async () => {
  const engine = await open(here, "shipped");
  const answers = [await engine.ask("trajectories", each), await engine.ask("save", each)] as const;
  await engine.close();
  return answers;
})();

it("are all here", () => expect(missing()).toEqual([]));

it("takes everything that is exported", () => {
  expect(Object.keys(trajectories as object).length).toBeGreaterThan(either(140, 200));
});

/** An engine for the tests that are written behind it. */
function opened(known: Known, build: Build): () => Engine {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await open(known, build);
  });
  afterAll(() => engine?.close());
  return () => engine!;
}

function hasTheBits(engine: () => Engine): void {
  it("makes the same steps, goes on with what was saved elsewhere, and saves the same", async () => {
    const ends = Object.entries(trajectories as Record<string, string>).flatMap(([name, hash]) =>
      name.endsWith(", float32") ? [[name.replace(/, float32$/, ""), hash]] : [],
    );
    expect(await engine().ask("bits", saved)).toEqual({
      trajectories,
      ends: Object.fromEntries(ends),
      saved,
    });
  });
}

function hasThreads(engine: () => Engine, threads: number, where: string, place: Place = {}): void {
  it(`has ${threads} of two threads ${where}, with the same bits`, async () => {
    expect(await engine().ask("threads", threads, place)).toEqual({ threads, same: true });
  });
}

function takesArrays(engine: () => Engine, where: string, place: Place = {}): void {
  it(`takes arrays of any kind ${where}, or refuses them by name`, async () => {
    const paths = (await engine().ask("dataPaths", null, place)) as Paths;
    expect(amiss(paths)).toEqual([]);
    expect(Object.keys(paths).length).toBeGreaterThan(70);
  });
}

/** One of each kind of engine: `npm run engines` asks all of them for more. */
const kinds = either(
  ["Chromium", "Firefox"],
  engines.map(({ label }) => label),
);

describe.each(engines.map((known) => [known.label, known] as const))("%s", (label, known) => {
  const engine = opened(known, "shipped");
  if (others.includes(known)) hasTheBits(engine);
  hasThreads(engine, known.threads, "here");
  if (known === here || kinds.includes(label)) {
    takesArrays(engine, "here");
    hasThreads(engine, known.threads, "in a worker within a worker", { workers: 2 });
  }
  if (label === "Chromium") {
    takesArrays(engine, "on a plain page", { plain: true });
    hasThreads(engine, 1, "on a plain page", { plain: true });
  }
});

const bundled = [here, others.find(({ target }) => target === "page")!];

describe.each(bundled.map((known) => [known.label, known] as const))(
  "bundled in %s",
  (_, known) => {
    const engine = opened(known, "bundled");
    hasTheBits(engine);
    // A bundler that takes no `new URL(..., import.meta.url)` for a file, as esbuild, leaves the workers' behind.
    hasThreads(engine, known.threads, "here, without a file for them");
  },
);
