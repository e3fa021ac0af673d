/**
 * A rank that trains with every rule: `node program.mjs FOLDER`. It writes differences from one process to a file in the folder.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../../../src/distributed/index.ts";
import { allRules, caseNames, differenceOnRank } from "./everyRule.ts";

const communicator = await connect();
const differences: Record<string, string> = {};
let tried = 0;
for (const [rule, makeRule] of allRules) {
  for (const name of caseNames) {
    const found = await differenceOnRank(communicator, name, makeRule);
    if (found !== undefined) differences[`${rule}, ${name}`] = found;
    tried++;
  }
}
writeFileSync(
  join(process.argv[2]!, `${communicator.rank}.json`),
  JSON.stringify({ tried, differences }),
);
