/**
 * Parameters in 16 bits in files: every exported optimizer and transform, saved and gone on with by another compiler, is bit for bit a
 * run that did not stop.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  checkpointBlob,
  loadCheckpoint,
  loadCheckpointBlob,
  readCheckpoint,
  saveCheckpoint,
} from "../../src/checkpoint/index.ts";
import {
  adam,
  bfloat16,
  defineStorage,
  float16,
  optimize,
  parameters,
  type Storage,
} from "../../src/index.ts";
import { rules, there } from "../support/everyRule.ts";
import { goneOn, headerOf, shapes, stepped } from "../support/goneOn.ts";
import { bind, bitsOf, netOf, train } from "../support/resuming.ts";
import { in16Bits, ownStorage } from "../support/storages.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-narrow-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const [STOP, END] = [3, 5];

describe.each(in16Bits.map((type) => [type.name, type] as const))("%s", (_, type) => {
  it.each(rules)("%s goes on", (_, makeRule) => {
    const [whole, resumed] = goneOn(join(folder, "run.safetensors"), makeRule, { type }, there);
    expect(resumed).toEqual(whole);
    expect(resumed.values).not.toEqual(bitsOf(netOf({ type })));
  });

  it("goes on with its states in 16 bits, too, on several threads", () => {
    const [setting, other] = [
      { type, storage: type, threads: 2 },
      { type, storage: type },
    ];
    const [whole, after] = [netOf(setting), netOf(other)];
    using uninterrupted = bind(whole, adam() as never, setting);
    train(uninterrupted, whole, 0, STOP);
    using resumed = bind(after, adam() as never, other);
    resumed.restore(structuredClone(uninterrupted.state()));
    for (const name of ["w", "b", "frozen"] as const) after[name].data.set(whole[name].data);
    train(uninterrupted, whole, STOP, END);
    train(resumed, after, STOP, END);
    expect(bitsOf(after)).toEqual(bitsOf(whole));
    expect(resumed.state()).toEqual(uninterrupted.state());
  });
});

describe("a parameter in 16 bits", () => {
  const keptIn = (type: Storage | "float32", steps?: number) =>
    stepped(optimize(parameters(shapes, { type }), adam({ lr: 0.1 })), steps);

  it.each([
    [bfloat16, "BF16"],
    [float16, "F16"],
    [ownStorage, "U16"],
  ] as const)("stands in a file as what it is: $name", async (type, dtype) => {
    const path = join(folder, "types.safetensors");
    using optimizer = keptIn(type);
    saveCheckpoint(path, optimizer);
    expect(headerOf(path)["w"]).toMatchObject({ dtype, shape: [5, 7] });
    const { w } = readCheckpoint(path).parameters;
    expect([w!.type, w!.read()]).toEqual([type.name, optimizer.parameters.w.data]);
    using after = keptIn(type, 0);
    await loadCheckpointBlob(checkpointBlob(optimizer), after);
    expect(after.parameters.w.data).toEqual(optimizer.parameters.w.data);
  });

  // Another storage of one's own.
  const otherOwn = defineStorage({ ...ownStorage, name: "other16" });

  it.each([
    [
      "float32",
      bfloat16,
      /parameter `w` has \d+ of bfloat16, but it was saved with \d+ of float32: pass/,
    ],
    [
      bfloat16,
      "float32",
      /parameter `w` has \d+ of float32, but it was saved with \d+ of bfloat16: pass/,
    ],
    [
      float16,
      bfloat16,
      /parameter `w` has \d+ of bfloat16, but it was saved with \d+ of float16: pass/,
    ],
    [
      ownStorage,
      float16,
      /parameter `w` has \d+ of float16, but it was saved with \d+ of cutOff16: pass/,
    ],
    [
      ownStorage,
      otherOwn,
      /parameter `w` has \d+ of other16, but it was saved with \d+ of cutOff16: pass/,
    ],
  ] as const)("is taken over from no other kind", (saved, now, message) => {
    const path = join(folder, "other.safetensors");
    using before = keptIn(saved);
    saveCheckpoint(path, before);
    using after = keptIn(now, 0);
    const bits = after.parameters.w.data.slice();
    expect(() => loadCheckpoint(path, after)).toThrow(message);
    expect(after.parameters.w.data).toEqual(bits);
  });
});
