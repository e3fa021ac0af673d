import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bind, netOf, train } from "../../tests/support/resuming.ts";
import { adam, type Rule, sgd } from "../index.ts";
import {
  CheckpointError,
  checkpointBlob,
  loadCheckpoint,
  loadCheckpointBlob,
  saveCheckpoint,
} from "./index.ts";

let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-damage-"));
  path = join(folder, "run.safetensors");
});

afterAll(() => rmSync(folder, { recursive: true }));

function trained(rule: Rule = adam(), steps = 5) {
  const net = netOf();
  const optimizer = bind(net, rule);
  train(optimizer, net, 0, steps);
  return { net, optimizer };
}

describe("a Blob", () => {
  it("has the bytes of a file, and resumes as it does", async () => {
    const { optimizer } = trained();
    saveCheckpoint(path, optimizer, { metadata: { epoch: 1 } });
    const blob = checkpointBlob(optimizer, { metadata: { epoch: 1 } });
    expect(Buffer.from(await blob.arrayBuffer()).equals(readFileSync(path))).toBe(true);
    const second = trained(adam(), 0);
    const report = await loadCheckpointBlob(blob, second.optimizer);
    expect(report).toMatchObject({ step: 5, metadata: { epoch: 1 } });
    expect(second.optimizer.stateViews()).toEqual(optimizer.stateViews());
    expect(second.optimizer.parameters).toEqual(optimizer.parameters);
  });

  it("is refused if a file would be", async () => {
    const { optimizer } = trained();
    const bytes = new Uint8Array(await checkpointBlob(optimizer).arrayBuffer());
    bytes[bytes.length - 1]! ^= 1;
    const load = (blob: unknown) => loadCheckpointBlob(blob as Blob, optimizer);
    await expect(load(new File([bytes], "mine"))).rejects.toThrow(/^mine: its checksum is/);
    await expect(load(new Blob(["short"]))).rejects.toThrow("has 5 bytes and no room");
    await expect(load("path")).rejects.toThrow(CheckpointError);
  });
});

describe("damage", () => {
  it("is found at every byte of the header, and at any of the data", () => {
    const { optimizer } = trained(sgd({ momentum: 0.9 }) as Rule);
    saveCheckpoint(path, optimizer, { metadata: { epoch: 1 } });
    const bytes = readFileSync(path);
    const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
    const other = join(folder, "damaged.safetensors");
    const before = structuredClone(optimizer.stateViews());
    const places = Array.from({ length: headerEnd }, (_, i) => [i, 1 << (i % 8)] as const);
    for (let i = headerEnd; i < bytes.length; i += 13) places.push([i, 1 << (i % 8)]);
    for (const [place, bit] of places) {
      bytes[place]! ^= bit;
      writeFileSync(other, bytes);
      bytes[place]! ^= bit;
      let refused: unknown;
      try {
        loadCheckpoint(other, optimizer, { partial: true });
      } catch (error) {
        refused = error;
      }
      expect(refused, `bit ${bit} of byte ${place}`).toBeInstanceOf(CheckpointError);
    }
    expect(optimizer.stateViews()).toEqual(before);
  });

  it("is found in a file that was cut off, or has more bytes at its end", () => {
    const { optimizer } = trained();
    saveCheckpoint(path, optimizer);
    const bytes = readFileSync(path);
    const other = join(folder, "cut.safetensors");
    for (const length of [0, 1, 7, 8, 9, 300, bytes.length - 300, bytes.length - 1]) {
      writeFileSync(other, bytes.subarray(0, length));
      expect(() => loadCheckpoint(other, optimizer)).toThrow(CheckpointError);
      expect(() => loadCheckpoint(other, optimizer)).toThrow(/cut off/);
    }
    writeFileSync(other, Buffer.concat([bytes, Buffer.alloc(1)]));
    expect(() => loadCheckpoint(other, optimizer)).toThrow("something behind them");
  });

  it("leaves no temporary files", () => {
    expect(readdirSync(folder).filter((name) => !name.endsWith(".safetensors"))).toEqual([]);
  });
});
