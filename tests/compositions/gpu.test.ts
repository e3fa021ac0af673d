/** A short form of `npm run exhaustive -- --gpu`: random compositions on a device, against the simulator. */
import { expect, it } from "vitest";
import { runs } from "../support/properties.ts";
import { testDevice } from "../webgpu/adapter.ts";
import { examineOnGpu, generateForGpu } from "./gpu.ts";

const { numRuns: COUNT, seed: SEED } = runs(50);
const BATCH = 10;
const firsts = Array.from({ length: Math.ceil(COUNT / BATCH) }, (_, index) => index * BATCH);

it.each(firsts)(
  `compositions %i and the ${BATCH - 1} behind it are what the formulas say`,
  async (first) => {
    const device = await testDevice();
    for (let index = first; index < Math.min(first + BATCH, COUNT); index++) {
      const again = `npm run exhaustive -- --gpu --seed ${SEED} --only ${index}`;
      const { failure } = await examineOnGpu(device, generateForGpu(SEED, index), again);
      expect(failure).toBeUndefined();
    }
  },
);
