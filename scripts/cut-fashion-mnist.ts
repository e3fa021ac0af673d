/**
 * Cuts cli/data/fashion-mnist, the set that comes with the package, from a full set of Fashion-MNIST:
 *
 *     apt-get install dataset-fashion-mnist
 *     npx tsx scripts/cut-fashion-mnist.ts /usr/share/datasets/fashion-mnist
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type LabelledImages, loadImages } from "../cli/src/tasks/fashion-mnist.ts";
import { encodeIdx, type Idx } from "../cli/src/tasks/idx.ts";

const TRAIN_COUNT = 12_000;
const TEST_COUNT = 2_000;
const DESTINATION = new URL("../cli/data/fashion-mnist/", import.meta.url);

const GZIP_OPERATING_SYSTEM = 9;
const UNKNOWN = 255;

const directory = process.argv[2];
if (directory === undefined) {
  console.error("usage: npx tsx scripts/cut-fashion-mnist.ts FOLDER-OF-THE-FULL-SET");
  process.exit(2);
}
const { train, test, rows, columns } = loadImages(directory);
mkdirSync(DESTINATION, { recursive: true });
cut("train", train, TRAIN_COUNT);
cut("t10k", test, TEST_COUNT);

function cut(prefix: string, full: LabelledImages, count: number): void {
  if (full.count < count) throw new Error(`${prefix}: ${count} images wanted, ${full.count} found`);
  const images = full.images.subarray(0, count * rows * columns);
  write(`${prefix}-images-idx3-ubyte`, { shape: [count, rows, columns], data: images });
  write(`${prefix}-labels-idx1-ubyte`, { shape: [count], data: full.labels.subarray(0, count) });
}

function write(name: string, idx: Idx): void {
  const bytes = encodeIdx(idx);
  // Node's gzip header has no name and no time; the operating system is removed, too.
  const zipped = gzipSync(bytes, { level: 9 });
  zipped[GZIP_OPERATING_SYSTEM] = UNKNOWN;
  writeFileSync(new URL(`${name}.gz`, DESTINATION), zipped);
  print(name, bytes);
  print(`${name}.gz`, zipped);
}

function print(name: string, bytes: Uint8Array): void {
  console.log(`${createHash("sha256").update(bytes).digest("hex")}  ${name}`);
}
