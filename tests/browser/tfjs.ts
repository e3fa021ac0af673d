/** The page for TensorFlow.js on WebGL, trained with its own Adam and with Gradus'. */
import "@tensorflow/tfjs-backend-webgl";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { adam, chain, ema } from "../../src/index.ts";
import { GradusOptimizer } from "../../src/tfjs/index.ts";

const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(12.9898 * (index + 1) + seed));

function model(optimizer: tf.Optimizer): layers.LayersModel {
  const start = (seed: number) => layers.initializers.randomNormal({ seed, stddev: 0.3 });
  const made = layers.sequential({
    layers: [
      layers.layers.conv2d({
        ...{ inputShape: [6, 6, 1], filters: 3, kernelSize: 3, activation: "relu" },
        kernelInitializer: start(5),
      }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 2, kernelInitializer: start(6) }),
    ],
  });
  made.compile({ optimizer, loss: "meanSquaredError" });
  return made;
}

/** The results for the test to check. */
export async function trainOnWebgl() {
  await tf.setBackend("webgl");
  await tf.ready();
  const x = tf.tensor4d(numbers(20 * 36, 8), [20, 6, 6, 1]);
  const y = tf.tensor2d(numbers(40, 9), [20, 2]);
  const learn = async (of: layers.LayersModel, epochs: number): Promise<number[]> => {
    const options = { epochs, batchSize: 5, shuffle: false, verbose: 0 } as const;
    return (await of.fit(x, y, options)).history["loss"] as number[];
  };
  const theirs = await learn(model(tf.train.adam(0.01)), 10);
  const rule = chain(adam({ lr: 0.01, eps: tf.backend().epsilon() }), ema(0.9));
  const ours = model(new GradusOptimizer(rule as never));
  const seen = await learn(ours, 10);
  let kept: tf.io.ModelArtifacts | undefined;
  const save = tf.io.withSaveHandler(async (artifacts) => {
    kept = artifacts;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  });
  await ours.save(save, { includeOptimizer: true });
  const loaded = await layers.loadLayersModel(tf.io.fromMemory(kept!));
  const [without, after] = [await learn(ours, 3), await learn(loaded, 3)];
  const { numTensors } = tf.memory();
  await learn(ours, 5);
  return {
    backend: tf.getBackend(),
    ...{ theirs, seen, without, after },
    more: tf.memory().numTensors - numTensors,
  };
}
