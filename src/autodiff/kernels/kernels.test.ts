import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { print } from "../../compilers/wasm/assembler/assembler.ts";
import { Memory, maximumPages } from "../../runtime/memory/memory.ts";
import { kernelSources, kernelsFor } from "./index.ts";

const memory = new Memory("growing", 0);
const kernels = kernelsFor(memory);
const sentinel = -777;
const special = [-0, 0, 1.5, -2.5, Infinity, -Infinity, NaN, 1e-45, -1e-45, 3e38];

/** A view that does not start at a multiple of 16 bytes, with a sentinel behind it. */
function place(values: readonly number[]): Float32Array {
  const view = memory.view(
    "float32",
    memory.allocate((values.length + 2) * 4) + 4,
    values.length + 1,
  );
  view.set([...values, sentinel]);
  return view;
}

/** `count` numbers, those that behave specially first, starting at one of them. */
const values = (count: number, from: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(special[(i + from) % special.length]!));

/** Runs a kernel at all small counts and compares every bit of what it writes, and what it must not. */
function compare(
  run: (count: number, x: number, y: number, target: number) => void,
  reference: (x: number, y: number, target: number) => number,
): void {
  for (let count = 0; count <= 18; count++) {
    const [x, y, old] = [values(count, 0), values(count, 3), values(count, 7)];
    const [atX, atY, target] = [place(x), place(y), place(old)];
    run(count, atX!.byteOffset, atY!.byteOffset, target!.byteOffset);
    const expected = x.map((value, i) => Math.fround(reference(value, y[i]!, old[i]!)));
    expect([...target!]).toEqual([...expected, sentinel]);
    expect([...atX!, ...atY!]).toEqual([...x, sentinel, ...y, sentinel]);
  }
}

it("computes axpy, multiply and scaleBy to the last bit", () => {
  const factor = Math.fround(0.3);
  compare(
    (count, x, _, target) => kernels.axpy(count, x, target, factor),
    (x, _, target) => target + Math.fround(x * factor),
  );
  compare(kernels.multiply, (x, y) => x * y);
  compare(
    (count, x, _, target) => kernels.scaleBy(count, x, target, factor),
    (x) => x * factor,
  );
});

it("rectifies, keeps NaN, and passes gradients where the result is positive or NaN", () => {
  compare(
    (count, x, _, target) => kernels.rectify(count, x, target),
    (x) => Math.max(x, 0),
  );
  compare(kernels.rectifyGradient, (x, y) => (x <= 0 ? 0 : y));
});

it("adds up rows, for all small numbers of columns", () => {
  for (let columns = 0; columns <= 40; columns++) {
    const rows = 3;
    const matrix = place(Array.from({ length: rows * columns }, (_, i) => (i * 7) % 23));
    const target = place(Array(columns).fill(100));
    kernels.addRows(rows, columns, matrix.byteOffset, target.byteOffset);
    const expected = Array.from({ length: columns }, (_, column) => {
      return 100 + matrix[column]! + matrix[columns + column]! + matrix[2 * columns + column]!;
    });
    expect([...target]).toEqual([...expected, sentinel]);
  }
});

it("copies", () => {
  compare(
    (count, x, _, target) => kernels.copy(target, x, count * 4),
    (x) => x,
  );
});

/** Threefry-2x32 by the paper's definition (Salmon et al., 2011, section 3.3). */
function threefry(rounds: number, counter: [number, number], key: [number, number]): number[] {
  const distances = [13, 15, 26, 6, 17, 29, 16, 24];
  const keys = [...key, key[0] ^ key[1] ^ 0x1bd11bda];
  let [a, b] = [(counter[0] + key[0]) >>> 0, (counter[1] + key[1]) >>> 0];
  for (let round = 0; round < rounds; round++) {
    const distance = distances[round % 8]!;
    a = (a + b) >>> 0;
    b = (((b << distance) | (b >>> (32 - distance))) ^ a) >>> 0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = (a + keys[injection % 3]!) >>> 0;
      b = (b + keys[(injection + 1) % 3]! + injection) >>> 0;
    }
  }
  return [a, b];
}

