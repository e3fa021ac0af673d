/** What another realm has made is taken for what it is: in a frame, in a context of `node:vm`, in a test runner each class is another. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../src/checkpoint/index.ts";
import {
  adam,
  chain,
  ema,
  GradientError,
  galore,
  optimize,
  parameters,
  sam,
  sgd,
  sparse,
} from "../src/index.ts";
import { readTorch, type TorchValue, tensorOf, writeTorch } from "../src/pytorch/index.ts";

const realm: typeof globalThis = runInNewContext("globalThis");
const floats = (...numbers: number[]): Float32Array => new realm.Float32Array(numbers);

it("arrays are saved and gone on with", () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-realms-"));
  try {
    const [file, net] = [join(folder, "run"), { w: floats(1, 2, 3) }];
    expect(net.w).not.toBeInstanceOf(Float32Array);
    using optimizer = optimize(net, adam());
    optimizer.step({ w: floats(1, 1, 1) });
    saveCheckpoint(file, optimizer);
    const saved = Array.from(net.w);
    optimizer.step({ w: floats(1, 1, 1) });
    expect(loadCheckpoint(file, optimizer).step).toBe(1);
    expect(Array.from(net.w)).toEqual(saved);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("arrays of a state are restored", () => {
  const net = parameters({ w: [2] });
  using optimizer = optimize(net, adam());
  optimizer.step({ w: [1, 2] });
  const state = optimizer.state();
  const elsewhere = Object.entries(state.parameters["w"]!).map(([slot, array]) => [
    slot,
    floats(...(array as Float32Array)),
  ]);
  const parametersThere = { w: Object.fromEntries(elsewhere) };
  expect(optimizer.restore({ ...state, parameters: parametersThere }).restored).toEqual(["w"]);
});

it("matrices are stepped in few directions", () => {
  const make = () => ({ w: { data: floats(1, 2, 3, 4, 5, 6), shape: [2, 3] } });
  const own = parameters({ w: [2, 3] });
  own.w.data.set([1, 2, 3, 4, 5, 6]);
  const [there, here] = [make(), own];
  for (const net of [there, here]) {
    using optimizer = galore(net, adam(), { rank: 1 });
    optimizer.step({ w: floats(6, 5, 4, 3, 2, 2) });
  }
  expect(Array.from(there.w.data)).toEqual(Array.from(here.w.data));
});

it("whole numbers of 64 bits are refused by name", () => {
  using optimizer = optimize(parameters({ w: [2, 1] }), sgd());
  const big = new realm.BigInt64Array(2) as never;
  expect(() => optimizer.step({ w: big })).toThrow(GradientError);
  expect(() => optimizer.step({ w: sparse([0, 1], big) })).toThrow(GradientError);
});

it("patterns choose parameters", () => {
  const match = runInNewContext("/^b/");
  const net = parameters({ w: [1], b: [1] });
  using optimizer = optimize(net, sgd({ lr: 1 }), { groups: [{ match, lr: 2 }] });
  optimizer.step({ w: [1], b: [1] });
  expect([net.w.data[0], net.b.data[0]]).toEqual([-1, -2]);
});

it("promises are waited for", async () => {
  const net = parameters({ w: [1] });
  using optimizer = optimize(net, chain(sgd({ lr: 1 }), ema(0.5)));
  optimizer.step({ w: [1] });
  optimizer.step({ w: [1] });
  let settle = (): void => undefined;
  const promise: Promise<void> = new realm.Promise((resolve) => {
    settle = resolve;
  });
  const evaluated = optimizer.evaluate(() => promise);
  expect(net.w.data[0]).not.toBe(-2);
  settle();
  await evaluated;
  expect(net.w.data[0]).toBe(-2);
  const step = sam(optimizer, { rho: 0.1 }).step(() => {
    optimizer.gradients.w.fill(1);
    return realm.Promise.resolve();
  });
  expect((await step).step).toBe(3);
});

it("bytes, dicts and tensors are PyTorch's", () => {
  const dict = new realm.Map<string, TorchValue>([["w", tensorOf(floats(1, 2))]]);
  const bytes = writeTorch(dict);
  const there = new realm.Uint8Array(bytes);
  for (const file of [there, there.buffer]) {
    expect([...(readTorch(file) as Map<string, unknown>).keys()]).toEqual(["w"]);
  }
});
