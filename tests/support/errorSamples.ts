/** Intentional mistakes: docs/errors.md quotes their errors, in this order. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tasks } from "../../cli/src/tasks/index.ts";
import { createTape, embedding, meanSquaredError } from "../../src/autodiff/index.ts";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import { inProcess } from "../../src/distributed/index.ts";
import { oneRank } from "../../src/distributed/oneRank.ts";
import {
  adam,
  chain,
  clipByNorm,
  cosine,
  defineOptimizer,
  ema,
  optimize,
  parameters,
  type RestoreOptions,
  sgd,
} from "../../src/index.ts";
import { minimize } from "../../src/minimize/index.ts";
import { readTorch } from "../../src/pytorch/index.ts";
import * as webgpu from "../../src/webgpu/index.ts";
import { openGpu } from "../webgpu/adapter.ts";
import { breakWorkers } from "./brokenWorkers.ts";
import { name, short, withPickle } from "./pickles.ts";

type Mistake = () => unknown;

const w = () => ({ w: new Float32Array(8) });

function withoutWebAssembly(): void {
  const { Module } = WebAssembly;
  WebAssembly.Module = class {
    constructor() {
      throw new Error("code generation is disallowed");
    }
  } as unknown as typeof WebAssembly.Module;
  try {
    // A program that was not compiled before.
    optimize(w(), defineOptimizer({ name: "own", hyper: { lr: 0.12345 }, rule: "u = g" })());
  } finally {
    WebAssembly.Module = Module;
  }
}

const rule = (text: string) => defineOptimizer({ name: "mine", hyper: { lr: 0.1 }, rule: text });

function gradientWithNaN(): void {
  const optimizer = optimize(w(), sgd());
  optimizer.gradients.w.fill(0);
  optimizer.step();
  optimizer.step();
  optimizer.gradients.w[5] = Number.NaN;
  optimizer.step();
}

function stepInEvaluation(): void {
  const optimizer = optimize(w(), chain(sgd(), ema(0.9)));
  optimizer.evaluate(() => optimizer.step());
}

function stateOfAnother(): void {
  const state = optimize({ w: new Float32Array(2) }, adam()).state();
  optimize({ w: new Float32Array(3) }, adam()).restore(state);
}

/** Restores a state of float64 in float32. */
function stateOfAnotherType(options: RestoreOptions): void {
  const wide = optimize({ w: new Float64Array(2) }, adam());
  wide.stateViews().parameters["w"]!["adam.v"]![0] = 1e300;
  optimize({ w: new Float32Array(2) }, adam()).restore(wide.state(), options);
}

function afterDispose(): void {
  const optimizer = optimize(w(), sgd());
  optimizer.dispose();
  optimizer.step();
}

async function lostThread(): Promise<void> {
  const repair = breakWorkers('throw new RangeError("out of memory")');
  try {
    using optimizer = optimize(parameters({ w: [1_000_000] }), adam(), { threads: 2 });
    optimizer.gradients.w.fill(1);
    // Until the thread has started.
    for (;;) {
      optimizer.step();
      await sleep(5);
    }
  } finally {
    repair();
  }
}

function wrongIndex(): void {
  const tape = createTape(optimize(parameters({ table: [5, 2] }), sgd()));
  const rows = embedding(Int32Array.of(1, 9), tape.parameters.table);
  tape.backward(meanSquaredError(rows, tape.input([2, 2])));
}

function damagedFile(): void {
  const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
  const path = join(folder, "run.safetensors");
  try {
    const optimizer = optimize(w(), sgd());
    saveCheckpoint(path, optimizer);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    loadCheckpoint(path, optimizer);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function wrongSetting(): Promise<void> {
  const create = await tasks["fashion-mlp"].load();
  create({
    seed: 1,
    batch: 1,
    settings: { ...tasks["fashion-mlp"].defaults.settings, dropout: 2 },
  });
}

/** The gradient's buffer is destroyed before the step. */
async function refusedStep(): Promise<void> {
  const device = await webgpu.requestDevice({ gpu: await openGpu() });
  device.onuncapturederror = (event) => event.preventDefault();
  const net = webgpu.parameters(device, { w: [2] });
  const optimizer = await webgpu.optimize(device, net, sgd());
  const mine = device.createBuffer({ label: "mine", size: 8, usage: 0x4 });
  mine.destroy();
  optimizer.step({ w: { buffer: mine } });
  await optimizer.report();
}

/** A parameter of rank 2 differs from those of the others. */
const drifted = (): Promise<unknown> =>
  Promise.all(
    inProcess(3).map(async (communicator, rank) => {
      const net = parameters({ w: [2] });
      const optimizer = optimize(net, sgd(), { communicator, checkEvery: 1 });
      await optimizer.stepAsync({ w: [1, 2] });
      net.w.data[0]! += Number(rank === 2);
      await optimizer.stepAsync({ w: [1, 2] });
    }),
  );

const tooMuch = `a = g\n${"a = a * norm(a)\n".repeat(150)}u = a`;

/** By class, one for each row of the page. */
export const mistakes: readonly (readonly [kind: string, mistake: Mistake])[] = [
  ["BindingError", () => optimize(w(), adam as never)],
  ["BindingError", () => optimize(w(), chain(adam(), clipByNorm()))],
  ["BindingError", withoutWebAssembly],
  ["HyperparameterError", () => adam({ beta1: 1 })],
  ["ScheduleError", () => cosine({ initial: 0.1 } as never)],
  ["RuleError", () => rule("u = beta * g")],
  ["RuleError", () => optimize(w(), rule(tooMuch)())],
  ["GradientError", gradientWithNaN],
  ["EvaluationError", stepInEvaluation],
  ["RestoreError", stateOfAnother],
  ["RestoreError", () => stateOfAnotherType({})],
  ["RestoreError", () => stateOfAnotherType({ convert: true })],
  ["DisposedError", afterDispose],
  ["OutOfMemoryError", () => parameters({ w: [2 ** 30] })],
  ["ThreadError", lostThread],
  ["AutodiffError", wrongIndex],
  ["CheckpointError", damagedFile],
  ["MinimizeError", () => minimize(([x]) => x! ** 2, [1], { maxIteration: 9 } as never)],
  ["TorchFileError", () => readTorch(withPickle(...name("os", "system"), ...short("ls")))],
  ["CommunicatorError", () => oneRank().broadcast(new Float32Array(1), 1)],
  ["RankError", drifted],
  ["DataError", () => tasks["fashion-mlp"].load("/data")],
  ["SettingError", wrongSetting],
  ["DeviceError", () => webgpu.requestDevice()],
  ["DeviceError", refusedStep],
];

/** The error of a mistake, whenever it is thrown. */
export async function thrownBy(mistake: Mistake): Promise<unknown> {
  try {
    await mistake();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
