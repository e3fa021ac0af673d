/** Files that Python's safetensors have written: tests/reference/safetensors/write.py. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { CheckpointError, loadCheckpoint, readCheckpoint } from "../../src/checkpoint/index.ts";
import { adam, optimize, parameters } from "../../src/index.ts";

const path = fileURLToPath(new URL("../reference/safetensors/others.safetensors", import.meta.url));

it("are read: floats of 16, 32 and 64 bits, and what else there is by its type", () => {
  const { metadata, parameters: found, state, others } = readCheckpoint(path);
  expect(Object.entries(metadata).toSorted()).toEqual([
    ["__proto__", "text"],
    ["format", "np"],
    ["note", 'é " \\ 🎲'],
  ]);
  expect(state).toBeUndefined();
  const arrays = Object.keys(found).map((name) => {
    const { shape, type } = found[name]!;
    return [name, type, shape, [...found[name]!.read()]];
  });
  expect(arrays.toSorted()).toEqual([
    ["__proto__", "float32", [2], [1, 1.125]],
    ["brain", "bfloat16", [3], [0x3f80, 0x3fc0, 0x4000]],
    ["half", "float16", [3], [0x3c00, 0x3c80, 0x3d00]],
    ["none", "float32", [0, 4], []],
    ['näme/"with\\ 🎲\n', "float32", [1], [1]],
    ["scalar", "float32", [], [1]],
    ["w", "float32", [2, 3], [1, 1.125, 1.25, 1.375, 1.5, 1.625]],
    ["wide", "float64", [3], [1, 1.125, 1.25]],
  ]);
  expect({ ...others }).toEqual({
    count: { type: "I64", shape: [2] },
    mask: { type: "BOOL", shape: [5] },
  });
});

it("give a network its parameters, where that is asked for", () => {
  const net = { ...parameters({ w: [2, 3], half: [3] }), wide: new Float64Array(3) };
  const optimizer = optimize(net, adam());
  const before = structuredClone(net);
  expect(() => loadCheckpoint(path, optimizer)).toThrow(CheckpointError);
  expect(() => loadCheckpoint(path, optimizer)).toThrow(
    "{ partial: true } loads only its parameters",
  );
  expect(net).toEqual(before);
  const report = loadCheckpoint(path, optimizer, { partial: true });
  expect(report).toMatchObject({ step: 0, restored: [], parameters: ["w", "wide"] });
  expect(report.differences).toContain(
    "parameter `half` has 3 of float32, but it was saved with 3 of float16: pass { convert: true }",
  );
  expect(report.differences).toContain("the file has no optimizer state");
  expect([...net.w.data]).toEqual([1, 1.125, 1.25, 1.375, 1.5, 1.625]);
  expect([...net.wide]).toEqual([1, 1.125, 1.25]);
});
