/** The playground's race shows what a figure shows: each of its optimizers passes through the figure's points. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../../charts/surface.ts";
import { readAddress, writeAddress } from "../playground/address.ts";
import { Race } from "../playground/engine/race.ts";
import type { State } from "../playground/state.ts";
import type { LiveFigure } from "./figure.ts";
import { figures } from "./list.ts";
import { statesOf } from "./states.ts";

/** The paths in a figure's result, in the order of the race's optimizers. */
const waysOf: Readonly<Record<string, (result: never) => readonly (readonly Point[])[]>> = {
  rate: ({ points }: { points: readonly Point[] }) => [points],
  valley: (result: Readonly<Record<string, readonly Point[] | null>>) =>
    ["plain", "momentum", "nesterov"].flatMap((name) => (result[name] ? [result[name]] : [])),
  assemble: ({ steps }: { steps: readonly { parameters: Float64Array }[] }) => [
    steps.map(({ parameters: [x, y] }): Point => [x!, y!]),
  ],
  axes: ({ sgd, adam }: Readonly<Record<string, { found: readonly Point[] }>>) =>
    [sgd, adam].map((each) => each!.found),
  variants: ({ adam, variant }: Readonly<Record<string, readonly Point[]>>) => [adam!, variant!],
};

/** The points of each optimizer's path in a race. */
function raced(state: State): readonly (readonly Point[])[] {
  const race = new Race(state);
  expect(race.problems).toEqual(state.entries.map(() => undefined));
  const ways = state.entries.map((): Point[] => []);
  for (const { entry, rows } of race.advance(state.steps + 1))
    for (let i = 0; i < rows.length; i += 3) ways[entry]!.push([rows[i + 1]!, rows[i + 2]!]);
  race.dispose();
  return ways;
}

/** The distance of two paths, relative to their size. A race ends at a value that is not finite. */
function apart(found: readonly Point[], expected: readonly Point[]): number {
  const far = expected.findIndex((place) => place.some((each) => Math.abs(each) > 1e100));
  const shown = far === -1 ? expected : expected.slice(0, far);
  if (far === -1 ? found.length !== expected.length : found.length < far) return Infinity;
  const distances = shown.map(([x, y], i) => {
    const [raceX, raceY] = found[i]!;
    return Math.hypot(raceX - x, raceY - y) / (1 + Math.hypot(x, y));
  });
  return Math.max(0, ...distances);
}

const all = await Promise.all(
  Object.entries(figures).map(async ([name, load]) => [name, (await load()).figure] as const),
);
const racing = all.filter(([, { race }]) => race !== undefined);

it("exists for all figures whose optimizers minimize a function of two numbers, with gradients that the playground has", () => {
  expect(racing.map(([name]) => name)).toEqual(Object.keys(waysOf));
});

describe.each(racing)("the race of %s", (name, figure: LiveFigure) => {
  it("has the same steps, and a link that restores it", async () => {
    await fc.assert(
      fc.asyncProperty(statesOf(figure), async (state) => {
        const race = figure.race!(state);
        // A race has at least one step.
        if (race === undefined) {
          expect(state["steps"]).toBe(0);
          return;
        }
        const hash = `#${await writeAddress(race)}`;
        expect(await readAddress(hash)).toEqual({ state: race, problem: undefined });
        const expected = waysOf[name]!(figure.compute(state) as never);
        const found = raced(race);
        expect(found.length).toBe(expected.length);
        // The gradients of the formula round differently, and the steps of an optimizer amplify that.
        for (const [i, way] of found.entries()) expect(apart(way, expected[i]!)).toBeLessThan(1e-6);
      }),
      { numRuns: 40 },
    );
  });
});
