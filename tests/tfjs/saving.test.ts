/** Models that are saved with their optimizer, loaded, and go on as if nothing had happened. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkpoints, loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import {
  adamw,
  bfloat16,
  block8,
  chain,
  clipByGlobalNorm,
  ema,
  type Rule,
  sgd,
  warmupCosine,
} from "../../src/index.ts";
import {
  fromTensorFlow,
  GradusOptimizer,
  type GradusOptimizerOptions,
  registerRule,
  withCheckpoint,
} from "../../src/tfjs/index.ts";
import { backends, useBackend } from "./backends.ts";
import { normalized, points, train, weightsOf } from "./models.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-tfjs-"));

/** Models as files, as tfjs-node has them by `file://`: one of JSON and one of bytes. */
const files = (name: string): tf.io.IOHandler => {
  const [json, bytes] = [join(folder, `${name}.json`), join(folder, `${name}.bin`)];
  return {
    save: async ({ weightData, ...rest }) => {
      writeFileSync(json, JSON.stringify(rest));
      writeFileSync(bytes, new Uint8Array(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    },
    load: async () => ({
      ...(JSON.parse(readFileSync(json, "utf8")) as tf.io.ModelArtifacts),
      weightData: new Uint8Array(readFileSync(bytes)).buffer,
    }),
  };
};

/** Models in memory. */
function inMemory(): tf.io.IOHandler {
  let kept: tf.io.ModelArtifacts | undefined;
  const saver = tf.io.withSaveHandler(async (artifacts) => {
    kept = artifacts;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  });
  return {
    save: (artifacts) => saver.save!(artifacts),
    load: () => tf.io.fromMemory(kept!).load!(),
  };
}

const full = (): Rule =>
  chain(
    clipByGlobalNorm(1),
    adamw({ lr: warmupCosine({ peak: 0.02, warmup: 6, steps: 60 }), weightDecay: 0.1 }),
    ema({ decay: 0.9 }),
  ) as Rule;

registerRule("saving_test", () => adamw({ lr: (step) => 0.01 / step }) as Rule);

const made: Readonly<Record<string, () => GradusOptimizer>> = {
  "by name": () => new GradusOptimizer("adamw"),
  "of a chain": () => new GradusOptimizer(full()),
  "with narrow state, groups and a seed": () =>
    new GradusOptimizer(full(), {
      storage: { state: { m: bfloat16, v: block8 } },
      groups: [{ match: /bias/, weightDecay: 0 }],
      seed: 3,
    } as GradusOptimizerOptions),
  "that accumulates": () => new GradusOptimizer(full(), { accumulate: 3 }),
  "of a registered rule": () => new GradusOptimizer("saving_test"),
};

describe.each(backends)("on %s", (backend) => {
  beforeEach(() => useBackend(backend));
  afterEach(() => tf.disposeVariables());

  const handlers = { files: () => files(backend), memory: inMemory };
  const pairs = Object.keys(made).flatMap((name) =>
    (Object.keys(handlers) as (keyof typeof handlers)[]).map((kind) => [name, kind] as const),
  );

  test.each(pairs)("an optimizer %s, saved to %s, goes on bit for bit", async (name, kind) => {
    const data = points();
    const model = normalized(made[name]!());
    await train(model, data, 2);
    const handler = handlers[kind]();
    await model.save(handler, { includeOptimizer: true });
    const expected = await train(model, data, 2);
    const loaded = await layers.loadLayersModel(handler);
    expect(loaded.optimizer).toBeInstanceOf(GradusOptimizer);
    expect(await train(loaded, data, 2)).toEqual(expected);
    expect(weightsOf(loaded)).toEqual(weightsOf(model));
    const [one, other] = [model, loaded].map(({ optimizer }) => optimizer as GradusOptimizer);
    expect(other!.iterations).toBe(one!.iterations);
    const evaluated = (optimizer: GradusOptimizer, of: layers.LayersModel) =>
      optimizer.evaluate(() => weightsOf(of));
    expect(evaluated(other!, loaded)).toEqual(evaluated(one!, model));
    // Saved once more, under the names that variables have now.
    await loaded.save(handler, { includeOptimizer: true });
    const third = await layers.loadLayersModel(handler);
    expect(await train(third, data, 1)).toEqual(await train(model, data, 1));
  });

  test("a checkpoint has all of a model, and resumes it bit for bit", async () => {
    const data = points();
    const file = join(folder, `${backend}.safetensors`);
    const optimizer = new GradusOptimizer(full());
    const model = normalized(optimizer);
    await train(model, data, 2);
    const saved = weightsOf(model);
    await withCheckpoint(model, optimizer, (run) => saveCheckpoint(file, run));
    expect(weightsOf(model)).toEqual(saved);
    const expected = await train(model, data, 2);
    // As another process has it: the same names, another optimizer, weights as they start.
    const names = model.weights.map((weight) => (weight.read() as tf.Variable).name);
    const other = normalized(new GradusOptimizer(full()));
    const now = other.weights.map((weight) => (weight.read() as tf.Variable).name);
    const rename = Object.fromEntries(names.map((name, index) => [name, now[index]!]));
    const report = await withCheckpoint(other, other.optimizer as GradusOptimizer, (run) =>
      loadCheckpoint(file, run, { rename }),
    );
    expect(report.step).toBe(8);
    expect(report.parameters).toHaveLength(names.length);
    expect(weightsOf(other)).toEqual(saved);
    expect(await train(other, data, 2)).toEqual(expected);
    expect(weightsOf(other)).toEqual(weightsOf(model));
    // And in its place: back to where it was.
    await withCheckpoint(model, optimizer, (run) => loadCheckpoint(file, run));
    expect(await train(model, data, 2)).toEqual(expected);
  });

  test("a folder of checkpoints takes a list of variables, and a failed load changes nothing", async () => {
    const w = tf.variable(tf.tensor1d([1, 2]), true, `in a folder on ${backend}`);
    const loss = () => tf.sum(tf.square(w)) as tf.Scalar;
    const optimizer = new GradusOptimizer(full());
    optimizer.minimize(loss);
    const kept = checkpoints(join(folder, `runs-${backend}`));
    await withCheckpoint([w], optimizer, (run) => kept.save(run));
    optimizer.minimize(loss);
    const after = [...w.dataSync()];
    const wrong = new GradusOptimizer("sgd");
    await expect(withCheckpoint([w], wrong, (run) => kept.resume(run))).rejects.toThrow("not fit");
    expect([...w.dataSync()]).toEqual(after);
    await withCheckpoint([w], optimizer, (run) => kept.resume(run));
    optimizer.minimize(loss);
    expect([...w.dataSync()]).toEqual(after);
  });

  const theirs: Readonly<Record<string, () => tf.Optimizer>> = {
    momentum: () => tf.train.momentum(0.01, 0.9),
    adagrad: () => tf.train.adagrad(0.01),
    adadelta: () => tf.train.adadelta(0.1),
    rmsprop: () => tf.train.rmsprop(0.001, 0.9, 0.5),
    adam: () => tf.train.adam(0.002),
    sgd: () => tf.train.sgd(0.01),
  };

  test.each(Object.keys(theirs))(
    "a model that was saved with tf.train.%s goes on",
    async (name) => {
      const data = points();
      const model = normalized(theirs[name]!());
      await train(model, data, 2);
      const handler = inMemory();
      await model.save(handler, { includeOptimizer: true });
      const expected = await train(model, data, 3);
      const loaded = await layers.loadLayersModel(handler);
      const optimizer = await fromTensorFlow(loaded.optimizer);
      expect(optimizer.iterations).toBe(name === "sgd" ? 0 : 8);
      loaded.compile({ optimizer, loss: "meanSquaredError" });
      const seen = await train(loaded, data, 3);
      for (const [epoch, value] of seen.entries()) {
        // Both round to float32, in another order.
        expect(Math.abs(value / expected[epoch]! - 1)).toBeLessThan(1e-5);
      }
    },
  );

  test("Adam's averages go into another rule, whose own begin at that step", async () => {
    const w = tf.variable(tf.tensor1d([1, -2]));
    const loss = () => tf.sum(tf.square(w)) as tf.Scalar;
    const theirAdam = tf.train.adam(0.1);
    for (let step = 0; step < 5; step++) {
      theirAdam.minimize(loss);
    }
    const rule = chain(adamw({ lr: 0.1, eps: 1e-7, weightDecay: 0 }), ema({ decay: 0.5 }));
    const optimizer = await fromTensorFlow(theirAdam, rule as Rule);
    const before = [...w.dataSync()];
    const copy = tf.variable(w.clone());
    theirAdam.minimize(() => tf.sum(tf.square(w)) as tf.Scalar, false, [w]);
    const expected = [...w.dataSync()];
    w.assign(copy);
    optimizer.minimize(loss, false, [w]);
    const seen = [...w.dataSync()];
    for (const [index, value] of seen.entries()) {
      // TensorFlow.js multiplies the powers of its betas up in float32.
      expect(value).toBeCloseTo(expected[index]!, 5);
    }
    const average = optimizer.evaluate(() => [...w.dataSync()]);
    for (const [index, value] of average.entries()) {
      expect(value).toBeCloseTo((before[index]! + seen[index]!) / 2, 6);
    }
    await expect(fromTensorFlow(theirAdam, sgd() as Rule)).rejects.toThrow(
      "has none of the states",
    );
  });
});

test("what has no state that can be had is refused", async () => {
  await useBackend("cpu");
  const w = tf.variable(tf.scalar(1));
  const theirs = tf.train.adamax(0.1);
  await expect(fromTensorFlow(theirs)).resolves.toBeInstanceOf(GradusOptimizer);
  theirs.minimize(() => tf.square(w) as tf.Scalar);
  await expect(fromTensorFlow(theirs)).rejects.toThrow("Adamax");
  await expect(fromTensorFlow(new GradusOptimizer("adam"))).rejects.toThrow("is not supported");
  rmSync(folder, { recursive: true, force: true });
});
