/** Whether a race on a GPU is the race on the processor, and says what a GPU refuses. */
import { adam, parameters, scheduleFreeSgd } from "gradus";
import { beforeAll, describe, expect, it } from "vitest";
import { testDevice } from "../../../tests/webgpu/adapter.ts";
import { type Part, Race } from "../engine/race.ts";
import { timed } from "../engine/timing.ts";
import { type Entry, type GroundState, initialState, type State } from "../state.ts";
import { type Gpu, gpuOf } from "./gpu.ts";
import { onProcessor, type Stepping } from "./stepping.ts";

let gpu: Gpu;

beforeAll(async () => {
  gpu = gpuOf(await testDevice());
});

const spirals: GroundState = { kind: "network", network: "spirals" };
const himmelblau: GroundState = {
  ...{ kind: "surface", surface: "himmelblau", start: [0, 0], noise: 0.1 },
};
const steps = 25;

const entry = (name: string, options = {}): Entry => ({ kind: "library", name, options });
const stateOf = (ground: GroundState, entries: readonly Entry[]): State => ({
  ...{ ...initialState, ground, entries, steps },
});

/** A GPU has float32 only: so has what it is compared with. */
const inFloat32: Stepping = { ...onProcessor, type: "float32" };

async function racedOnGpu(state: State) {
  const race = new Race(state, 0, gpu.stepping);
  await race.enter();
  const parts = await race.advanceElsewhere(Number.POSITIVE_INFINITY);
  race.dispose();
  return { race, parts };
}

/**
 * How far a value may be apart, as a share of it. Float32 rounds at 6e-8, and a GPU may divide and take roots less exactly:
 * three such operations in each of the steps. What a race makes of a difference between weights is at most so many times more.
 */
const bound = 25 * 3 * 6e-8 * 20;

function expectAlike(found: readonly Part[], wanted: readonly Part[], width: number): void {
  for (const [i, { rows }] of wanted.entries()) {
    expect(found[i]!.rows).toHaveLength(rows.length);
    for (let row = 0; row < rows.length; row += width) {
      const apart = Math.abs(found[i]!.rows[row]! - rows[row]!);
      expect(apart).toBeLessThanOrEqual(bound * Math.abs(rows[row]!));
    }
  }
}

/** One that evaluates other weights than it steps, one that draws, one of whole matrices, one that reads the loss. */
const some = [
  entry("adam", { lr: 0.02 }),
  entry("sgd", { lr: 0.01 }),
  entry("scheduleFreeSgd", { lr: 0.01 }),
  entry("noisySgd", { lr: 0.01 }),
  entry("muon", { lr: 0.02 }),
  entry("momoAdam", { lr: 0.01 }),
];

describe("a race on a GPU", () => {
  it.each([
    ["on a network", spirals],
    ["on a surface", himmelblau],
  ])("%s is that on the processor", async (_, ground) => {
    const state = stateOf(ground, some);
    const race = new Race(state, 0, inFloat32);
    const wanted = race.advance(Number.POSITIVE_INFINITY);
    race.dispose();
    const { parts } = await racedOnGpu(state);
    expect(parts).toHaveLength(some.length);
    expectAlike(parts, wanted, race.ground.columns.length);
  });

  it("says of an entry why a GPU refuses it, and races with the others", async () => {
    const { race, parts } = await racedOnGpu(
      stateOf(spirals, [entry("shampoo"), entry("nonsense"), entry("adam")]),
    );
    expect(race.problems).toEqual([
      "shampoo needs `inverseRoot` of whole matrices, which is not there on a GPU: use the CPU's `optimize` for these parameters",
      "The library has no optimizer nonsense.",
      undefined,
    ]);
    expect(parts.map(({ entry: position }) => position)).toEqual([2]);
  });

  it("that is given up while a step is on its way leaves nothing behind", async () => {
    const race = new Race(stateOf(spirals, [entry("adam")]), 0, gpu.stepping);
    await race.enter();
    const going = race.advanceElsewhere(Number.POSITIVE_INFINITY);
    race.dispose();
    await expect(going).rejects.toThrow();
    expect((await racedOnGpu(stateOf(himmelblau, [entry("adam")]))).parts).toHaveLength(1);
  });
});

describe("steps on a GPU", () => {
  it("evaluate the averages of a rule that has some, and have the weights back behind it", async () => {
    const net = parameters({ w: [3] });
    const bound = gpu.stepping.bind(net, scheduleFreeSgd({ lr: 0.1 }), 0);
    await bound.entered;
    for (let i = 0; i < 4; i++) {
      bound.trainable.gradients["w"]!.set([1, -2, i]);
      await bound.step(1);
    }
    const here = net.w.data.slice();
    const averages = bound.evaluate(() => net.w.data.slice());
    expect(averages).not.toEqual(here);
    expect(net.w.data).toEqual(here);
    bound.dispose();
  });

  it("are timed beside those on the processor", async () => {
    const all = await timed(stateOf(spirals, [entry("shampoo"), entry("adam")]), gpu, () => true);
    // What a GPU refuses has no time there.
    expect(all.map(({ entry: position, numbers }) => [position, numbers])).toEqual([
      [1, 1218],
      [undefined, 2 ** 20],
    ]);
    for (const { processor, thereAndBack, alone } of all)
      for (const time of [processor, thereAndBack, alone]) expect(time).toBeGreaterThan(0);
    const stopped = timed(stateOf(spirals, [entry("adam")]), gpu, () => false);
    await expect(stopped).rejects.toThrow("Another race has begun.");
  });

  it("are refused where the rule is wrong, as on the processor", () => {
    expect(() => gpu.stepping.bind(parameters({ w: [1] }), adam({ lr: -1 }), 0)).toThrow(/lr/);
  });
});
