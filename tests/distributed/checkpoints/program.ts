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

/** Writes this rank's result into its own file. */
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
  /** Makes three steps, and saves a checkpoint. */
  save() {
    trainTo(3, optimizer);
    // The metadata of the first rank is saved.
    saveCheckpoint(join(path, "three.safetensors"), optimizer, { metadata: { rank } });
  },
  /** Resumes, and saves at once, and again after as many steps more. */
  resume() {
    loadCheckpoint(join(path, "three.safetensors"), optimizer);
    saveCheckpoint(join(path, "again.safetensors"), optimizer);
    trainTo(6, optimizer);
    saveCheckpoint(join(path, "six.safetensors"), optimizer);
  },
  /** If only the second rank cannot save, no rank saves. */
  fails() {
    const file = join(path, "three.safetensors");
    const metadata = rank === 1 ? { f: () => 0 } : {};
    const message = messageOf(() => saveCheckpoint(file, optimizer, { metadata }));
    // Afterwards all ranks can save.
    trainTo(1, optimizer);
    saveCheckpoint(join(path, "one.safetensors"), optimizer);
    say({ message, names: readdirSync(path).sort() });
  },
  /** The second rank has different weights, which no step has compared yet. */
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
