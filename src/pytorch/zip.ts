/**
 * Zip archives whose entries are stored as they are, which is all that `torch.save` writes.
 * See APPNOTE.TXT 6.3, sections 4.3 to 4.5, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { crc32 } from "../checkpoint/crc32.ts";
import { TorchFileError } from "./errors.ts";

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };

const localBytes = 30;
const centralBytes = 46;
const endBytes = 22;
/** The end may have a comment behind it, of so many bytes at most. */
const maxCommentBytes = 0xffff;

/** PyTorch begins each entry's bytes at a multiple of this. */
const alignment = 64;

const damaged = (what: string): never => {
  throw new TorchFileError(`${what}: the file is damaged`);
};

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Where the end is: the last place that has its signature, and a comment as long as it says. */
function findEnd(view: DataView): number {
  const last = view.byteLength - endBytes;
  for (let at = last; at >= Math.max(0, last - maxCommentBytes); at--) {
    const isEnd = view.getUint32(at, true) === signatures.end;
    if (isEnd && at + endBytes + view.getUint16(at + 20, true) === view.byteLength) {
      return at;
    }
  }
  throw new TorchFileError(
    "it has no end of a zip archive: it was cut off, or torch.save did not write it. Files from before PyTorch 1.6 have another format: load and save them once with a newer PyTorch",
  );
}

/** An entry, whose bytes are checked when they are asked for. */
export interface Entry {
  /** Bytes. */
  readonly size: number;
  read(): Uint8Array;
}

function entryOf(
  { bytes, view }: { readonly bytes: Uint8Array; readonly view: DataView },
  at: number,
  name: string,
  reserved: [number, number][],
): Entry {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const sum = view.getUint32(at + 16, true);
  const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const local = view.getUint32(at + 42, true);
  if (method !== 0 || flags & 1 || packed !== size) {
    throw new TorchFileError(
      `its entry ${JSON.stringify(name.slice(0, 80))} is compressed or encrypted, which torch.save does not do`,
    );
  }
  if (local + localBytes > bytes.length || view.getUint32(local, true) !== signatures.local) {
    damaged("an entry of its zip archive has no header");
  }
  const before = view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const start = local + localBytes + before;
  if (start + size > bytes.length) {
    damaged("an entry of its zip archive reaches beyond its end");
  }
  reserved.push([local, start + size]);
  let checked = false;
  const read = () => {
    const found = bytes.subarray(start, start + size);
    // Those who have told PyTorch to write no sums have zeros.
    if (!checked && sum !== 0 && crc32(found) >>> 0 !== sum) {
      damaged(`its entry ${JSON.stringify(name.slice(0, 80))} has a wrong checksum`);
    }
    checked = true;
    return found;
  };
  return { size, read };
}

/**
 * The entries of an archive, by name.
 * @throws {TorchFileError} where it is no such archive
 */
export function readZip(bytes: Uint8Array): ReadonlyMap<string, Entry> {
  const view = viewOf(bytes);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (count === 0xffff || directory === 0xffffffff) {
    throw new TorchFileError(
      "it has more than 65534 entries, or more than 4 GiB, which is not supported",
    );
  }
  const entries = new Map<string, Entry>();
  const reserved: [number, number][] = [];
  // A name that is not UTF-8 is none that anyone asks for.
  const decoder = new TextDecoder();
  let at = directory;
  for (let index = 0; index < count; index++) {
    if (at + centralBytes > end || view.getUint32(at, true) !== signatures.central) {
      damaged("its zip archive's directory has fewer entries than it says");
    }
    const length = view.getUint16(at + 28, true);
    const name = decoder.decode(bytes.subarray(at + centralBytes, at + centralBytes + length));
    if (entries.has(name)) {
      damaged("its zip archive has two entries of one name");
    }
    entries.set(name, entryOf({ bytes, view }, at, name, reserved));
    at += centralBytes + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  reserved.sort(([a], [b]) => a - b);
  if (reserved.some(([, last], index) => last > (reserved[index + 1]?.[0] ?? directory))) {
    damaged("entries of its zip archive overlap");
  }
  return entries;
}

interface Written {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly sum: number;
  /** Where its header begins. */
  readonly local: number;
  /** Where its bytes begin. */
  readonly start: number;
}

/** What both headers of an entry have, from `at` on. */
function writeCommon(view: DataView, at: number, { name, data, sum }: Written): void {
  // Version 2.0; names in UTF-8; stored; 1 January 1980, since a file of the same contents is to be the same.
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, 0x800, true);
  view.setUint16(at + 8, 0x21, true);
  view.setUint32(at + 10, sum, true);
  view.setUint32(at + 14, data.length, true);
  view.setUint32(at + 18, data.length, true);
  view.setUint16(at + 22, name.length, true);
}

/** @throws {TorchFileError} above 4 GiB */
export function writeZip(entries: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const encoder = new TextEncoder();
  const written: Written[] = [];
  let size = 0;
  for (const [text, data] of entries) {
    const name = encoder.encode(text);
    const start = Math.ceil((size + localBytes + name.length + 4) / alignment) * alignment;
    written.push({ name, data, sum: crc32(data) >>> 0, local: size, start });
    size = start + data.length;
  }
  const directory = size;
  const total =
    written.reduce((sum, { name }) => sum + centralBytes + name.length, size) + endBytes;
  if (total > 0xffffffff || written.length > 0xfffe) {
    throw new TorchFileError("a file has up to 4 GiB and 65534 arrays: save it in parts");
  }
  const bytes = new Uint8Array(total);
  const view = viewOf(bytes);
  for (const entry of written) {
    const { name, data, local, start } = entry;
    const extra = start - local - localBytes - name.length;
    view.setUint32(local, signatures.local, true);
    writeCommon(view, local + 4, entry);
    view.setUint16(local + 28, extra, true);
    bytes.set(name, local + localBytes);
    // A field that pads: two letters, its length, anything.
    bytes.set([0x46, 0x42], local + localBytes + name.length);
    view.setUint16(local + localBytes + name.length + 2, extra - 4, true);
    bytes.set(data, start);
  }
  let at = directory;
  for (const entry of written) {
    view.setUint32(at, signatures.central, true);
    view.setUint16(at + 4, 20, true);
    writeCommon(view, at + 6, entry);
    view.setUint32(at + 42, entry.local, true);
    bytes.set(entry.name, at + centralBytes);
    at += centralBytes + entry.name.length;
  }
  view.setUint32(at, signatures.end, true);
  view.setUint16(at + 8, written.length, true);
  view.setUint16(at + 10, written.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return bytes;
}
