import { join } from "node:path";
import { DataError } from "gradus/tasks";
import { packageRoot } from "../package-root.ts";
import { type Idx, readIdx } from "./idx.ts";
import { listFolder } from "./read-data.ts";

/** Images with the class of each. */
export interface LabelledImages {
  /** Grey values from 0 (background) to 255: `count` images of `rows` x `columns`, row-major. */
  readonly images: Uint8Array;
  /** A class from 0 to 9 for each image. */
  readonly labels: Uint8Array;
  readonly count: number;
}

export interface ImageSet {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** Height of an image in pixels, 28 for Fashion-MNIST. */
  readonly rows: number;
  /** Width of an image in pixels, 28 for Fashion-MNIST. */
  readonly columns: number;
  readonly classes: 10;
}

const CLASSES = 10;

const VENDORED = join(packageRoot(), "data", "fashion-mnist");

/**
 * Loads ten classes of images in the MNIST file format: training and test images with their labels.
 * @param directory A folder with the four files of a set (MNIST, Fashion-MNIST, KMNIST ...), gzipped or not, named
 * `train-images-idx3-ubyte` or `train-images.idx3-ubyte` and so on. Left out, it is the first 12,000 training and
 * 2,000 test images of Fashion-MNIST, which come with the package.
 * @throws DataError when a file is missing, damaged, or does not go with the others.
 *
 * Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017 (arXiv:1708.07747).
 */
export function loadImages(directory: string = VENDORED): ImageSet {
  const names = listFolder(
    directory,
    "Give a folder with the four files of a set in the MNIST format.",
  );
  const train = loadHalf(directory, names, "train");
  const test = loadHalf(directory, names, "t10k");
  const { rows, columns } = train;
  if (test.rows !== rows || test.columns !== columns) {
    throw new DataError(
      test.path,
      `its images are ${test.rows} x ${test.columns} pixels, those for training ${rows} x ${columns}`,
      "Take the training and the test files from the same set.",
    );
  }
  return { train: train.half, test: test.half, rows, columns, classes: CLASSES };
}

interface Half {
  readonly path: string;
  readonly half: LabelledImages;
  readonly rows: number;
  readonly columns: number;
}

function loadHalf(directory: string, names: readonly string[], prefix: "train" | "t10k"): Half {
  const path = findFile(directory, names, `${prefix}-images`, "idx3-ubyte");
  const labelsPath = findFile(directory, names, `${prefix}-labels`, "idx1-ubyte");
  const images = readIdx(path, 3);
  const labels = readIdx(labelsPath, 1);
  const [count, rows, columns] = images.shape as [number, number, number];
  if (count === 0) throw new DataError(path, "it holds no images", "Use a set with images.");
  requireLabels(labelsPath, labels, count, path);
  return { path, half: { images: images.data, labels: labels.data, count }, rows, columns };
}

function findFile(
  directory: string,
  names: readonly string[],
  stem: string,
  extension: string,
): string {
  const spellings = [`${stem}-${extension}`, `${stem}.${extension}`];
  const candidates = spellings.flatMap((name) => [`${name}.gz`, name]);
  const found = candidates.find((name) => names.includes(name));
  if (found !== undefined) return join(directory, found);
  throw new DataError(
    join(directory, candidates[0]!),
    "there is no such file",
    `Put it there, gzipped or not; ${spellings.join(" and ")} are both looked for.`,
  );
}

function requireLabels(path: string, labels: Idx, count: number, imagesPath: string): void {
  if (labels.data.length !== count) {
    throw new DataError(
      path,
      `it holds ${labels.data.length} labels for the ${count} images of ${imagesPath}`,
      "Take the images and the labels from the same set.",
    );
  }
  const position = labels.data.findIndex((label) => label >= CLASSES);
  if (position >= 0) {
    throw new DataError(
      path,
      `label ${position} is ${labels.data[position]}; labels from 0 to ${CLASSES - 1} were expected`,
      `Use a set of ${CLASSES} classes.`,
    );
  }
}
