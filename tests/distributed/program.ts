/** A rank of a test: `node program.mjs WHAT FOLDER`. It writes its result into a file of the folder, named after its rank. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Communicator, connect } from "../../src/distributed/index.ts";
import { startMpi } from "../../src/distributed/mpi/mpi.ts";
import { MpiCommunicator } from "../../src/distributed/mpi/mpiCommunicator.ts";
import { runSuite } from "./suite.ts";

const [what = "", folder = ""] = process.argv.slice(2);

const say = (rank: number, words: unknown) =>
  writeFileSync(join(folder, `${rank}.json`), JSON.stringify(words));

/** So small that every algorithm is used and takes many steps. */
const smallLimits = { message: 4096, piece: 512, whole: 64 };
const smallSizes = { long: 1501, large: 3001 };

/** Adds arrays for ever. */
function talk(ranks: Communicator): never {
  const array = new Float32Array(1000);
  for (;;) ranks.allReduce(array, "sum");
}

const programs: Readonly<Record<string, (ranks: Communicator) => unknown>> = {
  async suite(ranks) {
    const { transport, size } = ranks;
    // 4 MB, if there are few ranks to create them.
    const sizes = size === 2 ? { long: 70_001, large: 1_000_003 } : undefined;
    say(ranks.rank, { transport, size, passed: await runSuite(ranks, sizes) });
  },
  async small(ranks) {
    const { name, mpi } = await startMpi();
    const small = new MpiCommunicator(name, mpi, smallLimits);
    say(ranks.rank, { passed: await runSuite(small, smallSizes) });
  },
  talk(ranks) {
    say(ranks.rank, { pid: process.pid });
    talk(ranks);
  },
  throws(ranks) {
    if (ranks.rank === 1) throw new Error("nothing works");
    talk(ranks);
  },
  aborts(ranks) {
    if (ranks.rank === 1) ranks.abort("nothing works");
    talk(ranks);
  },
  exits(ranks) {
    if (ranks.rank === 1) process.exit(3);
    talk(ranks);
  },
  leaves(ranks) {
    if (ranks.rank === 1) return;
    talk(ranks);
  },
  differs(ranks) {
    const array = new Float32Array(ranks.rank === 1 ? 5 : 4);
    ranks.allReduce(array, "sum");
  },
  trap(ranks) {
    // (module (memory 1) (func (export "read") (drop (i32.load (i32.const -8)))))
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1];
    const code = [7, 8, 1, 4, 114, 101, 97, 100, 0, 0, 10, 10, 1, 8, 0, 65, 120, 40, 2, 0, 26, 11];
    const module = new WebAssembly.Module(new Uint8Array([...bytes, ...code]));
    const { read } = new WebAssembly.Instance(module).exports;
    let message = "";
    try {
      (read as () => void)();
    } catch (error) {
      ({ message } = error as Error);
    }
    say(ranks.rank, { message });
  },
};

await programs[what]!(await connect());
