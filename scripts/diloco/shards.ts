/** Writes each rank's images into folders that tasks can read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LabelledImages, loadImages } from "../../cli/src/tasks/fashion-mnist.ts";
import { encodeIdx } from "../../cli/src/tasks/idx.ts";

function writeHalf(folder: string, prefix: string, { images, labels }: LabelledImages): void {
  const shape = [labels.length, 28, 28];
  writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), encodeIdx({ shape, data: images }));
  const classes = { shape: [labels.length], data: labels };
  writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), encodeIdx(classes));
}

/** Every nth example, starting with a given one. */
function cut(
  { images, labels, count }: LabelledImages,
  from: number,
  step: number,
): LabelledImages {
  const chosen = Array.from({ length: Math.floor(count / step) }, (_, i) => from + i * step);
  const pixels = images.length / count;
  return {
    images: Uint8Array.from({ length: chosen.length * pixels }, (_, i) => {
      return images[chosen[Math.floor(i / pixels)]! * pixels + (i % pixels)]!;
    }),
    labels: Uint8Array.from(chosen, (example) => labels[example]!),
    count: chosen.length,
  };
}

/**
 * Splits the training images evenly into one folder for each rank, and removes the folders after the call. There is only one test
 * image in each, because it is not used.
 */
export async function withShards<T>(
  ranks: number,
  use: (folders: readonly string[]) => Promise<T>,
): Promise<T> {
  const { train, test } = loadImages();
  const root = mkdtempSync(join(tmpdir(), `gradus-shards-${ranks}-`));
  try {
    const folders = Array.from({ length: ranks }, (_, rank) => {
      const folder = join(root, `${rank}`);
      mkdirSync(folder);
      writeHalf(folder, "train", cut(train, rank, ranks));
      writeHalf(folder, "t10k", cut(test, 0, test.count));
      return folder;
    });
    return await use(folders);
  } finally {
    rmSync(root, { recursive: true });
  }
}
