/** A short form of `npm run exhaustive -- --gpu`: random compositions on a device, against the simulator. */
import { expect, it } from "vitest";
import { runs } from "../support/properties.ts";
import { testDevice } from "../webgpu/adapter.ts";
import { type Composition, partsOf } from "./composition.ts";
import { examineOnGpu, generateForGpu } from "./gpu.ts";

const { numRuns: COUNT, seed: SEED } = runs(8);

/** A driver in software takes seconds to compile the shaders of long rules: those are left to the command. */
const MOST_PARTS = 2;

const isShort = ({ rule, parameters }: Composition) =>
  partsOf(rule).length <= MOST_PARTS && parameters.length <= 3;

function* shortOnes(): Generator<number> {
  for (let [index, found] = [0, 0]; found < COUNT; index++) {
    if (!isShort(generateForGpu(SEED, index))) continue;
    found++;
    yield index;
  }
}

it.each([...shortOnes()])("composition %i is what the formulas say", async (index) => {
  const again = `npm run exhaustive -- --gpu --seed ${SEED} --only ${index}`;
  const examined = examineOnGpu(await testDevice(), generateForGpu(SEED, index), again, 20);
  expect((await examined).failure).toBeUndefined();
});
