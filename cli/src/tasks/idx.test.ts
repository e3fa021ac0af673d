import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { DataError } from "gradus/tasks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "../../../tests/support/properties.ts";
import { encodeIdx, type Idx, parseIdx, readIdx } from "./idx.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradus-idx-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The DataError that `action` throws; it names `path` and says what to do. */
function dataError(path: string, action: () => unknown): DataError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    const found = error as DataError;
    expect(found.path).toBe(path);
    expect(found.message).toBe(`${path}: ${found.problem}. ${found.remedy}`);
    expect(found.remedy).toMatch(/^[A-Z].*\.$/);
    return found;
  }
  throw new Error("nothing was thrown");
}

const arrays: fc.Arbitrary<Idx> = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc.record({
      shape: fc.constant(shape),
      data: fc.uint8Array({ minLength: length, maxLength: length }),
    });
  });

const images: Idx = { shape: [2, 3, 4], data: Uint8Array.from({ length: 24 }, (_, i) => i * 10) };

describe("an IDX file", () => {
  it("comes back as it was written, plain and gzipped, whatever its name", () => {
    fc.assert(
      fc.property(arrays, fc.boolean(), fc.boolean(), (idx, zipped, namedZipped) => {
        const bytes = encodeIdx(idx);
        const path = file(namedZipped ? "a.gz" : "a", zipped ? gzipSync(bytes) : bytes);
        expect(readIdx(path, idx.shape.length)).toEqual(idx);
      }),
      runs(50),
    );
  });

  it("has the layout of MNIST's", () => {
    const labels = encodeIdx({ shape: [3], data: Uint8Array.of(7, 2, 1) });
    expect([...labels]).toEqual([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]);
    expect([...encodeIdx(images).subarray(0, 16)]).toEqual([
      0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4,
    ]);
  });

  it("may hold nothing", () => {
    const empty: Idx = { shape: [0], data: new Uint8Array() };
    expect(parseIdx("x", encodeIdx(empty), 1)).toEqual(empty);
  });

  it("is read as a view that ends with the file, within a larger buffer too", () => {
    const bytes = encodeIdx(images);
    const larger = new Uint8Array(bytes.length + 20).fill(99);
    larger.set(bytes, 7);
    const found = parseIdx("x", larger.subarray(7, 7 + bytes.length), 3);
    expect(found).toEqual(images);
    expect(found.data.buffer).toBe(larger.buffer);
  });

  it("is not written if its data does not have its shape", () => {
    expect(() => encodeIdx({ shape: [2, 2], data: new Uint8Array(3) })).toThrow(
      new RangeError("data has 3 elements; shape says 2 x 2"),
    );
  });
});

