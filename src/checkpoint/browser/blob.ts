/** Checkpoints as Blobs, to download, upload or keep in a page. */
import type { StoredElements } from "../../runtime/memory/memory.ts";
import type { RestoreOptions } from "../../runtime/state/restore.ts";
import { tagOf } from "../../tag.ts";
import { decode, type Opened, open } from "../checkpoint.ts";
import { crc32 } from "../crc32.ts";
import { bytesOf, encode, type SaveOptions, setChecksum } from "../encode.ts";
import { CheckpointError, withinAsync } from "../errors.ts";
import { type CheckpointReport, prepare } from "../restore.ts";
import { headerBytesOf, prefixBytes, type TensorInfo } from "../safetensors/index.ts";
import type { Checkpointed } from "../source.ts";
import { Sums } from "../sums.ts";

/** Bytes that are copied at once, because a Blob takes no views of shared memory. */
const pieceBytes = 1 << 22;

/**
 * An optimizer's checkpoint as a Blob, with the same bytes as `saveCheckpoint` writes. It is made at once, so later steps do not
 * change it.
 *
 * @param optimizer from `optimize`, `accumulate`, `galore` or `privatize`
 * @throws {CheckpointError} if a name or the metadata cannot be saved
 * @example
 * const link = Object.assign(document.createElement("a"), {
 *   href: URL.createObjectURL(checkpointBlob(optimizer)),
 *   download: "run.safetensors",
 * });
 * link.click();
 */
export function checkpointBlob(optimizer: Checkpointed, options: SaveOptions = {}): Blob {
  const { header, arrays } = encode(optimizer, options);
  const parts: Blob[] = [];
  let sum = crc32(header);
  for (const array of arrays) {
    const bytes = bytesOf(array);
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      const piece = bytes.slice(from, from + pieceBytes) as Uint8Array<ArrayBuffer>;
      sum = crc32(piece, sum);
      // Engines keep Blobs outside of the heap, so the heap only holds a few of these pieces at a time.
      parts.push(new Blob([piece]));
    }
  }
  setChecksum(header, sum);
  return new Blob([header, ...parts], { type: "application/octet-stream" });
}

/**
 * Continues from a checkpoint, as `loadCheckpoint` does, with a Blob such as a `File` that the user chose. The whole Blob is
 * verified first. Make no steps until the promise is settled.
 *
 * @param blob from `checkpointBlob`, a file input or `fetch`
 * @returns the step, the metadata given at saving, and all differences
 * @throws {CheckpointError} if the Blob cannot be read, is damaged, or its file changes in the meantime; nothing was changed
 * @throws {RestoreError} if it does not fit, with all differences; nothing was changed
 * @example const { step } = await loadCheckpointBlob(checkpointBlob(optimizer), optimizer);
 */
export async function loadCheckpointBlob(
  blob: Blob,
  optimizer: Checkpointed,
  options: RestoreOptions = {},
): Promise<CheckpointReport> {
  return withinAsync(nameOf(blob), async () => {
    const wanted: { readonly array: StoredElements; readonly tensor: TensorInfo }[] = [];
    const file = await openVerified(blob);
    const found = decode(file, (tensor, make) => {
      const array = make();
      wanted.push({ array, tensor });
      return array;
    });
    const takeOver = prepare(found, optimizer, options);
    for (const { array, tensor } of wanted) {
      await readTensor(blob, file, bytesOf(array), tensor);
    }
    return takeOver();
  });
}

/** The name of a file; a Blob has none. */
function nameOf(blob: Blob): string {
  if (tagOf(blob) !== "Blob" && tagOf(blob) !== "File") {
    throw new CheckpointError("a checkpoint is read from a Blob or a File");
  }
  return "name" in blob ? String(blob.name) : "the Blob";
}

/** @throws {CheckpointError} if the browser refuses, for example because the file has changed since it was chosen */
async function bytesAt(blob: Blob, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.slice(from, to).arrayBuffer());
  } catch (cause) {
    throw new CheckpointError(`it cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function readTensor(
  blob: Blob,
  { dataStart, sums }: Verified,
  target: Uint8Array,
  tensor: TensorInfo,
): Promise<void> {
  let sum = 0;
  for (let done = 0; done < target.length; done += pieceBytes) {
    const from = dataStart + tensor.begin + done;
    const piece = await bytesAt(blob, from, Math.min(from + pieceBytes, dataStart + tensor.end));
    target.set(piece, done);
    sum = sums === undefined ? sum : crc32(piece, sum);
  }
  sums?.check(tensor, sum);
}

interface Verified extends Opened {
  /** Undefined if Gradus did not write the file. */
  readonly sums: Sums | undefined;
}

async function openVerified(blob: Blob): Promise<Verified> {
  const prefix = await bytesAt(blob, 0, prefixBytes);
  const headerBytes = headerBytesOf(prefix, blob.size);
  const opened = open(await bytesAt(blob, 0, prefixBytes + headerBytes), blob.size);
  if (opened.sum === undefined) {
    return { ...opened, sums: undefined };
  }
  const sums = new Sums(opened.header, opened.sum);
  for (let from = opened.dataStart; from < blob.size; from += pieceBytes) {
    sums.add(await bytesAt(blob, from, Math.min(from + pieceBytes, blob.size)));
  }
  opened.check(sums.total);
  return { ...opened, sums };
}
