/** What was saved in one type and is kept in another: an error that says so, and with `convert` the same numbers, rounded once. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CheckpointError,
  checkpointBlob,
  checkpoints,
  loadCheckpoint,
  loadCheckpointBlob,
  readCheckpoint,
  saveCheckpoint,
} from "../../src/checkpoint/index.ts";
import {
  accumulate,
  adam,
  bfloat16,
  block8,
  chain,
  DisposedError,
  ema,
  float16,
  optimize,
  type ParametersOptions,
  parameters,
  prodigy,
  RestoreError,
  type RestoreOptions,
  type Rule,
  type Storage,
  type StoredElements,
} from "../../src/index.ts";
import { formats, nearest } from "../support/nearest.ts";
import { decoded, encoded, ownStorage, storages } from "../support/storages.ts";
import { mapped } from "../support/stored.ts";

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-converting-"));
  path = join(folder, "run.safetensors");
});
afterAll(() => rmSync(folder, { recursive: true }));

const shapes = { w: [30, 17], b: [3] } as const;
const convert = { convert: true };

interface Kept {
  readonly type?: "float32" | "float64";
  readonly storage?: Storage;
}

/** Adam after some steps, none by default. */
function adamOf({ type = "float32", storage }: Kept, steps = 0) {
  const net = parameters(shapes, { type } as ParametersOptions<"float32">);
  const optimizer = optimize(net, adam(), storage && { storage: { state: storage } });
  for (let t = 1; t <= steps; t++) {
    optimizer.step(
      mapped(net, ({ data }) => Array.from(data, (_, i) => Math.sin(i * t) / 3)) as never,
    );
  }
  return optimizer;
}

/** How the states of a run are kept, by the name that reports give it. */
const kinds: readonly (readonly [string, Kept])[] = [
  ["float32", {}],
  ["float64", { type: "float64" }],
  ...storages.map((storage) => [storage.name, { storage }] as const),
];

const pairs = kinds.flatMap((from) =>
  kinds.filter((to) => to !== from).map((to) => [from[0], to[0], from[1], to[1]] as const),
);

const numbersIn = (array: StoredElements, { storage }: Kept): ArrayLike<number> =>
  storage ? decoded(storage, array) : (array as Float32Array);

/** Of numbers that float32 has, or of float64 by the rounding that is said once more. */
function keptAs(numbers: ArrayLike<number>, { type, storage }: Kept): StoredElements {
  const [, format] = formats.find(([each]) => each === storage) ?? [];
  if (storage && format) {
    return encoded(
      storage,
      Array.from(numbers, (each) => nearest(each, format)),
    );
  }
  const Type = type === "float64" ? Float64Array : Float32Array;
  return storage ? encoded(storage, numbers) : Type.from(numbers);
}

describe.each(pairs)("a state in %s for one in %s", (was, now, from, to) => {
  it("is refused, with what is there", () => {
    using before = adamOf(from, 2);
    using after = adamOf(to);
    const message = new RegExp(
      `parameter \`w\`: its state \`adam.m\` has \\d+ of ${now}, but it was saved with \\d+ of ${was}: pass \\{ convert: true \\}`,
    );
    expect(() => after.restore(before.state())).toThrow(RestoreError);
    expect(() => after.restore(before.state())).toThrow(message);
  });

  it("is converted where that is asked for, from memory and from a file", () => {
    using before = adamOf(from, 2);
    saveCheckpoint(path, before);
    for (const load of ["memory", "file"]) {
      using after = adamOf(to);
      const { restored, differences, converted } =
        load === "memory"
          ? after.restore(before.state(), convert)
          : loadCheckpoint(path, after, convert);
      expect([[...restored].sort(), differences]).toEqual([["b", "w"], []]);
      const rounding =
        now === "float64" || (now === "float32" && was !== "float64")
          ? "exact"
          : now === "cutOff16"
            ? "own"
            : "nearest";
      expect(converted).toContainEqual({
        ...{ parameter: "w", state: "adam.v" },
        ...{ from: was, to: now, rounding },
      });
      const [saved, kept] = [before, after].map((each) => each.state().parameters["w"]!);
      for (const slot of ["adam.m", "adam.v"]) {
        expect(kept![slot]).toEqual(keptAs(numbersIn(saved![slot]!, from), to));
      }
      expect(after.steps).toBe(2);
    }
  });
});

