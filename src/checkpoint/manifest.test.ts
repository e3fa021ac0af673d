/** Files with a correct checksum and wrong contents: made, not damaged. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { bind, netOf, train } from "../../tests/support/resuming.ts";
import { adam, RestoreError, reduceOnPlateau, ScheduleError, sgd } from "../index.ts";
import { checksumKey, noChecksum } from "./checksum.ts";
import { crc32 } from "./crc32.ts";
import { bytesOf, encode, setChecksum } from "./encode.ts";
import {
  CheckpointError,
  type CheckpointMetadata,
  checkpointBlob,
  loadCheckpointBlob,
} from "./index.ts";
import { manifestKey, readManifest } from "./manifest.ts";
import { type Header, parseHeader, prefixBytes, writeHeader } from "./safetensors/index.ts";

function trained() {
  const net = netOf();
  const optimizer = bind(net, adam());
  train(optimizer, net, 0, 2);
  return optimizer;
}

const { header, arrays } = encode(trained(), { metadata: { epoch: 1 } });
const data = arrays.map(bytesOf);
const dataBytes = data.reduce((sum, { length }) => sum + length, 0);
const original: Header = parseHeader(header.subarray(prefixBytes), dataBytes);
const manifest = original.metadata.get(manifestKey)!;

/** A file with another manifest and a correct checksum. */
function fileWith(text: string): Blob {
  const tensors = [...original.tensors].map(([name, info]) => ({ name, ...info }));
  const start = writeHeader(tensors, [
    [checksumKey, noChecksum],
    [manifestKey, text],
  ]);
  setChecksum(
    start,
    [start, ...data].reduce((sum, bytes) => crc32(bytes, sum), 0),
  );
  return new Blob([start, ...data.map((bytes) => bytes.slice() as Uint8Array<ArrayBuffer>)]);
}

/** The manifest with another value at a path. */
function changed(path: readonly string[], value: unknown): string {
  const all = JSON.parse(manifest);
  let at = all;
  for (const name of path.slice(0, -1)) at = at[name];
  if (value === undefined) {
    delete at[path.at(-1)!];
  } else {
    Object.defineProperty(at, path.at(-1)!, { value, enumerable: true });
  }
  return JSON.stringify(all);
}

async function refusalOf(text: string): Promise<Error> {
  const optimizer = trained();
  const before = structuredClone([optimizer.stateViews(), optimizer.parameters]);
  const error = await loadCheckpointBlob(fileWith(text), optimizer).then(
    () => new Error("nothing was refused"),
    (reason) => reason,
  );
  expect([optimizer.stateViews(), optimizer.parameters]).toEqual(before);
  return error;
}

/** All paths in the manifest. */
function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [
    ...path.map(() => [...path]).slice(0, 1),
    ...inner.flatMap(([k, v]) => placesIn(v, [...path, k])),
  ];
}

it("the manifest is correct before it is changed", async () => {
  const optimizer = trained();
  expect(await loadCheckpointBlob(fileWith(manifest), optimizer)).toMatchObject({ step: 2 });
});

