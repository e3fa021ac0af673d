/** Files of `torch.save`: a zip archive with a pickle of the data, and an entry for each array of elements. */
import { tagOf } from "../tag.ts";
import { TorchFileError } from "./errors.ts";
import { type FileArray, Pickler } from "./pickle.ts";
import { bytesOfType, inOrder } from "./storage.ts";
import { type FindStorage, Unpickler } from "./unpickle.ts";
import { isTensor, type TorchValue } from "./value.ts";
import { readZip, writeZip } from "./zip.ts";

const pickleEntry = "data.pkl";

/**
 * Reads what `torch.save` wrote, such as `{"model": model.state_dict(), "optimizer": optimizer.state_dict()}`: dicts as
 * `Map`, lists as arrays, tuples as `TorchTuple`, and tensors, whose elements are read when asked for. Nothing in the
 * file is ever executed; what would need it is refused.
 *
 * @param bytes the whole file, such as `readFileSync("checkpoint.pt")`, or of a `Blob` its `arrayBuffer()`
 * @throws {TorchFileError} where the file is none of PyTorch's (1.6 or later), is damaged, or holds anything but plain
 *   data and tensors
 * @example
 * import { TorchTuple, readTorch, tensorOf, writeTorch } from "gradus/pytorch";
 * const file = writeTorch({ betas: new TorchTuple([0.9, 0.999]) });
 * readTorch(file); // Map(1) { "betas" => TorchTuple { items: [0.9, 0.999] } }
 */
export function readTorch(bytes: Uint8Array | ArrayBuffer): TorchValue {
  const isArray = tagOf(bytes) === "Uint8Array";
  if (!isArray && tagOf(bytes) !== "ArrayBuffer") {
    throw new TorchFileError("readTorch takes a file's bytes: readTorch(readFileSync(path))");
  }
  const entries = readZip(isArray ? (bytes as Uint8Array) : new Uint8Array(bytes));
  const names = [...entries.keys()].filter(
    (name) => name.endsWith(`/${pickleEntry}`) && name.split("/").length === 2,
  );
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new TorchFileError(
      "it is a zip archive, but has no data.pkl: torch.save did not write it, or it is a TorchScript archive",
    );
  }
  const folder = name.slice(0, -pickleEntry.length);
  const order = entries.get(`${folder}byteorder`)?.read();
  if (order !== undefined && new TextDecoder().decode(order.subarray(0, 9)).trim() !== "little") {
    throw new TorchFileError("its numbers are big-endian, which is not supported");
  }
  const find: FindStorage = (key, type, length) => {
    const entry = entries.get(`${folder}data/${key}`);
    if (entry === undefined) {
      throw new TorchFileError(
        `it lacks the array ${JSON.stringify(key.slice(0, 80))}: the file is damaged`,
      );
    }
    if (entry.size !== length * bytesOfType(type)) {
      throw new TorchFileError(
        `an array of ${length} numbers of ${type} has ${entry.size} bytes: the file is damaged`,
      );
    }
    return { type, length, bytes: entry.read };
  };
  return new Unpickler(entries.get(name)!.read(), bytes.byteLength, find).read();
}

/** An array's bytes, as files have them. */
const bytesOf = (array: FileArray): Uint8Array =>
  inOrder(
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    array.BYTES_PER_ELEMENT,
  );

/**
 * Makes a file that `torch.load` reads (with `weights_only=True`, too), and `readTorch`.
 *
 * @param value a `Map`, or an object, which becomes a `dict` as well; arrays become a `list`, and numbers without a
 *   fraction an `int`; what is there twice is one thing there, too
 * @returns the file's bytes
 * @throws {TorchFileError} where it has what PyTorch does not know, a tensor is not what its type and shape say, or the
 *   file would be larger than 4 GiB or one that `readTorch` refuses
 * @example
 * import { writeFileSync } from "node:fs";
 * import { type TorchDict, readTorch, tensorOf, writeTorch } from "gradus/pytorch";
 *
 * const weight = tensorOf(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]);
 * const file = writeTorch({ weight, epoch: 3 });
 * writeFileSync("model.pt", file); // for torch.load("model.pt", weights_only=True)
 * const read = readTorch(file) as TorchDict;
 * read.get("epoch"); // 3
 */
export function writeTorch(value: TorchValue | Readonly<Record<string, TorchValue>>): Uint8Array {
  const pickler = new Pickler();
  const text = (content: string) => new TextEncoder().encode(content);
  const isPlain = Object.getPrototypeOf(value ?? 0) === Object.prototype && !isTensor(value);
  const dict = isPlain ? new Map(Object.entries(value as Record<string, TorchValue>)) : value;
  const pickled = pickler.write(dict as TorchValue);
  const file = writeZip([
    [`archive/${pickleEntry}`, pickled],
    ["archive/byteorder", text("little")],
    ...pickler.arrays.map((array, key) => [`archive/data/${key}`, bytesOf(array)] as const),
    ["archive/version", text("3\n")],
  ]);
  // Whatever was written: it shall not be found out when it is needed.
  readTorch(file);
  return file;
}
