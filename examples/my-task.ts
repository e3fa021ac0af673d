/**
 * A task of your own, for the command: `gradus compare ./examples/my-task.ts`.
 *
 * A network of 32 tanh units learns sin(5x) from points with noise.
 */
import { parameters } from "gradus";
import { createTape, linear, meanSquaredError, type Tensor, tanh } from "gradus/autodiff";
import { createRandom, createTraining, type Task } from "gradus/tasks";

/** Fills x and y with points of the curve. */
function drawPoints(x: Tensor, y: Tensor, noise: number, seed: number, step: number): void {
  const random = createRandom(seed, step);
  for (let i = 0; i < x.data.length; i++) {
    x.data[i] = 2 * random.uniform() - 1;
    y.data[i] = Math.sin(5 * x.data[i]!) + noise * random.normal();
  }
}

const task: Task = {
  name: "sine",
  title: "A sine, from points with noise",
  summary: "The value of sin(5x) for an x from -1 to 1, by a network of 32 tanh units.",
  lossName: "squared error",
  metricName: "error without noise",
  defaults: { steps: 500, batch: 64, settings: {} },
  tuned: { sgd: 0.1, adam: 0.1 },
  async load() {
    return ({ seed, batch }) => {
      const net = parameters({ w1: [1, 32], b1: [32], w2: [32, 1], b2: [1] });
      const random = createRandom(seed);
      for (const { data, shape } of [net.w1, net.w2]) {
        for (let i = 0; i < data.length; i++) data[i] = random.normal() / Math.sqrt(shape[0]!);
      }
      return createTraining(net, (optimizer) => {
        const tape = createTape(optimizer);
        const { w1, b1, w2, b2 } = tape.parameters;
        const network = (x: Tensor) => linear(tanh(linear(x, w1, b1)), w2, b2);
        const [x, y] = [tape.input([batch, 1]), tape.input([batch, 1])];
        const [testX, testY] = [tape.input([1000, 1]), tape.input([1000, 1])];
        const loss = meanSquaredError(network(x), y);
        const error = meanSquaredError(network(testX), testY);
        drawPoints(testX, testY, 0, seed, 2 ** 40);
        return {
          gradients(step) {
            drawPoints(x, y, 0.1, seed, step);
            return tape.backward(loss);
          },
          evaluate: () => tape.forward(error)[0]!,
        };
      });
    };
  },
};

export default task;
