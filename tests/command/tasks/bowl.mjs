/**
 * A noisy bowl: 8 numbers that should become 1, each with its own curvature. Each step waits for `pause`
 * milliseconds; `failAt` is a step that throws; `chatter` prints to standard output.
 */
const WIDTH = 8;

/**
 * @param {number} seed
 * @param {number} index
 */
function noise(seed, index) {
  const value = Math.sin(seed * 12.9898 + index * 78.233) * 43_758.5453;
  return value - Math.floor(value) - 0.5;
}

/** @param {number} milliseconds */
function wait(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** @type {import("../../../src/tasks/task.ts").Task} */
const bowl = {
  name: "bowl",
  title: "A noisy bowl",
  summary: "Eight numbers that should be one.",
  lossName: "squared distance",
  metricName: "distance",
  defaults: { steps: 200, batch: 4, settings: { pause: 0, failAt: 0, chatter: false } },
  tuned: { sgd: 0.1, adam: 0.1, adagrad: 0.3 },
  async load(data) {
    if (data !== undefined) throw new Error(`${data}: this task takes no data`);
    return ({ seed, batch, settings }) => {
      const w = Float32Array.from({ length: WIDTH }, (_, i) => noise(seed, i));
      /** @type {Record<string, Float32Array | Float64Array>} */
      let gradients;
      return {
        parameters: { w },
        attach(optimizer) {
          gradients = optimizer.gradients;
        },
        gradients(step) {
          if (step === settings["failAt"]) throw new Error("the bowl broke");
          if (settings["chatter"]) console.log("chatter");
          wait(Number(settings["pause"]));
          let loss = 0;
          for (let i = 0; i < WIDTH; i++) {
            const distance = Number(w[i]) - 1 + noise(seed, step * WIDTH + i) / batch;
            loss += (distance * distance * (i + 1)) / WIDTH;
            gradients["w"]?.set([(2 * distance * (i + 1)) / WIDTH], i);
          }
          return loss;
        },
        evaluate: () => Math.hypot(...w.map((value) => value - 1)),
      };
    };
  },
};

export default bowl;
