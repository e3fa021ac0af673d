// Measures collectives between the ranks that mpirun has started. `mpirun -n 4 node --import tsx scripts/scaling/rank.ts` prints
// a
// table for one number of ranks; scripts/scaling/measured.json contains those of several.
import { connect } from "../../src/distributed/index.ts";
import { measureOn } from "./measure.ts";

const communicator = await connect();
const measurements = await measureOn(communicator);
if (communicator.rank === 0) {
  console.log(JSON.stringify({ transport: communicator.transport, measurements }));
}
