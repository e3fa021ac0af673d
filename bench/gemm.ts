/**
 * How fast the autodiff is on one thread: `npx tsx bench/gemm.ts`.
 *
 * Matrix products at 1000^3 and at the shapes of the Adam paper's multilayer network (784-1000-1000-10,
 * batch 128), and one whole forward and backward pass of that network. Every figure is taken in
 * rounds that alternate with the others', after a warm-up that lets V8 optimize: the best says what
 * the code does, median and spread what else the machine was doing.
 */
import {
  createTape,
  dropout,
  gelu,
  linear,
  relu,
  softmaxCrossEntropy,
  type Tensor,
  tanh,
} from "../src/autodiff/index.ts";
import { createMatrixProduct } from "../src/autodiff/products/matrixProduct.ts";
import { runRangesOn } from "../src/autodiff/products/ranges.ts";
import { optimize, parameters, sgd } from "../src/index.ts";
import { Memory } from "../src/runtime/memory/memory.ts";

interface Measurement {
  readonly name: string;
  readonly run: () => void;
  /** Additions and multiplications in one run. */
  readonly operations?: number;
}

const rounds = 5;
const secondsEach = 0.3;

/** Uniform numbers of mean 0, seeded. */
function fill(array: Float32Array, deviation: number): void {
  let state = array.length;
  for (let i = 0; i < array.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    array[i] = (state / 2 ** 32 - 0.5) * Math.sqrt(12) * deviation;
  }
}

function measureProduct(
  memory: Memory,
  [rows, depth, columns]: readonly [number, number, number],
  kind: "NN" | "NT" | "TN" | "TT",
): Measurement {
  const product = createMatrixProduct(memory, runRangesOn(memory, undefined));
  const make = (size: number) => {
    const array = memory.view("float32", memory.allocate(size * 4), size);
    fill(array, 1);
    return array;
  };
  const [a, b, c] = [make(rows * depth), make(depth * columns), make(rows * columns)];
  const transposed = { transposeA: kind[0] === "T", transposeB: kind[1] === "T" };
  const shape = { rows, depth, columns, ...transposed };
  return {
    name: `${kind}  ${rows} x ${depth} x ${columns}`,
    run: () => product(a, b, c, shape),
    operations: 2 * rows * depth * columns,
  };
}

function measureNetwork(name: string, activation: (x: Tensor) => Tensor): Measurement {
  const net = parameters({
    ...{ w1: [784, 1000], b1: [1000], w2: [1000, 1000], b2: [1000], w3: [1000, 10], b3: [10] },
  });
  for (const weight of [net.w1, net.w2, net.w3]) {
    fill(weight.data, Math.sqrt(2 / weight.shape[0]!));
  }
  const tape = createTape(optimize(net, sgd()));
  const { w1, b1, w2, b2, w3, b3 } = tape.parameters;
  const x = tape.input([128, 784]);
  fill(x.data, 1);
  const hidden = activation(linear(activation(linear(x, w1, b1)), w2, b2));
  const labels = Uint8Array.from({ length: 128 }, (_, i) => i % 10);
  const loss = softmaxCrossEntropy(linear(hidden, w3, b3), labels);
  return { name, run: () => tape.backward(loss) };
}

function measureOnce(run: () => void, times: number[]): void {
  const end = performance.now() + secondsEach * 1000;
  do {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  } while (performance.now() < end);
}

function measureAll(measurements: readonly Measurement[]): void {
  const times = measurements.map(() => [] as number[]);
  for (let round = -1; round < rounds; round++) {
    measurements.forEach(({ run }, index) => {
      // The first round is the warm-up.
      measureOnce(run, round < 0 ? [] : times[index]!);
    });
  }
  measurements.forEach(({ name, operations }, index) => {
    const sorted = times[index]!.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
    const speed = operations === undefined ? "" : (operations / at(0) / 1e6).toFixed(1);
    const columns = [at(0), at(0.5), at(0.25), at(0.75)].map((ms) => ms.toFixed(2).padStart(9));
    console.log(name.padEnd(26) + speed.padStart(8) + columns.join(""));
  });
}

console.log(`${"".padEnd(26)}  GFLOPS  best ms   median      25 %     75 %`);
const memory = new Memory("growing", 2 ** 26);
const batch = 128;
measureAll([
  ...(["NN", "NT", "TN", "TT"] as const).map((kind) =>
    measureProduct(memory, [1000, 1000, 1000], kind),
  ),
  // Forward, the gradient of the weights, and that of the layer's input.
  measureProduct(memory, [batch, 784, 1000], "NN"),
  measureProduct(memory, [784, batch, 1000], "TN"),
  measureProduct(memory, [batch, 1000, 1000], "NN"),
  measureProduct(memory, [1000, batch, 1000], "TN"),
  measureProduct(memory, [batch, 1000, 1000], "NT"),
  measureProduct(memory, [batch, 1000, 10], "NN"),
  measureProduct(memory, [1000, batch, 10], "TN"),
  measureProduct(memory, [batch, 10, 1000], "NT"),
]);
console.log("\n784-1000-1000-10, batch 128, forward and backward");
measureAll([
  measureNetwork("ReLU", relu),
  measureNetwork("ReLU and dropout", (x) => dropout(relu(x), 0.5)),
  measureNetwork("GELU", (x) => gelu(x)),
  measureNetwork("tanh", tanh),
]);
