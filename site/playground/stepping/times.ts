/** How long a step takes, on the processor and on a GPU. */
import { parameters, type Rule } from "gradus";
import { type Gpu, GpuSteps } from "./gpu.ts";
import { onProcessor } from "./stepping.ts";

/** Milliseconds of a step. */
export interface StepTimes {
  readonly processor: number;
  /** With the gradients' way to the GPU, and the weights' way back. */
  readonly thereAndBack: number;
  /** Of a step whose gradients are on the GPU, and whose weights stay there. */
  readonly alone: number;
}

/** Milliseconds that a batch of steps takes at least, as clocks of pages are coarse, and an odd number of batches. */
const [least, batches] = [12, 5];

/**
 * Milliseconds of a step, of the batch in the middle: what else the machine does makes some slower, and a clock that is set back
 * makes one faster.
 *
 * @param run makes so many steps, and is settled when they are made
 */
async function timeOf(run: (steps: number) => void | Promise<void>): Promise<number> {
  const once = async (steps: number) => {
    const start = performance.now();
    await run(steps);
    return performance.now() - start;
  };
  let steps = 1;
  while ((await once(steps)) < least) steps *= 2;
  const times: number[] = [];
  for (let i = 0; i < batches; i++) times.push(await once(steps));
  return times.toSorted((a, b) => a - b)[(batches - 1) / 2]! / steps;
}

/**
 * Measures steps of a rule on weights of these shapes.
 * @throws what the library says, where a GPU cannot make them
 */
export async function stepTimes(
  { device }: Gpu,
  rule: Rule,
  shapes: Readonly<Record<string, readonly number[]>>,
): Promise<StepTimes> {
  // What weights and gradients are makes no difference to the time.
  const here = onProcessor.bind(parameters(shapes), rule, 0);
  const there = new GpuSteps(device, parameters(shapes), rule, 0);
  try {
    for (const { trainable } of [here, there])
      for (const gradient of Object.values(trainable.gradients)) gradient.fill(1e-3);
    await there.entered;
    return {
      processor: await timeOf((count) => {
        for (let i = 0; i < count; i++) void here.step(1);
      }),
      thereAndBack: await timeOf(async (count) => {
        for (let i = 0; i < count; i++) await there.step(1);
      }),
      alone: await timeOf((count) => {
        for (let i = 0; i < count; i++) there.stepAlone(1);
        return device.queue.onSubmittedWorkDone().then(() => {});
      }),
    };
  } finally {
    here.dispose();
    there.dispose();
  }
}