describe("parameters", () => {
  /** A file as others write it, with tensors of numbers that stand in each type. */
  function writeOthers(
    tensors: Readonly<Record<string, readonly [dtype: string, StoredElements]>>,
  ) {
    let end = 0;
    const header = mapped(tensors, ([dtype, data]) => {
      const begin = end;
      end += data.byteLength;
      return { dtype, shape: [data.length], data_offsets: [begin, end] };
    });
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const arrays = Object.values(tensors).map(([, { buffer, byteOffset, byteLength }]) =>
      Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
    );
    writeFileSync(path, Buffer.concat([length, text, ...arrays]));
  }

  const third = Float64Array.of(1 / 3, -2, 1e-30, 0);

  it.each<[string, StoredElements, "float32" | "float64", string]>([
    ["BF16", encoded(bfloat16, third), "float32", "exact"],
    ["BF16", encoded(bfloat16, third), "float64", "exact"],
    ["F16", encoded(float16, third), "float32", "exact"],
    ["F32", Float32Array.from(third), "float64", "exact"],
    ["F64", third, "float32", "nearest"],
  ])("of %s become those of another type", (dtype, data, type, rounding) => {
    writeOthers({ w: [dtype, data] });
    const net = parameters({ w: [4] }, { type } as ParametersOptions<"float32">);
    using optimizer = optimize(net, adam());
    const refused = loadCheckpoint(path, optimizer, { partial: true });
    const from = { BF16: "bfloat16", F16: "float16", F32: "float32", F64: "float64" }[dtype];
    expect(refused).toMatchObject({ parameters: [] });
    expect(refused.differences).toContain(
      `parameter \`w\` has 4 of ${type}, but it was saved with 4 of ${from}: pass { convert: true }`,
    );
    expect([...net.w.data]).toEqual([0, 0, 0, 0]);
    const report = loadCheckpoint(path, optimizer, { partial: true, convert: true });
    expect(report.parameters).toEqual(["w"]);
    expect(report.converted).toEqual([
      { parameter: "w", state: undefined, from, to: type, rounding },
    ]);
    const storage = { BF16: bfloat16, F16: float16 }[dtype];
    const numbers = storage ? decoded(storage, data) : data;
    expect([...net.w.data]).toEqual(Array.from(numbers, type === "float32" ? Math.fround : Number));
  });

  it("may come from Python", () => {
    const others = new URL("../reference/safetensors/others.safetensors", import.meta.url);
    const net = parameters({ half: [3], brain: [3], wide: [3], count: [2] });
    using optimizer = optimize(net, adam());
    const report = loadCheckpoint(fileURLToPath(others), optimizer, {
      partial: true,
      convert: true,
    });
    expect(report.parameters).toEqual(["brain", "half", "wide"]);
    expect(report.differences).toContain(
      "parameter `count` was saved as I64, which a parameter cannot be",
    );
    expect(report.converted!.map(({ from, rounding }) => [from, rounding])).toEqual([
      ["bfloat16", "exact"],
      ["float16", "exact"],
      ["float64", "nearest"],
    ]);
    const values = mapped(net, ({ data }) => [...data]);
    expect(values).toMatchObject({
      half: [1, 1.125, 1.25],
      brain: [1, 1.5, 2],
      wide: [1, 1.125, 1.25],
    });
  });

  it("and states that do not fit are in one error, and nothing is changed", () => {
    using before = adamOf({ type: "float64" }, 2);
    saveCheckpoint(path, before);
    using after = adamOf({});
    const untouched = structuredClone([after.parameters, after.state()]);
    let differences: readonly string[] = [];
    try {
      loadCheckpoint(path, after);
    } catch (error) {
      differences = (error as RestoreError).differences;
    }
    const advice = "pass { convert: true }";
    expect(differences).toEqual([
      ...["b", "w"].map((name) =>
        expect.stringMatching(`^parameter \`${name}\` has .* float64: ${advice}$`),
      ),
      ...["b", "w"].flatMap((name) =>
        ["m", "v"].map((slot) =>
          expect.stringMatching(`\`${name}\`: its state \`adam.${slot}\` .*: ${advice}$`),
        ),
      ),
    ]);
    expect([after.parameters, after.state()]).toEqual(untouched);
  });

  it("go on as those of the new type would from the same numbers", () => {
    using before = adamOf({}, 2);
    saveCheckpoint(path, before);
    using after = adamOf({ type: "float64" });
    loadCheckpoint(path, after, convert);
    expect(after.parameters.w.data).toEqual(Float64Array.from(before.parameters.w.data));
    saveCheckpoint(path, after);
    using back = adamOf({});
    loadCheckpoint(path, back, convert);
    expect([back.parameters, back.state()]).toEqual([before.parameters, before.state()]);
  });
});

describe("a number that is too large for its new type", () => {
  it.each<[string, number, Kept]>([
    ["float32", 1e300, {}],
    ["float16", 1e6, { storage: float16 }],
  ])("is an error before anything is changed: %s", (name, value, kept) => {
    using before = adamOf({ type: "float64" }, 1);
    before.stateViews().parameters["b"]!["adam.v"]![1] = value;
    before.stateViews().parameters["b"]!["adam.m"]![0] = Number.POSITIVE_INFINITY;
    using after = adamOf(kept);
    const untouched = structuredClone(after.state());
    const message = `parameter \`b\`: its state \`adam.v\` has ${value} at element 1, which would be Infinity in ${name}`;
    expect(() => after.restore(before.state(), convert)).toThrow(RestoreError);
    expect(() => after.restore(before.state(), convert)).toThrow(message);
    saveCheckpoint(path, before);
    expect(() => loadCheckpoint(path, after, convert)).toThrow(message);
    expect(after.state()).toEqual(untouched);
  });
});

