/** What the WebAssembly backend caches by tensor, and a program that has TensorFlow.js twice. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, expect, test } from "vitest";
import { adam, sgd } from "../../src/index.ts";
import { GradusOptimizer } from "../../src/tfjs/index.ts";
import { useBackend } from "./backends.ts";

test("on wasm a product sees what a step has assigned, and would not see what is written in place", async () => {
  await useBackend("wasm");
  const start = [1, 2, 3, 4] as const;
  const x = tf.tensor2d([1, 2], [1, 2]);
  const product = (w: tf.Variable) =>
    tf.tidy(() => [...tf.matMul(x, w as unknown as tf.Tensor2D).dataSync()]);
  const w = tf.variable(tf.tensor2d([...start], [2, 2]));
  expect(product(w)).toEqual([7, 10]);
  const optimizer = new GradusOptimizer(sgd({ lr: 1 }));
  for (let step = 1; step <= 3; step++) {
    optimizer.applyGradients({ [w.name]: tf.ones([2, 2]) });
    expect(product(w)).toEqual([7 - 3 * step, 10 - 3 * step]);
  }
  // What the test is for: the backend has packed the old weights, and knows them by their tensor.
  const inPlace = tf.variable(tf.tensor2d([...start], [2, 2]));
  expect(product(inPlace)).toEqual([7, 10]);
  const heap = tf.backend() as unknown as { typedArrayFromHeap(of: tf.Tensor): Float32Array };
  heap.typedArrayFromHeap(inPlace).fill(0);
  expect(product(inPlace)).toEqual([7, 10]);
});

const folder = mkdtempSync(join(tmpdir(), "gradus-two-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a second copy of TensorFlow.js has the same variables, and loads once the class is registered with it", async () => {
  await useBackend("cpu");
  const path = createRequire(import.meta.url).resolve("@tensorflow/tfjs-core");
  const copy = join(folder, "tf-core.node.cjs");
  cpSync(path, copy);
  for (const needed of ["long", "seedrandom", "node-fetch"]) {
    const from = join(dirname(createRequire(path).resolve(`${needed}/package.json`)));
    cpSync(from, join(folder, "node_modules", needed), { recursive: true, dereference: true });
  }
  const other = createRequire(import.meta.url)(copy) as typeof tf;
  expect(other.Optimizer).not.toBe(tf.Optimizer);
  expect(other.engine()).toBe(tf.engine());
  const w = other.variable(other.tensor1d([1, 2]));
  const optimizer = new GradusOptimizer(adam({ lr: 0.5 }));
  expect(optimizer instanceof other.Optimizer).toBe(true);
  optimizer.applyGradients({ [w.name]: other.tensor1d([1, 1]) });
  expect(w.dataSync()[1]).toBeCloseTo(1.5, 5);
  const known = () => other.serialization.SerializationMap.getMap().classNameMap;
  expect(known()).not.toHaveProperty("GradusOptimizer");
  other.serialization.registerClass(GradusOptimizer);
  expect(known()).toHaveProperty("GradusOptimizer");
});
