/** Files that change between their check and their use: what was checked is taken over, or nothing. */
import fs, { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import {
  CheckpointError,
  checkpoints,
  loadCheckpoint,
  readCheckpoint,
  saveCheckpoint,
} from "../../src/checkpoint/index.ts";
import {
  accumulate,
  adam,
  galore,
  optimize,
  parameters,
  reduceOnPlateau,
  sgd,
} from "../../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "gradus-changing-"));
const path = join(root, "run.safetensors");

afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true }));

/** Of more than one piece that is read at once. */
const shapes = { a: [700, 500], b: [500, 700] };

type Net = ReturnType<typeof netOf>;
const netOf = () => parameters(shapes);
const gradients = () => ({
  a: new Float32Array(350_000).fill(1),
  b: new Float32Array(350_000).fill(2),
});

const made = {
  adam: (net: Net) => optimize(net, adam(), { threads: 1 }),
  accumulate: (net: Net) => accumulate(net, adam(), { steps: 2, threads: 1 }),
  galore: (net: Net) => galore(net, adam(), { rank: 2, every: 5, threads: 1 }),
  "a schedule that has a state": (net: Net) =>
    optimize(net, sgd({ lr: reduceOnPlateau({ initial: 1 }), momentum: 0.9 }), { threads: 1 }),
} as const;

type Name = keyof typeof made;

/** What happens to a file, at the start of one of its reads. */
const changes: Readonly<Record<string, (size: number) => void>> = {
  "is cut off": (size) => fs.truncateSync(path, size / 4),
  "is written over in place": (size) => {
    const { atime, mtime } = fs.statSync(path);
    const descriptor = fs.openSync(path, "r+");
    fs.writeSync(descriptor, new Uint8Array(size / 2).fill(7), 0, size / 2, size / 2);
    fs.closeSync(descriptor);
    // By the time alone nothing could be told.
    fs.utimesSync(path, atime, mtime);
  },
};

/** Changes the file before the read of that number. @returns how many there were */
function changeAt(at: number, change: (size: number) => void): () => number {
  const { size } = fs.statSync(path);
  const real = fs.readSync;
  let reads = 0;
  vi.spyOn(fs, "readSync").mockImplementation((...words: unknown[]) => {
    reads += 1;
    if (reads === at) change(size);
    return (real as (...words: unknown[]) => number)(...words);
  });
  return () => reads;
}

/** All of a run as a short text: arrays by their checksums. */
const snapshot = (net: Net, optimizer: { stateViews(): unknown }): string =>
  JSON.stringify([net, optimizer.stateViews()], (_, value) =>
    ArrayBuffer.isView(value) ? crc32(value as Uint8Array) : value,
  );

describe.each(Object.keys(made) as Name[])("%s", (name) => {
  it.each(Object.keys(changes))("is all of a file or nothing of it, where it %s", (change) => {
    const saved = netOf();
    const before = made[name](saved);
    before.step(gradients());
    saveCheckpoint(path, before);
    const whole = snapshot(saved, before);
    const bytes = fs.readFileSync(path);
    let [refused, loaded] = [0, 0];
    for (let at = 1; loaded === 0; at += 2) {
      fs.writeFileSync(path, bytes);
      const net = netOf();
      const optimizer = made[name](net);
      const fresh = snapshot(net, optimizer);
      const readsOf = changeAt(at, changes[change]!);
      try {
        loadCheckpoint(path, optimizer);
        expect(snapshot(net, optimizer)).toEqual(whole);
        loaded += at > readsOf() ? 1 : 0;
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        expect((error as Error).message).toContain(path);
        expect(snapshot(net, optimizer)).toEqual(fresh);
        refused += 1;
      }
      vi.restoreAllMocks();
      optimizer.dispose();
    }
    expect(refused).toBeGreaterThan(2);
    before.dispose();
  });
});