describe("what else is converted", () => {
  const ones = { w: new Float32Array(510).fill(1), b: [1, 2, 3] };

  it("states of optimizers within others, and of all parameters", () => {
    const make = (type: "float32" | "float64") =>
      accumulate(parameters(shapes, { type } as ParametersOptions<"float32">), prodigy(), {
        steps: 2,
      });
    using before = make("float64");
    for (let step = 0; step < 3; step++) before.step(ones);
    using after = make("float32");
    const { converted, restored } = after.restore(before.state(), convert);
    expect(restored).toContain("w");
    expect(converted!.map(({ state }) => state)).toContain("accumulation.total");
    const [saved, kept] = [before, after].map((each) => each.state());
    const total = saved!.nested["accumulation"]!.parameters["w"]!["accumulation.total"]!;
    expect(kept!.nested["accumulation"]!.parameters["w"]!["accumulation.total"]).toEqual(
      Float32Array.from(total as Float64Array),
    );
    // One number is kept in float64 whatever the parameters are.
    expect(kept!.parameters["b"]!["prodigy.d"]).toEqual(saved!.parameters["b"]!["prodigy.d"]);
  });

  it("what a Blob has, whose arrays come later, and a folder", async () => {
    using before = adamOf({ storage: bfloat16 }, 2);
    const expected = mapped(before.state().parameters, (slots) =>
      decoded(bfloat16, slots["adam.m"]!),
    );
    const found = (after: typeof before) =>
      mapped(after.state().parameters, (slots) => slots["adam.m"]!);
    using first = adamOf({});
    const report = await loadCheckpointBlob(checkpointBlob(before), first, convert);
    expect(report.converted!.map(({ parameter, state }) => [parameter, state])).toEqual([
      ["b", "adam.m"],
      ["b", "adam.v"],
      ["w", "adam.m"],
      ["w", "adam.v"],
    ]);
    expect(found(first)).toEqual(expected);
    const runs = checkpoints(join(folder, "runs"));
    runs.save(before);
    using second = adamOf({});
    runs.resume(second, convert);
    expect(found(second)).toEqual(expected);
  });

  it("nothing of a Blob whose optimizer is disposed while it is read", async () => {
    const saved = checkpointBlob(adamOf({ storage: bfloat16 }, 2));
    /** The same, which says which of its reads this is. */
    const watched = (read: (count: number) => void): Blob => {
      const blob = new Blob([saved]);
      const slice = blob.slice.bind(blob);
      let count = 0;
      blob.slice = (...range) => {
        read(++count);
        return slice(...range);
      };
      return blob;
    };
    let last = 0;
    const counting = watched((count) => {
      last = count;
    });
    await loadCheckpointBlob(counting, adamOf({}), convert);
    const optimizer = adamOf({});
    const before = structuredClone(optimizer.parameters);
    const disposing = watched((count) => count === last && optimizer.dispose());
    await expect(loadCheckpointBlob(disposing, optimizer, convert)).rejects.toThrow(DisposedError);
    expect(optimizer.parameters).toEqual(before);
  });

  it("only what differs, and only what is taken over", () => {
    using before = optimize(parameters(shapes), chain(adam(), ema(0.9)) as Rule, {
      storage: { state: { average: bfloat16 } },
    });
    before.step(ones as never);
    using after = optimize(parameters({ ...shapes, b: [4] }), chain(adam(), ema(0.9)) as Rule, {
      storage: { state: { m: bfloat16 } },
    });
    const options: RestoreOptions = { partial: true, convert: true };
    expect(after.restore(before.state(), options).converted).toEqual([
      { parameter: "w", state: "adam.m", from: "float32", to: "bfloat16", rounding: "nearest" },
      {
        parameter: "w",
        state: "ema.average",
        from: "bfloat16",
        to: "float32",
        rounding: "exact",
      },
    ]);
  });

  it("nothing that no storage of here stands for", () => {
    using before = adamOf({ storage: ownStorage }, 1);
    const state = before.state();
    const groups = state.groups.map((group) => ({
      ...group,
      storages: { "adam.m": "elsewhere16", "adam.v": "elsewhere16" },
    }));
    using after = adamOf({});
    expect(() => after.restore({ ...state, groups }, convert)).toThrow(
      /`adam.m` has 3 of float32, but it was saved with 3 of elsewhere16;/,
    );
    const blocks = { storage: { ...block8, least: 0 } };
    using short = adamOf(blocks, 1);
    const w = mapped(short.state().parameters["w"]!, (array) => array.subarray(1));
    const cut = { ...short.state(), parameters: { ...short.state().parameters, w } };
    expect(() => after.restore(cut, convert)).toThrow("`adam.m` has 510 of float32");
  });
});

it("a file of others still has no state, and what its arrays are", () => {
  const others = new URL("../reference/safetensors/others.safetensors", import.meta.url);
  using optimizer = optimize(parameters({ half: [3] }), adam());
  expect(() => loadCheckpoint(others, optimizer, convert)).toThrow(CheckpointError);
  const { half } = readCheckpoint(others).parameters;
  expect([half!.type, half!.read()]).toEqual(["float16", encoded(float16, [1, 1.125, 1.25])]);
});
