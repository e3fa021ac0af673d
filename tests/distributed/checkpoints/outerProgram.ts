/** A rank with `outer` that saves and loads checkpoints: `node program.mjs WHAT PATH TRAINING [REST]`. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "../../../src/checkpoint/crc32.ts";
import { checkpoints, loadCheckpoint, saveCheckpoint } from "../../../src/checkpoint/index.ts";
import { connect, outer } from "../../../src/distributed/index.ts";
import { adamw, nesterov, optimize, type ParameterSource, parameters } from "../../../src/index.ts";
import { mapped } from "../../../src/runtime/state/state.ts";
import { alone } from "../../support/ranksInTurn.ts";
import { call, makeRun, type Run, trainedCalls } from "./outerTraining.ts";

const [what = "", path = "", name = "", rest = ""] = process.argv.slice(2);
const communicator = await connect();
const { rank } = communicator;

/** The number of calls of `step`: two outer steps, and one call more. */
const calls = 7;

const fileOf = (number: number) => join(path, `call-${number}.safetensors`);

/** Writes this rank's result into its own file. */
const say = (words: unknown) => {
  const text = JSON.stringify(words, (_, value) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value,
  );
  writeFileSync(join(path, `${what}.${communicator.size}.${rank}.json`), text);
};

const lookAt = ({ net, optimizer }: Run) => ({
  net: Object.fromEntries(Object.entries(net).map(([name, { data }]) => [name, data.slice()])),
  state: optimizer.state(),
  shared: optimizer.evaluationWeights(),
});

function sleep(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

function messageOf(act: () => void): string {
  try {
    act();
    return "";
  } catch (error) {
    return String(error);
  }
}

const programs: Readonly<Record<string, () => void>> = {
  /** Saves before the first step, and after each. */
  save() {
    const run = makeRun(name, communicator);
    run.optimizer.begin();
    const seen: unknown[] = [];
    for (let number = 0; number <= calls; number++) {
      if (number > 0) call(name, run, number, rank);
      // The metadata of the first rank is saved.
      saveCheckpoint(fileOf(number), run.optimizer, { metadata: { rank } });
      seen.push(lookAt(run));
    }
    say(seen);
  },
  /** Resumes from each of them; reports the state after loading, and at the end. */
  resume() {
    const seen: unknown[] = [];
    for (let from = 0; from <= calls; from++) {
      const run = makeRun(name, communicator);
      const { differences, step } = loadCheckpoint(fileOf(from), run.optimizer);
      const loaded = lookAt(run);
      for (let number = from + 1; number <= calls; number++) call(name, run, number, rank);
      seen.push({ differences, step, loaded, end: lookAt(run) });
    }
    say(seen);
  },
  /** Resumes from a file that a single process saved without `outer`. */
  from() {
    const run = makeRun(name, communicator);
    const file = join(path, "alone.safetensors");
    const message = messageOf(() => loadCheckpoint(file, run.optimizer));
    loadCheckpoint(file, run.optimizer, { partial: true });
    say({ message, net: lookAt(run).net });
  },
  /** Without `outer`: all ranks average their gradients, and each keeps the whole state or a part of it. */
  onward() {
    const said = [true, false].map((shardState) => {
      const net = makeRun(name, communicator).net;
      const options = { communicator, shardState, checkEvery: 1 };
      const optimizer = optimize(net as ParameterSource, adamw(), options);
      const report = loadCheckpoint(fileOf(5), optimizer, { partial: true });
      const loaded = mapped(net, ({ data }) => data.slice());
      optimizer.step(mapped(net, ({ data }) => new Float32Array(data.length).fill(1 + rank)));
      return { differences: report.differences, loaded, net: mapped(net, ({ data }) => data) };
    });
    say(said);
  },
  /** Inner ranks average gradients, and there is only one group of them. */
  near() {
    const start = () => {
      const net = parameters({ w: [7, 33] });
      const inner = optimize(net, adamw(), { communicator });
      const rule = nesterov({ lr: 0.7, momentum: 0.9 });
      return { net, optimizer: outer(inner, { every: 2, rule, communicator: alone() }) };
    };
    const stepBy = ({ optimizer }: ReturnType<typeof start>, value: number) =>
      optimizer.step({ w: new Float32Array(7 * 33).fill(value + rank) });
    const whole = start();
    stepBy(whole, 1);
    const message = messageOf(() => saveCheckpoint(fileOf(0), whole.optimizer));
    stepBy(whole, 2);
    saveCheckpoint(fileOf(0), whole.optimizer);
    const resumed = start();
    loadCheckpoint(fileOf(0), resumed.optimizer);
    const ends = [whole, resumed].map((each) => {
      stepBy(each, 3);
      stepBy(each, 4);
      return { w: each.net.w.data, state: each.optimizer.state() };
    });
    say({ message, ends });
  },
  /** If only the second rank cannot save, no rank saves. */
  fails() {
    const run = makeRun(name, communicator);
    call(name, run, 1, rank);
    const metadata = rank === 1 ? { f: () => 0 } : {};
    const message = messageOf(() => saveCheckpoint(fileOf(1), run.optimizer, { metadata }));
    say({ message, names: readdirSync(path).filter((each) => each.endsWith("safetensors")) });
  },
  /** The second rank has different shared weights: changed by hand, before training. */
  drifted() {
    const run = makeRun(name, communicator);
    if (rank === 1) run.net["w"]!.data[5] = 9;
    const early = messageOf(() => saveCheckpoint(fileOf(0), run.optimizer));
    run.optimizer.begin();
    saveCheckpoint(fileOf(0), run.optimizer);
    for (let number = 1; number <= 3; number++) call(name, run, number, rank);
    if (rank === 1) run.net["w"]!.data[5] = 9;
    const late = messageOf(() => saveCheckpoint(fileOf(3), run.optimizer));
    say({ early, late, names: readdirSync(path).filter((each) => each.endsWith("safetensors")) });
  },
  /** Resumes, and saves after each call; from call REST on it waits to be killed. */
  train() {
    writeFileSync(join(path, `${communicator.size}.${rank}.pid`), String(process.pid));
    const run = makeRun(name, communicator);
    const folder = checkpoints(join(path, "run"), { keep: 2 });
    const from = Number(folder.resume(run.optimizer)?.metadata["calls"] ?? 0);
    for (let number = from + 1; number <= trainedCalls; number++) {
      call(name, run, number, rank);
      folder.save(run.optimizer, { metadata: { calls: number } });
      if (number - from === Number(rest)) sleep();
    }
    const { net, state } = lookAt(run);
    const sums = Object.values(net).map(({ buffer }) => crc32(new Uint8Array(buffer)));
    const shared = Object.values(state.nested["outer"]!.parameters).flatMap((slots) =>
      Object.values(slots).map(({ buffer }) => crc32(new Uint8Array(buffer))),
    );
    say({ from, steps: state.step, outerSteps: run.optimizer.outerSteps, sums, shared });
  },
  folder() {
    const run = makeRun(name, communicator);
    const folder = checkpoints(join(path, "run"), { keep: 2 });
    const resumed = folder.resume(run.optimizer);
    const from = Number(resumed?.metadata["calls"] ?? 0);
    for (let number = from + 1; number <= from + 4; number++) {
      call(name, run, number, rank);
      folder.save(run.optimizer, { metadata: { calls: number } });
    }
    const names = folder.list().map((each) => each.name);
    say({ from, damaged: resumed?.damaged.length ?? 0, steps: run.optimizer.steps, names });
  },
};

programs[what]!();