describe("a checkpoint that is looked at", () => {
  function saved() {
    const optimizer = made.adam(netOf());
    optimizer.step(gradients());
    saveCheckpoint(path, optimizer);
    return { found: readCheckpoint(path), optimizer };
  }

  it.each(Object.keys(changes))("gives what was checked, or an error, where it %s", (change) => {
    const { found, optimizer } = saved();
    changes[change]!(fs.statSync(path).size);
    const right = optimizer.state().parameters["a"]!;
    const pairs = [
      [found.parameters["a"]!, optimizer.parameters.a.data] as const,
      ...Object.entries(found.state!.parameters["a"]!).map(
        ([slot, tensor]) => [tensor, right[slot]!] as const,
      ),
    ];
    const results = pairs.map(([tensor, array]) => {
      try {
        return crc32(tensor.read() as Float32Array) === crc32(array as Float32Array);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        return (error as Error).message;
      }
    });
    expect(results).not.toContain(false);
    expect(results.join()).toMatch(/has changed since it was checked|it ends at byte/);
    // Nothing is half taken over by an optimizer in memory either.
    const net = netOf();
    const fresh = made.adam(net);
    const before = snapshot(net, fresh);
    expect(() => fresh.restore(found.state!)).toThrow(CheckpointError);
    expect(snapshot(net, fresh)).toEqual(before);
  });

  it("is what it was behind its name, too: a file that is there instead is another", () => {
    const { found } = saved();
    const other = made.adam(netOf());
    saveCheckpoint(path, other);
    expect(() => found.parameters["a"]!.read()).toThrow(`${path}: it has changed since`);
  });

  it("of another program is known again by its time and its place", () => {
    const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header), Buffer.alloc(8, 1)]);
    bytes.writeBigUInt64LE(BigInt(header.length));
    fs.writeFileSync(path, bytes);
    fs.utimesSync(path, 1, 1);
    const { a } = readCheckpoint(path).parameters;
    expect(a!.read()).toHaveLength(2);
    fs.writeFileSync(path, bytes);
    expect(() => a!.read()).toThrow("has changed since it was opened");
  });

  it("may have more than there is memory for: an error that names file and tensor", () => {
    const sizes = '"shape":[17179869184],"data_offsets":[0,68719476736]';
    const header = Buffer.from(`{"w/x":{"dtype":"F32",${sizes}}}`);
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(header.length));
    fs.writeFileSync(path, Buffer.concat([prefix, header]));
    fs.truncateSync(path, 8 + header.length + 2 ** 36);
    const act = () => readCheckpoint(path).parameters["w/x"]!.read();
    expect(act).toThrow(CheckpointError);
    expect(act).toThrow(`${path}: tensor \`w/x\` has 17179869184 elements, and there is no memory`);
    // What does not fit is not even read.
    const optimizer = made.adam(netOf());
    expect(loadCheckpoint(path, optimizer, { partial: true }).parameters).toEqual([]);
    fs.rmSync(path);
  });
});

it("a folder goes on with the one before, whole, where the newest is cut off meanwhile", () => {
  const folder = checkpoints(join(root, "folder"));
  const net = netOf();
  const optimizer = made.adam(net);
  optimizer.step(gradients());
  const first = folder.save(optimizer);
  const whole = snapshot(net, optimizer);
  optimizer.step(gradients());
  const second = folder.save(optimizer);
  const { size } = fs.statSync(second);
  const other = netOf();
  const resumed = made.adam(other);
  const real = fs.readSync;
  let reads = 0;
  vi.spyOn(fs, "readSync").mockImplementation((...words: unknown[]) => {
    reads += 1;
    // The header and all of it have been checked by then.
    if (reads === 4 + Math.ceil(size / 2 ** 20)) fs.truncateSync(second, size / 4);
    return (real as (...words: unknown[]) => number)(...words);
  });
  const report = folder.resume(resumed)!;
  expect(report).toMatchObject({ step: 1, path: first });
  expect(report.damaged.map(({ message }) => message)).toEqual([expect.stringContaining(second)]);
  expect(snapshot(other, resumed)).toEqual(whole);
});
