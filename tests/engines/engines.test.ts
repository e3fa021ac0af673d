/**
 * Every engine gives the bits that this Node gives, from what is shipped: 60 steps of everything exported, and what this
 * Node has saved, gone on with.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "./engine.ts";
import { engines, missing } from "./engines.ts";

const [here, ...others] = engines;
const open = ({ program, open: start }: (typeof engines)[number]) => start(program());
const [trajectories, saved] = await (async () => {
  const engine = await open(here!);
  const answers = [await engine.ask("trajectories"), await engine.ask("save")] as const;
  await engine.close();
  return answers;
})();

it("are all here", () => expect(missing()).toEqual([]));

it("takes everything that is exported", () => {
  expect(Object.keys(trajectories as object).length).toBeGreaterThan(200);
});

describe.each(others.map((known) => [known.label, known] as const))("%s", (_, known) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open(known);
  });
  afterAll(() => engine?.close());

  it("makes the same steps", async () => {
    expect(await engine.ask("trajectories")).toEqual(trajectories);
  });

  it("goes on with what was saved elsewhere, and saves the same", async () => {
    const ends = Object.entries(trajectories as Record<string, string>).flatMap(([name, hash]) =>
      name.endsWith(", float32") ? [[name.replace(/, float32$/, ""), hash]] : [],
    );
    expect(await engine.ask("resume", saved)).toEqual(Object.fromEntries(ends));
    expect(await engine.ask("save")).toEqual(saved);
  });

  it("has threads, with the same bits", async () => {
    const { threads } = known;
    expect(await engine.ask("threads", threads)).toEqual({ threads, same: true });
  });
});
