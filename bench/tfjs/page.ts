/** Measures in a page: steps of Gradus and of TensorFlow.js on its WebGPU backend, in turn. */
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { adam } from "../../src/index.ts";
import { GradusOptimizer } from "../../src/tfjs/index.ts";
import "../../src/tfjs/webgpu/index.ts";

/** Parameters in all, and in how many variables. */
export type Shape = readonly [total: number, variables: number];

/** Milliseconds a step, from gradients to assigned variables: until the device is done, and until the call returns. */
export interface Measured {
  readonly done: number;
  readonly returned: number;
}

interface Backend {
  readonly device: GPUDevice;
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const median = (all: readonly number[]): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)]!;

async function finished(): Promise<void> {
  const backend = tf.backend() as unknown as Backend;
  if (backend.commandEncoder !== null) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
  await backend.device.queue.onSubmittedWorkDone();
}

function contestant(optimizer: tf.Optimizer, [total, count]: Shape) {
  const length = Math.round(total / count);
  const variables = Array.from({ length: count }, () => tf.variable(tf.randomNormal([length])));
  const entries = variables.map(({ name }) => [name, tf.randomNormal([length])] as const);
  const gradients = Object.fromEntries(entries);
  return {
    step: () => optimizer.applyGradients(gradients),
    dispose: () => {
      optimizer.dispose();
      tf.dispose([...variables, ...Object.values(gradients)]);
    },
  };
}

async function turn(step: () => void, steps: number): Promise<Measured> {
  await finished();
  const before = performance.now();
  for (let index = 0; index < steps; index++) {
    step();
  }
  const returned = performance.now();
  await finished();
  return { done: (performance.now() - before) / steps, returned: (returned - before) / steps };
}

/** @returns medians, by library */
export async function measure(shape: Shape, rounds: number, steps: number) {
  await tf.setBackend("webgpu");
  await tf.ready();
  tf.enableProdMode();
  const contestants = {
    "TensorFlow.js": contestant(tf.train.adam(0.001), shape),
    Gradus: contestant(new GradusOptimizer(adam()), shape),
    // As TensorFlow.js, which does not look whether gradients are finite.
    unchecked: contestant(new GradusOptimizer(adam(), { nonFinite: "allow" }), shape),
  };
  const all: Record<string, Measured[]> = { "TensorFlow.js": [], Gradus: [], unchecked: [] };
  for (let round = -2; round < rounds; round++) {
    for (const [name, { step }] of Object.entries(contestants)) {
      const measured = await turn(step, steps);
      // The first rounds compile, and fill pools.
      if (round >= 0) {
        all[name]!.push(measured);
      }
    }
  }
  for (const { dispose } of Object.values(contestants)) {
    dispose();
  }
  const found = Object.entries(all).map(([name, turns]): [string, Measured] => [
    name,
    {
      done: median(turns.map(({ done }) => done)),
      returned: median(turns.map(({ returned }) => returned)),
    },
  ]);
  return Object.fromEntries(found);
}
