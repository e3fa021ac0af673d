// Saves a model of TensorFlow.js with its optimizer, loads it, and continues training with the same losses as without a stop.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as layers from "@tensorflow/tfjs-layers";
import { adamw, chain, clipByGlobalNorm, warmupCosine } from "gradus";
import { GradusOptimizer } from "gradus/tfjs";

await tf.setBackend("cpu");
const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(12.9898 * (index + seed)));
const xs = tf.tensor2d(numbers(400, 1), [100, 4]);
const ys = tf.tidy(() => tf.sum(tf.square(xs), 1, true));

const start = layers.initializers.glorotUniform({ seed: 1 });
const model = layers.sequential({
  layers: [
    layers.layers.dense({
      ...{ inputShape: [4], units: 16, activation: "tanh", kernelInitializer: start },
    }),
    layers.layers.dense({ units: 1, kernelInitializer: start }),
  ],
});
const lr = warmupCosine({ peak: 0.05, warmup: 10, steps: 100 });
const optimizer = new GradusOptimizer(chain(clipByGlobalNorm(1), adamw({ lr })));
model.compile({ optimizer, loss: "meanSquaredError" });

/** Trains for some epochs. @returns the last loss */
const train = async (of: layers.LayersModel): Promise<number> => {
  const { history } = await of.fit(xs, ys, { epochs: 10, shuffle: false, verbose: 0 });
  return (history["loss"] as number[]).at(-1)!;
};

await train(model);
// In a page, save to "indexeddb://model" or "localstorage://model"; with tfjs-node, to "file://model".
let saved: tf.io.ModelArtifacts | undefined;
await model.save(
  tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  }),
  { includeOptimizer: true },
);
const loaded = await layers.loadLayersModel(tf.io.fromMemory(saved!));

const [without, after] = [await train(model), await train(loaded)];
console.log(`without a stop ${without}, saved and loaded ${after}`);
if (without !== after) {
  throw new Error("they differ");
}
