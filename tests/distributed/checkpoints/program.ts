/** A rank that saves or loads a checkpoint: `node program.mjs WHAT PATH TRAINING SHARDED`. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkpoints, loadCheckpoint, saveCheckpoint } from "../../../src/checkpoint/index.ts";
import { connect } from "../../../src/distributed/index.ts";
import { optimize } from "../../../src/index.ts";
import { netOf, trainings, trainTo } from "./training.ts";

const [what = "", path = "", name = "", sharded = ""] = process.argv.slice(2);
const communicator = await connect();
const { rank } = communicator;
const { rule, options } = trainings[name]!;
const net = netOf();
const optimizer = optimize(net, rule(), {
  ...options,
  ...{ communicator, shardState: sharded === "sharded", threads: 1 },
});

/** What this rank finds, in a file of its own. */
const say = (words: unknown) => writeFileSync(`${path}.${rank}.json`, JSON.stringify(words));

function messageOf(act: () => void): string {
  try {
    act();
    return "";
  } catch (error) {
    return String(error);
  }
}

const programs: Readonly<Record<string, () => void>> = {
  /** Three steps, and a checkpoint. */
  save() {
    trainTo(3, optimizer);
    // The notes are those of the first rank.
    saveCheckpoint(join(path, "three.safetensors"), optimizer, { metadata: { rank } });
  },
  /** Goes on, and saves as it was loaded, and after as many steps more. */
  resume() {
    loadCheckpoint(join(path, "three.safetensors"), optimizer);
    saveCheckpoint(join(path, "again.safetensors"), optimizer);
    trainTo(6, optimizer);
    saveCheckpoint(join(path, "six.safetensors"), optimizer);
  },
  /** What only the second rank cannot save, none does. */
  fails() {
    const file = join(path, "three.safetensors");
    const metadata = rank === 1 ? { f: () => 0 } : {};
    const message = messageOf(() => saveCheckpoint(file, optimizer, { metadata }));
    // And then all can.
    trainTo(1, optimizer);
    saveCheckpoint(join(path, "one.safetensors"), optimizer);
    say({ message, names: readdirSync(path).sort() });
  },
  /** The second rank has other weights, which no step has compared yet. */
  drifted() {
    trainTo(3, optimizer);
    if (rank === 1) net["w"]!.data[5] = 9;
    const file = join(path, "three.safetensors");
    say({ message: messageOf(() => saveCheckpoint(file, optimizer)), names: readdirSync(path) });
  },
  misfit() {
    say({ message: messageOf(() => loadCheckpoint(join(path, "other.safetensors"), optimizer)) });
  },
  folder() {
    const folder = checkpoints(join(path, "run"), { keep: 2 });
    const resumed = folder.resume(optimizer);
    const from = optimizer.steps;
    for (const step of [1, 2, 3]) {
      trainTo(from + step, optimizer);
      folder.save(optimizer);
    }
    say({
      from,
      damaged: resumed?.damaged.length ?? 0,
      steps: folder.list().map((each) => each.step),
    });
  },
};

programs[what]!();
