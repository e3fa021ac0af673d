import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { DataError } from "gradus/tasks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LabelledImages, loadImages } from "./fashion-mnist.ts";
import { encodeIdx } from "./idx.ts";

const vendored = fileURLToPath(new URL("../../data/fashion-mnist", import.meta.url));

function classCounts({ labels }: LabelledImages): number[] {
  return Array.from({ length: 10 }, (_, label) => labels.filter((one) => one === label).length);
}

describe("the vendored images", () => {
  it("are 12,000 for training and 2,000 for testing, of 28 x 28", () => {
    const set = loadImages();
    expect([set.rows, set.columns, set.classes]).toEqual([28, 28, 10]);
    expect([set.train.count, set.test.count]).toEqual([12_000, 2_000]);
    expect(set.train.images.length).toBe(12_000 * 28 * 28);
    expect(set.test.images.length).toBe(2_000 * 28 * 28);
  });

  it("have the classes that their README counts", () => {
    const set = loadImages();
    const readme = readFileSync(join(vendored, "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| \d \| .* \| (\d+) \| (\d+) \|$/gm)];
    expect(rows.map((row) => Number(row[1]))).toEqual(classCounts(set.train));
    expect(rows.map((row) => Number(row[2]))).toEqual(classCounts(set.test));
  });

  it("have the checksums that their README gives", () => {
    const readme = readFileSync(join(vendored, "README.md"), "utf8");
    const sums = [...readme.matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)];
    expect(sums.length).toBe(8);
    for (const [, sum, name] of sums) {
      const path = join(vendored, name!);
      const bytes = name!.endsWith(".gz")
        ? readFileSync(path)
        : gunzipSync(readFileSync(`${path}.gz`));
      expect(createHash("sha256").update(bytes).digest("hex"), name).toBe(sum);
    }
  });
});

describe("a user's folder of images", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gradus-images-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function images(name: string, count: number, rows = 2, columns = 3): void {
    const data = Uint8Array.from({ length: count * rows * columns }, (_, index) => index);
    writeFileSync(join(folder, name), encodeIdx({ shape: [count, rows, columns], data }));
  }

  function labels(name: string, ...data: number[]): void {
    writeFileSync(
      join(folder, name),
      encodeIdx({ shape: [data.length], data: Uint8Array.from(data) }),
    );
  }

  /** Two images for training, one for testing. */
  function wholeSet(separator: "-" | "." = "-"): void {
    images(`train-images${separator}idx3-ubyte`, 2);
    labels(`train-labels${separator}idx1-ubyte`, 9, 0);
    images(`t10k-images${separator}idx3-ubyte`, 1);
    labels(`t10k-labels${separator}idx1-ubyte`, 4);
  }

  /** What is wrong, and with which file. */
  function problem(): { name: string; problem: string } {
    try {
      loadImages(folder);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      const found = error as DataError;
      return { name: found.path.slice(folder.length + 1), problem: found.problem };
    }
    throw new Error("nothing was thrown");
  }

  it.each(["-", "."] as const)(
    "is read with the spelling train-images%sidx3-ubyte",
    (separator) => {
      wholeSet(separator);
      const set = loadImages(folder);
      expect(set).toEqual({
        train: {
          images: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
          labels: Uint8Array.of(9, 0),
          count: 2,
        },
        test: { images: Uint8Array.of(0, 1, 2, 3, 4, 5), labels: Uint8Array.of(4), count: 1 },
        rows: 2,
        columns: 3,
        classes: 10,
      });
    },
  );

  it("may contain gzipped and plain files", () => {
    wholeSet(".");
    const plain = loadImages(folder);
    const path = join(folder, "t10k-images.idx3-ubyte");
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    rmSync(path);
    expect(loadImages(folder)).toEqual(plain);
  });

  it.each([
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ])("without %s is refused, and the file is named", (name) => {
    wholeSet();
    rmSync(join(folder, name));
    expect(problem()).toEqual({ name: `${name}.gz`, problem: "there is no such file" });
  });

  it("with more or fewer labels than images names both files", () => {
    wholeSet();
    labels("train-labels-idx1-ubyte", 1, 2, 3);
    expect(problem()).toEqual({
      name: "train-labels-idx1-ubyte",
      problem: `it holds 3 labels for the 2 images of ${join(folder, "train-images-idx3-ubyte")}`,
    });
  });

  it("with a label past 9 says where", () => {
    wholeSet();
    labels("train-labels-idx1-ubyte", 3, 10);
    expect(problem()).toEqual({
      name: "train-labels-idx1-ubyte",
      problem: "label 1 is 10; labels from 0 to 9 were expected",
    });
  });

  it("with images and labels swapped says so", () => {
    wholeSet();
    images("train-labels-idx1-ubyte", 2);
    expect(problem().problem).toBe(
      "it holds images (3 dimensions) where labels (1 dimension) were expected",
    );
  });

  it("with test images of another size says both sizes", () => {
    wholeSet();
    images("t10k-images-idx3-ubyte", 1, 3, 2);
    expect(problem()).toEqual({
      name: "t10k-images-idx3-ubyte",
      problem: "its images are 3 x 2 pixels, those for training 2 x 3",
    });
  });

  it("with no images says so", () => {
    wholeSet();
    images("t10k-images-idx3-ubyte", 0);
    labels("t10k-labels-idx1-ubyte");
    expect(problem()).toEqual({ name: "t10k-images-idx3-ubyte", problem: "it holds no images" });
  });

  it("that is missing, or is a file, is named", () => {
    const missing = join(folder, "missing");
    expect(() => loadImages(missing)).toThrow(
      `${missing}: there is no such folder. Give a folder with the four files`,
    );
    writeFileSync(missing, "");
    expect(() => loadImages(missing)).toThrow(`${missing}: it cannot be read as a folder (ENOTDIR`);
  });
});
