/** A process that resumes the saved runs of another one, for every rule. node --import tsx resumeElsewhere.ts FOLDER */
import { join } from "node:path";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import { END, rules, STOP, there } from "./everyRule.ts";
import { bind, netOf, train } from "./resuming.ts";

const [, , folder] = process.argv;
for (const [index, [, makeRule]] of rules.entries()) {
  const net = netOf(there);
  using optimizer = bind(net, makeRule(), there);
  loadCheckpoint(join(folder!, `${index}.safetensors`), optimizer);
  train(optimizer, net, STOP, END);
  saveCheckpoint(join(folder!, `${index}-end.safetensors`), optimizer);
}
