/**
 * For every exported optimizer and transform with states in 16 bits: saved to a file and gone on with by another compiler, with
 * parameters in another order, a run is bit for bit one that did not stop.
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
  chain,
  ema,
  float16,
  optimize,
  parameters,
  type Rule,
  type Storage,
} from "../../src/index.ts";
import { rules, there } from "../support/everyRule.ts";
import { goneOn, headerOf, shapes, stepped } from "../support/goneOn.ts";
import { ownStorage, storages } from "../support/storages.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-storages-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(storages.map((storage) => [storage.name, storage] as const))("%s", (_, storage) => {
  it.each(rules)("%s goes on", (_, makeRule) => {
    const [whole, resumed] = goneOn(join(folder, "run.safetensors"), makeRule, { storage }, there);
    expect(resumed).toEqual(whole);
  });
});

describe("a state in 16 bits", () => {
  const rule = () => chain(adam(), ema(0.9)) as Rule;

  /** An optimizer after some steps. */
  const keeping = (storage: Storage | undefined, steps?: number) =>
    stepped(
      optimize(parameters(shapes), rule(), storage && { storage: { state: storage } }),
      steps,
    );

  it.each(storages)("goes into a Blob and back: $name", async (storage) => {
    using before = keeping(storage);
    using after = keeping(storage, 0);
    await loadCheckpointBlob(checkpointBlob(before), after);
    expect(after.state()).toEqual(before.state());
  });

  it.each([
    [bfloat16, "BF16"],
    [float16, "F16"],
    [ownStorage, "U16"],
  ] as const)("stands in a file as what it is: $name", (storage, type) => {
    const path = join(folder, "types.safetensors");
    using optimizer = keeping(storage);
    saveCheckpoint(path, optimizer);
    const header = headerOf(path);
    expect(header["optimizer/adam.m/w"]).toMatchObject({ dtype: type, shape: [5, 7] });
    expect(header["w"]).toMatchObject({ dtype: "F32" });
    const { state } = readCheckpoint(path);
    expect(state!.parameters["w"]!["adam.m"]!.read()).toEqual(
      optimizer.state().parameters["w"]!["adam.m"],
    );
  });

  it("is restored from a clone, and under another name", () => {
    using before = keeping(bfloat16);
    using after = keeping(bfloat16, 0);
    after.restore(structuredClone(before.state()));
    expect(after.state()).toEqual(before.state());
    const net = parameters({ weight: shapes.w, b: shapes.b });
    using renamed = optimize(net, rule(), { storage: { state: bfloat16 } });
    renamed.restore(before.state(), { rename: { w: "weight" } });
    expect(renamed.state().parameters["weight"]).toEqual(before.state().parameters["w"]);
  });

  it.each([
    [undefined, bfloat16, "35 of bfloat16, but it was saved with 35 of float32"],
    [bfloat16, undefined, "35 of float32, but it was saved with 35 of bfloat16"],
    [float16, bfloat16, "35 of bfloat16, but it was saved with 35 of float16"],
    [ownStorage, float16, "35 of float16, but it was saved with 35 of cutOff16"],
  ] as const)(
    "is taken over from no other kind, in memory and from a file",
    (saved, now, message) => {
      const path = join(folder, "other.safetensors");
      using before = keeping(saved);
      saveCheckpoint(path, before);
      using after = keeping(now, 0);
      const expected = `parameter \`w\`: its state \`adam.m\` has ${message}`;
      expect(() => after.restore(before.state())).toThrow(expected);
      expect(() => loadCheckpoint(path, after)).toThrow(expected);
    },
  );

  it("is not what its group says where its array is another", () => {
    using before = keeping(bfloat16);
    using after = keeping(bfloat16, 0);
    const state = before.state();
    const w = { ...state.parameters["w"], "adam.m": new Float32Array(35) };
    expect(() => after.restore({ ...state, parameters: { ...state.parameters, w } })).toThrow(
      "`adam.m` has 35 of bfloat16, but it was saved with 35 of float32",
    );
    const groups = state.groups.map(({ storages: _, ...group }) => group);
    expect(() => after.restore({ ...state, groups })).toThrow("saved with 35 of whole numbers");
  });

  it("is taken over in part: what is kept otherwise begins anew", () => {
    using before = keeping(undefined);
    const net = parameters({ ...shapes, added: [4] });
    using after = optimize(net, rule(), { storage: { state: { average: bfloat16 } } });
    const { differences, restored } = after.restore(before.state(), { partial: true });
    expect(restored).toEqual([]);
    expect(differences).toEqual([
      "parameter `added` was not saved",
      ...(["b", "w"] as const).map((name) => {
        const { length } = net[name].data;
        return `parameter \`${name}\`: its state \`ema.average\` has ${length} of bfloat16, but it was saved with ${length} of float32: pass { convert: true }`;
      }),
    ]);
    expect(after.state().parameters["w"]!["adam.m"]).toEqual(
      before.state().parameters["w"]!["adam.m"],
    );
    net.w.data.fill(0.5);
    const begun = { w: new Float32Array(35), b: [0, 0, 0], added: [0, 0, 0, 0] };
    after.step(begun);
    const average = after.state().parameters["w"]!["ema.average"]!;
    const [least, most] = [Math.min(...average), Math.max(...average)].map(
      bfloat16.encoding!.decode,
    );
    expect(least).toBeGreaterThan(0.49);
    expect(most).toBeLessThan(0.51);
  });
});