describe("a wrong manifest", () => {
  it.each<[readonly string[], unknown, string]>([
    [["form"], 2, "it is a checkpoint in form 2, and this release of gradus reads form 1"],
    [["form"], undefined, "form undefined"],
    [["state", "version"], 3, "`gradus.state.version` is not what Gradus writes"],
    [["state", "step"], -1, "`gradus.state.step`"],
    [["state", "step"], 1.5, "`gradus.state.step`"],
    [["state", "step"], 2 ** 53, "`gradus.state.step`"],
    [["state", "step"], "1", "`gradus.state.step`"],
    [["state", "groups"], {}, "`gradus.state.groups`"],
    [["state", "groups", "0", "hyper"], { a: {} }, "`gradus.state.groups.hyper`"],
    [["state", "shapes", "w"], [-1], "`gradus.state.shapes`"],
    [["state", "nested"], { a: 1 }, "`gradus.state.nested`"],
    [["state", "nested"], { a: {} }, "`gradus.state.nested.version`"],
    [["state", "parameters", "w"], { "adam.m": "nowhere" }, "no tensor `nowhere`"],
    [["state", "parameters", "w"], { "adam.m": 1 }, "`gradus.state.parameters`"],
    [["state", "counters"], [], "`gradus.state.counters`"],
    [["parameters"], ["w", "__proto__"], "no tensor `__proto__`"],
    [["metadata"], null, "`gradus.metadata`"],
    [["process"], "1", "`gradus.process`"],
  ])("with %j %j is one clear error", async (path, value, message) => {
    const error = await refusalOf(changed(path, value));
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error.message).toContain(message);
  });

  it("causes no other error, and pollutes no prototype, whatever is changed", async () => {
    const places = placesIn(JSON.parse(manifest));
    expect(places.length).toBeGreaterThan(40);
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        { ["__proto__"]: { polluted: 1 } },
        JSON.parse('{"__proto__": {"polluted": 1}}'),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), values, async (path, value) => {
        const text = changed(path, value);
        const error = await loadCheckpointBlob(fileWith(text), trained()).catch((reason) => reason);
        const isKnown = error instanceof CheckpointError || error instanceof RestoreError;
        expect(isKnown || typeof error.step === "number", `${path}: ${error}`).toBe(true);
        expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
      }),
      runs(75),
    );
  });

  it("that defines its own conversion to text is refused (found by fuzzing, seed 5)", async () => {
    for (const form of [{ toString: "" }, { valueOf: 1, toString: null }, []]) {
      expect(await refusalOf(changed(["form"], form))).toBeInstanceOf(CheckpointError);
    }
  });

  it("with a wrong state of a schedule is refused by the schedule", async () => {
    const lr = reduceOnPlateau({ initial: 0.1 });
    const optimizer = bind(netOf(), sgd({ lr }));
    const text = changed(
      ["state", "schedules"],
      [{ of: { "sgd.lr": ["b", "frozen", "w"] }, state: { best: "x" } }],
    );
    const load = loadCheckpointBlob(fileWith(text), optimizer, { partial: true });
    await expect(load).rejects.toThrow(ScheduleError);
  });
});

describe("metadata", () => {
  it("of any kind are read as they were, or refused when they are saved", async () => {
    const optimizer = trained();
    const settings = runs(75);
    let read = 0;
    const any = fc.anything({ maxDepth: 3, withBigInt: true, withDate: true, withMap: true });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(any, fc.dictionary(fc.string(), fc.oneof(any, fc.jsonValue()))),
        async (metadata) => {
          if (metadata === undefined) return;
          let blob: Blob;
          try {
            blob = checkpointBlob(optimizer, { metadata: metadata as CheckpointMetadata });
          } catch (error) {
            expect(error).toBeInstanceOf(CheckpointError);
            return;
          }
          read += 1;
          const found = (await loadCheckpointBlob(blob, optimizer)).metadata;
          expect(found).toEqual(metadata);
        },
      ),
      settings,
    );
    expect(read).toBeGreaterThan(settings.numRuns / 10);
  });

  it("with far more values than characters are refused when saved and when read", () => {
    const many = { list: Array.from({ length: 400_000 }, () => ({})) };
    expect(() => checkpointBlob(trained(), { metadata: many })).toThrow("far more values");
    const text = changed(["metadata"], many);
    expect(() => readManifest(text)).toThrow("far more values");
  });
});

it("an array that does not fit its shape is not saved", () => {
  const optimizer = trained();
  const { w } = optimizer.parameters;
  const other = { ...optimizer.parameters, w: { data: w!.data, shape: [7] } };
  const changedShape = { parameters: other, stateViews: () => optimizer.stateViews() } as never;
  expect(() => encode(changedShape, {})).toThrow("`w` has");
});
