// A process of `npm run exhaustive`: examines the compositions with the numbers that it is sent.
import { generate } from "../tests/compositions/generator.ts";
import { examineOnGpu, generateForGpu } from "../tests/compositions/gpu.ts";
import { examine, type Finding } from "../tests/compositions/report.ts";
import { testDevice } from "../tests/webgpu/adapter.ts";

export interface Question {
  readonly seed: number;
  readonly index: number;
  readonly gpu: boolean;
}

export type Answer = Finding;

async function answer({ seed, index, gpu }: Question): Promise<Answer> {
  const again = `npm run exhaustive -- ${gpu ? "--gpu " : ""}--seed ${seed} --only ${index}`;
  if (!gpu) return examine(generate(seed, index), again);
  return examineOnGpu(await testDevice(), generateForGpu(seed, index), again);
}

process.on("message", async (question: Question) => {
  process.send!(await answer(question));
});
process.on("disconnect", () => process.exit());
