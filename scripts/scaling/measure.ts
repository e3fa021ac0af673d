/** Times collectives, for a fit: all ranks run it. */
import type { Communicator } from "../../src/distributed/communicator.ts";
import { parameters } from "../../src/index.ts";
import type { Measurement } from "./fit.ts";
import { type Collective, collectives } from "./model.ts";

const kibibyte = 1024;
const sizes = [4, 16, 64, 256, 1024, 4096, 16_384].map((size) => size * kibibyte);

/** The number of calls of one size: about 50 MB in total, but at least 10 and at most 50. */
const callsOf = (bytes: number): number => Math.min(50, Math.max(10, Math.round(5e7 / bytes)));

function say(
  communicator: Communicator,
  collective: Collective,
  array: Float32Array,
): void | Promise<void> {
  const { size } = communicator;
  const bounds = Array.from({ length: size + 1 }, (_, i) => Math.floor((i * array.length) / size));
  switch (collective) {
    case "allReduce":
      return communicator.allReduce(array, "sum");
    case "reduceScatter":
      return communicator.reduceScatter(array, bounds, "sum");
    case "allGather":
      return communicator.allGather(array, bounds);
    case "broadcast":
      return communicator.broadcast(array, 0);
  }
}

/**
 * Takes the fastest of several calls on each rank, which other processes disturb least, and of the ranks the slowest.
 * @param communicator of two ranks or more
 */
export async function measureOn(communicator: Communicator): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const collective of collectives) {
    for (const bytes of sizes) {
      const array = parameters({ array: [bytes / 4] }).array.data;
      let fastest = Number.POSITIVE_INFINITY;
      for (let call = 0; call < callsOf(bytes); call++) {
        await communicator.barrier();
        const start = performance.now();
        await say(communicator, collective, array);
        fastest = Math.min(fastest, (performance.now() - start) / 1000);
      }
      const seconds = Float64Array.of(fastest);
      await communicator.allReduce(seconds, "max");
      measurements.push({ collective, ranks: communicator.size, bytes, seconds: seconds[0]! });
    }
  }
  return measurements;
}
