// Trains a network of jax-js with an optimizer of Gradus, to classify the points of two interleaved spirals.
import { init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { adamw, chain, clipByGlobalNorm, ema, warmupCosine } from "gradus";
import { gradus } from "gradus/jax-js";

type Layer = { w: np.Array; b: np.Array };

/** Trains, and returns the accuracy of the averaged weights, from 0 to 1. */
export async function train(device: "wasm" | "webgpu" = "wasm", steps = 1000): Promise<number> {
  await init(device);
  const [points, sizes] = [400, [2, 32, 32, 2]] as const;
  let seed = 1;
  const random = () => ((seed = (16807 * seed) % 2147483647) / 2147483647) * 2 - 1;
  const array = (shape: number[], at: (index: number) => number) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return np.array(
      Float32Array.from({ length }, (_, i) => at(i)),
      { shape, device },
    );
  };

  const angle = (i: number) => (3 * Math.PI * i) / points + Math.PI * (i % 2);
  const x = array([points, 2], (j) => {
    const i = j >> 1;
    return (i / points) * (j % 2 === 0 ? Math.cos(angle(i)) : Math.sin(angle(i)));
  });
  const target = array([points, 2], (j) => ((j >> 1) % 2 === j % 2 ? 1 : 0));

  const logits = (layers: Layer[], x: np.Array): np.Array =>
    layers.reduce((input, { w, b }, i) => np.dot(i === 0 ? input : np.tanh(input), w).add(b), x);
  const lossOf = (layers: Layer[], x: np.Array, target: np.Array): np.Array =>
    nn
      .logSoftmax(logits(layers, x), -1)
      .mul(target)
      .sum()
      .mul(-1 / points);
  const gradient = jit(valueAndGrad(lossOf));

  let layers: Layer[] = sizes.slice(1).map((outputs, i) => ({
    w: array([sizes[i]!, outputs], () => random() * Math.sqrt(3 / sizes[i]!)),
    b: array([outputs], () => 0),
  }));
  const lr = warmupCosine({ peak: 0.02, warmup: 50, steps });
  const optimizer = gradus(chain(clipByGlobalNorm(1), adamw({ lr }), ema({ decay: 0.98 })), {
    groups: [{ match: /\.b$/, weightDecay: 0 }],
  });
  let state = await optimizer.initAsync(tree.ref(layers));

  for (let step = 1; step <= steps; step++) {
    const [loss, gradients] = gradient(tree.ref(layers), x.ref, target.ref);
    [layers, state] = optimizer.step(gradients, state, layers);
    const value = (await loss.data())[0]!;
    if (step % 200 === 0) console.log(`step ${step}: loss ${value.toFixed(4)}`);
  }
  const guessed = np.argmax(logits(state.evaluationParameters(), x), 1);
  const right = (await guessed.data()).filter((label, i) => label === i % 2).length;
  return right / points;
}