describe("a damaged IDX file", () => {
  it("cut at any length is a DataError with the bytes expected and found", () => {
    const bytes = encodeIdx(images);
    for (let length = 0; length < bytes.length; length++) {
      const { problem } = dataError("x", () => parseIdx("x", bytes.subarray(0, length), 3));
      expect(problem).toBe(
        length < 16
          ? `it is cut short: a header of 16 bytes was expected, ${length} found`
          : `it is cut short: 24 bytes were expected after the header (2 x 3 x 4), ${length - 16} found`,
      );
    }
  });

  it("gzipped and cut at any length is a DataError", () => {
    const bytes = gzipSync(encodeIdx(images));
    for (let length = 0; length < bytes.length; length++) {
      const path = file("cut.gz", bytes.subarray(0, length));
      const { problem } = dataError(path, () => readIdx(path, 3));
      expect(problem).toMatch(
        length < 2 ? /^it is cut short/ : /^its gzip data is damaged \(.+\)$/,
      );
    }
  });

  it("gzipped that unpacks to a thousand times its size is a DataError, whatever size it declares", () => {
    const bytes = gzipSync(encodeIdx({ shape: [5e7], data: new Uint8Array(5e7) }));
    for (const said of [[], [1, 0, 0, 0], [255, 255, 255, 255]]) {
      bytes.set(said, bytes.length - said.length);
      const path = file("bomb.gz", bytes);
      const { problem } = dataError(path, () => readIdx(path, 1));
      expect(problem).toMatch(/^it unpacks to more than 1\d{7} bytes, 7 times its own/);
    }
  });

  it("gzipped in two parts is read", () => {
    const bytes = encodeIdx(images);
    const parts = [bytes.subarray(0, 20), bytes.subarray(20)].map((part) => gzipSync(part));
    expect(readIdx(file("two.gz", Buffer.concat(parts)), 3)).toEqual(images);
  });

  it("gzipped with any byte of its data or checksum changed is a DataError or reads the same", () => {
    const bytes = gzipSync(encodeIdx(images));
    for (let position = 10; position < bytes.length; position++) {
      const changed = Uint8Array.from(bytes);
      changed[position]! ^= 0x55;
      const path = file("changed.gz", changed);
      // Some bits of Deflate have no effect (padding). Otherwise only a correct checksum can pass.
      try {
        expect(readIdx(path, 3)).toEqual(images);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
  });

  it("with bytes after its end is a DataError with the surplus", () => {
    const bytes = Uint8Array.of(...encodeIdx(images), 1, 2, 3);
    expect(dataError("x", () => parseIdx("x", bytes, 3)).problem).toBe(
      "it has 3 bytes too many: 24 were expected after the header (2 x 3 x 4), 27 found",
    );
  });

  it("that is not an IDX file is a DataError that says how it starts", () => {
    const page = new TextEncoder().encode("<!DOCTYPE html><html>");
    const path = file("train-images-idx3-ubyte.gz", page);
    const { problem, remedy } = dataError(path, () => readIdx(path, 3));
    expect(problem).toBe(
      "it is neither an IDX file nor gzip: it starts with the bytes 3c 21 44 4f",
    );
    expect(remedy).toContain("00 00 08 03");
  });

  it("of another type or rank says which", () => {
    const floats = Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0);
    expect(dataError("x", () => parseIdx("x", floats, 1)).problem).toBe("it holds 32-bit floats");
    expect(dataError("x", () => parseIdx("x", encodeIdx(images), 1)).problem).toBe(
      "it holds images (3 dimensions) where labels (1 dimension) were expected",
    );
  });

  it("with absurd dimensions is a DataError, at once and without memory", () => {
    const sizes = fc.integer({ min: 2 ** 20, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(sizes, sizes, sizes, (count, rows, columns) => {
        const bytes = encodeIdx(images);
        const header = new DataView(bytes.buffer);
        header.setUint32(4, count);
        header.setUint32(8, rows);
        header.setUint32(12, columns);
        expect(dataError("x", () => parseIdx("x", bytes, 3)).problem).toBe(
          `its header is damaged: it claims dimensions of ${count} x ${rows} x ${columns}`,
        );
      }),
    );
    const flat = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9);
    expect(dataError("x", () => parseIdx("x", flat, 3)).problem).toMatch(/5 x 0 x 9$/);
  });

  it("of random bytes is a DataError, or has the shape in its header", () => {
    const prefixes = fc.constantFrom([], [0, 0], [0, 0, 8, 1], [0, 0, 8, 1, 0, 0, 0]);
    fc.assert(
      fc.property(prefixes, fc.uint8Array({ maxLength: 40 }), (prefix, rest) => {
        const bytes = Uint8Array.of(...prefix, ...rest);
        try {
          expect(encodeIdx(parseIdx("x", bytes, 1))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
    );
  });
});

describe("a path that cannot be read", () => {
  it("is a DataError: no such file, a folder", () => {
    const missing = join(folder, "missing");
    const absent = dataError(missing, () => readIdx(missing, 1));
    expect(absent.problem).toBe("there is no such file");
    expect(absent.cause).toBeInstanceOf(Error);
    expect(dataError(folder, () => readIdx(folder, 1)).problem).toMatch(
      /^it cannot be read as a file \(it is not a file but a folder/,
    );
  });
});
