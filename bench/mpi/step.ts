/** What a data-parallel training step takes beside what it is made of: the same step alone, and its sums between ranks. */
import { createTape, linear, relu, softmaxCrossEntropy } from "../../src/autodiff/index.ts";
import { type Communicator, mpi } from "../../src/distributed/index.ts";
import { adam, optimize, parameters } from "../../src/index.ts";
import { he } from "../../src/init/index.ts";

const [rounds, steps] = [Number(process.argv[2]), 10];
const batch = 128;

/** The Adam paper's network: 1.8 million numbers. @returns what makes a step */
function training(communicator?: Communicator): () => void {
  const net = parameters({
    ...{ w1: he([784, 1000]), b1: [1000] },
    ...{ w2: he([1000, 1000]), b2: [1000] },
    ...{ w3: he([1000, 10]), b3: [10] },
  });
  const optimizer = optimize(net, adam(), { threads: 1, ...(communicator && { communicator }) });
  const tape = createTape(optimizer);
  const { w1, b1, w2, b2, w3, b3 } = tape.parameters;
  const x = tape.input([batch, 784]);
  x.data.forEach((_, i) => void (x.data[i] = ((i * 7) % 1009) / 1009));
  const labels = Uint8Array.from({ length: batch }, (_, i) => i % 10);
  const hidden = relu(linear(relu(linear(x, w1, b1)), w2, b2));
  const loss = softmaxCrossEntropy(linear(hidden, w3, b3), labels);
  return () => {
    tape.backward(loss);
    optimizer.step();
  };
}

/** A run of one rank: what it does at a step is what each of several does beside speaking. */
const nothing = () => undefined;
const silent: Communicator = {
  ...{ transport: "none", rank: 0, size: 1, synchronous: true },
  ...{ allReduce: nothing, reduceScatter: nothing, allGather: nothing },
  ...{ broadcast: nothing, barrier: nothing, abort: nothing, [Symbol.dispose]: nothing },
};

/** Milliseconds of the processor for one of so many: no other process on the machine adds to them. */
function processorTime(part: () => void): number {
  const start = process.cpuUsage();
  for (let step = 0; step < steps; step++) part();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / steps;
}

const ranks = await mpi();
const gradients = parameters({ all: [784_000 + 1_000_000 + 10_000 + 2010] }).all.data;
const alone = training();
const unspoken = training(silent);
const parts = [alone, () => ranks.allReduce(gradients, "sum"), training(ranks)];
for (let round = -1; round < rounds; round++) {
  const milliseconds = parts.map((part) => {
    ranks.barrier();
    const start = performance.now();
    for (let step = 0; step < steps; step++) part();
    const own = Float64Array.of((performance.now() - start) / steps);
    ranks.allReduce(own, "max");
    return own[0]!;
  });
  const own = processorTime(unspoken) - processorTime(alone);
  // The first round is the warm-up.
  if (ranks.rank === 0 && round >= 0) console.log([...milliseconds, own].join(" "));
}
