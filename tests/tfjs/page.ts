/** The page for TensorFlow.js on backends that need one. */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgl";
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { sgd } from "../../src/index.ts";
import { fromTensorFlow, GradusOptimizer } from "../../src/tfjs/index.ts";
import "../../src/tfjs/webgpu/index.ts";
import { type Problem, problems } from "./models.ts";
import { scenarios } from "./scenarios.ts";

/** All optimizers of TensorFlow.js. */
const theirs: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  // At higher rates it oscillates around the minimum, which amplifies rounding.
  rmsprop: () => tf.train.rmsprop(0.003),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5),
  // On webgl the default epsilon is another one.
  adam: () => tf.train.adam(0.01, 0.9, 0.999, 1e-7),
  adamax: () => tf.train.adamax(0.01),
};

export const names = () => Object.keys(theirs);

/** Errors of the device that no error scope captured. */
const uncaptured: string[] = [];

export async function useBackend(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) {
    throw new Error(`TensorFlow.js has no backend ${name} here`);
  }
  await tf.ready();
  if (name === "webgpu") {
    // The kernel for small products: the default one would take a tenth of a second each in software.
    tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", 2);
    const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
    device.onuncapturederror = ({ error }) => void uncaptured.push(error.message);
  }
}

async function losses(problem: Problem, optimizer: tf.Optimizer, steps: number): Promise<number[]> {
  const seen: number[] = [];
  for (let step = 0; step < steps; step++) {
    const cost = optimizer.minimize(problem.loss, true, [...problem.variables])!;
    seen.push((await cost.data())[0]!);
    cost.dispose();
  }
  return seen;
}

/**
 * The largest relative difference between the losses of an optimizer and of its counterpart on a backend; and the first and the
 * last loss
 * of the counterpart. TensorFlow.js' own optimizer runs on the CPU, because on webgl its SGD alone differs by a thousandth.
 */
export async function apart(backend: string, name: string, steps: number) {
  const found: Record<string, { apart: number; first: number; last: number }> = {};
  for (const [which, make] of Object.entries(problems)) {
    await useBackend("cpu");
    const one = make();
    const expected = await losses(one, theirs[name]!(), steps);
    one.dispose();
    await useBackend(backend);
    const other = make();
    const optimizer = await fromTensorFlow(theirs[name]!());
    const seen = await losses(other, optimizer, steps);
    const distances = seen.map((value, step) => Math.abs(value / expected[step]! - 1));
    found[which] = { apart: Math.max(...distances), first: seen[0]!, last: seen.at(-1)! };
    optimizer.dispose();
    other.dispose();
  }
  return found;
}

/** The result of a scenario on a backend, and the errors of the device meanwhile. */
export async function play(backend: string, name: keyof typeof scenarios) {
  await useBackend(backend);
  uncaptured.length = 0;
  const found = await scenarios[name](tf);
  return { found, uncaptured: [...uncaptured] };
}

/** The errors for a gradient that is not finite, and for a lost device, after which nothing can be done on webgpu. */
export async function refusals() {
  await useBackend("webgpu");
  const variable = tf.variable(tf.tensor1d([1, 2]));
  const optimizer = new GradusOptimizer(sgd({ lr: 1 }));
  const told = (gradient: number) => {
    try {
      optimizer.applyGradients({ [variable.name]: tf.tensor1d([gradient, 0]) });
      return "nothing";
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  };
  const said = [told(1), told(Number.NaN), told(1)];
  // The answer comes after the reads that were started earlier.
  while (said.at(-1) === "nothing") {
    await variable.data();
    said.push(told(1));
  }
  const unchanged = [...(await variable.data())];
  const next = told(1);
  const changed = [...(await variable.data())];
  const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
  device.destroy();
  await device.lost;
  return { said: said.at(-1), unchanged, next, changed, lost: told(1) };
}
