/** Seconds of the communicator's operations: the same as collectives.c, in its words. */
import { type Communicator, mpi } from "../../src/distributed/index.ts";
import { parameters } from "../../src/index.ts";

const start = (i: number, rank: number): number => (i * 7 + rank * 13) % 1009;

interface Asked {
  readonly operation: string;
  readonly bytes: number;
  readonly times: number;
}

/** @returns seconds for one, and the sum of what the first one left on all ranks */
function measure(ranks: Communicator, { operation, bytes, times }: Asked): readonly number[] {
  const length = bytes / 4;
  const bounds = Array.from({ length: ranks.size + 1 }, (_, rank) =>
    Math.floor((length * rank) / ranks.size),
  );
  // In the shared memory that parameters and gradients have.
  const array = parameters({ array: [length] }).array.data;
  for (let i = 0; i < length; i++) array[i] = start(i, ranks.rank);
  const once = () =>
    operation === "reduceScatter"
      ? ranks.reduceScatter(array, bounds, "sum")
      : ranks.allReduce(array, "sum");
  once();
  const sum = array.subarray(bounds[ranks.rank], bounds[ranks.rank + 1]).reduce((a, b) => a + b, 0);
  // The engine compiles what is called often.
  for (let turn = 1; turn < times; turn++) once();
  ranks.barrier();
  const from = performance.now();
  for (let turn = 0; turn < times; turn++) once();
  const seconds = new Float64Array([(performance.now() - from) / 1000 / times]);
  const total = new Float64Array([sum]);
  ranks.allReduce(seconds, "max");
  ranks.allReduce(total, "sum");
  return [seconds[0]!, total[0]!];
}

const ranks = await mpi();
for (const word of process.argv.slice(2)) {
  const [operation = "", bytes, times] = word.split(":");
  const asked = { operation, bytes: Number(bytes), times: Number(times) };
  const [seconds, sum] = measure(ranks, asked);
  if (ranks.rank === 0) console.log(`${operation} ${bytes} ${seconds!.toExponential(9)} ${sum}`);
}