it("knows Threefry: the reference gives Random123's known answers", () => {
  const ones = 0xffffffff;
  const pi: [[number, number], [number, number]] = [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
  ];
  expect(threefry(13, [0, 0], [0, 0])).toEqual([0x9d1c5ec6, 0x8bd50731]);
  expect(threefry(13, [ones, ones], [ones, ones])).toEqual([0xfd36d048, 0x2d17272c]);
  expect(threefry(13, ...pi)).toEqual([0xba3e4725, 0xf27d669e]);
  expect(threefry(20, ...pi)).toEqual([0xc4923a9c, 0x483df7a0]);
});

it("draws dropout masks from Threefry, element by element", () => {
  const size = 200;
  const [seed, stream, step] = [-5, 3, 0xfffffffe];
  for (const threshold of [0, 1, 0x80000000, 0xe0000000, 0xffffffff]) {
    const mask = memory.view("float32", memory.allocate(size * 4), size);
    kernels.dropoutMask(size, mask.byteOffset, seed, stream, step, threshold, 1.25);
    const expected = Array.from({ length: size }, (_, i) => {
      const words = threefry(13, [Math.floor(i / 8) * 4 + (i % 4), step], [seed >>> 0, stream]);
      return words[i % 8 < 4 ? 0 : 1]! >= threshold ? 1.25 : 0;
    });
    expect([...mask]).toEqual(expected);
  }
});

it("has one instance for each memory", () => {
  expect(kernelsFor(memory)).toBe(kernels);
  expect(kernelsFor(new Memory("growing", 0))).not.toBe(kernels);
});

describe("the generated kernels", () => {
  const text = (fused: boolean, only?: string): string =>
    print({
      functions: kernelSources(fused, 1).filter(({ name }) => only === undefined || name === only),
      memory: { shared: true, maximum: maximumPages },
    });

  it("are those that are recorded", async () => {
    await expect(text(false)).toMatchFileSnapshot("./__snapshots__/kernels.wat");
  });

  it("differ in how products are added up, with fused multiply-adds and without", async () => {
    const inner = text(true, "multiplyPanels");
    await expect(inner).toMatchFileSnapshot("./__snapshots__/multiplyPanels.fused.wat");
    const unfused = text(true).replace(
      /local\.get (\d+)\n( *)local\.get (\d+)\n *local\.get (\d+)\n *f32x4\.relaxed_madd/g,
      "local.get $4\n$2local.get $1\n$2local.get $3\n$2f32x4.mul\n$2f32x4.add",
    );
    expect(unfused).toBe(text(false));
  });
});

describe("relaxed SIMD", () => {
  const importing = (names: string, path: string) =>
    `import { ${names} } from ${JSON.stringify(new URL(path, import.meta.url).href)};`;

  /** What a script prints in a process of its own: tests of this one have turned it on. */
  const printed = (script: string) =>
    execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
      encoding: "utf8",
    });

  it("is used exactly where the engine has it", () => {
    const found = printed(
      `${importing("hasRelaxedSimd", "./index.ts")} console.log(hasRelaxedSimd());`,
    );
    const version = Number(process.versions.node.split(".")[0]);
    expect(found).toBe(`${version >= 22}\n`);
  });

  it("is found out once: all memories of a process have kernels that round alike", () => {
    const found = printed(`
      import { setFlagsFromString } from "node:v8";
      ${importing("kernelsFor", "./index.ts")}
      ${importing("Memory", "../../runtime/memory/memory.ts")}
      ${importing("createMatrixProduct", "../products/matrixProduct.ts")}
      ${importing("inOneCall", "../products/ranges.ts")}
      const product = () => {
        const memory = new Memory("growing", 0);
        const [a, b, c] = [1, 2, 3].map((seed) => {
          const array = memory.view("float32", memory.allocate(4 * 4096), 4096);
          return array.map((_, i) => (array[i] = Math.sin(seed * i))) && array;
        });
        const shape = { rows: 64, depth: 64, columns: 64 };
        createMatrixProduct(memory, inOneCall(memory, kernelsFor(memory)))(a, b, c, shape);
        return c.join();
      };
      const before = product();
      // Where it is known without, the flag changes nothing.
      try { setFlagsFromString("--experimental-wasm-relaxed-simd"); } catch {}
      console.log(product() === before);`);
    expect(found).toBe("true\n");
  });
});
