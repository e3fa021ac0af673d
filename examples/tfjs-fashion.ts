// Trains a convolutional network of TensorFlow.js on Fashion-MNIST, with AdamW, clipping and a warm-up.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as layers from "@tensorflow/tfjs-layers";
import { adamw, chain, clipByGlobalNorm, ema, warmupCosine } from "gradus";
import { GradusOptimizer } from "gradus/tfjs";

const { conv2d, dense, flatten, maxPooling2d } = layers.layers;
const [count, tested, batchSize, epochs] = [1200, 400, 50, 2];

/** The elements of a file of the data set, without its header. */
const bytesOf = (name: string, header: number): Uint8Array => {
  const file = new URL(`../cli/data/fashion-mnist/${name}.gz`, import.meta.url);
  return gunzipSync(readFileSync(file)).subarray(header);
};

const half = (name: string, images: number) => {
  const grey = bytesOf(`${name}-images-idx3-ubyte`, 16).subarray(0, images * 784);
  const classes = bytesOf(`${name}-labels-idx1-ubyte`, 8).subarray(0, images);
  return {
    xs: tf.tensor4d(
      Float32Array.from(grey, (value) => value / 255),
      [images, 28, 28, 1],
    ),
    ys: tf.tensor1d(Float32Array.from(classes)),
  };
};

await tf.setBackend("cpu");
const [train, test] = [half("train", count), half("t10k", tested)];
const start = (seed: number) => layers.initializers.heNormal({ seed });
const model = layers.sequential({
  layers: [
    conv2d({
      ...{ inputShape: [28, 28, 1], filters: 6, kernelSize: 5, strides: 2, activation: "relu" },
      kernelInitializer: start(1),
    }),
    maxPooling2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 10, activation: "softmax", kernelInitializer: start(2) }),
  ],
});

const lr = warmupCosine({ peak: 0.01, warmup: 8, steps: (epochs * count) / batchSize });
const optimizer = new GradusOptimizer(chain(clipByGlobalNorm(1), adamw({ lr }), ema(0.9)));
model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });

const { history } = await model.fit(train.xs, train.ys, { epochs, batchSize, verbose: 0 });
const [, accuracy] = optimizer.evaluate(() => model.evaluate(test.xs, test.ys)) as tf.Scalar[];
console.log(`loss ${(history["loss"] as number[]).map((loss) => loss.toFixed(3)).join(", ")}`);
console.log(`accuracy of the averaged weights ${accuracy!.dataSync()[0]!.toFixed(3)}`);
