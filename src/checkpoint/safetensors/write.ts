import { CheckpointError, quote } from "../errors.ts";
import {
  bitsOfType,
  type DataType,
  headerCosts,
  loneSurrogate,
  maxAxes,
  maxHeaderBytes,
  memoryOf,
  metadataKey,
  prefixBytes,
} from "./format.ts";

/** A tensor to write. */
export interface TensorSpecification {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** The elements begin at a multiple of this number of bytes, for programs that map the file into memory. */
const alignment = 8;

/**
 * Makes everything before the elements: the header with its length before it.
 * @param tensors in the order of their elements
 * @throws {CheckpointError} if two tensors have the same name, a name cannot be written, or there are too many
 */
export function writeHeader(
  tensors: readonly TensorSpecification[],
  metadata: readonly (readonly [name: string, text: string])[],
): Uint8Array<ArrayBuffer> {
  checkNames(tensors.map(({ name }) => name));
  const texts = metadata.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
  const entries = metadata.length > 0 ? [`"${metadataKey}":{${texts.join(",")}}`] : [];
  let begin = 0;
  for (const { name, dtype, shape } of tensors) {
    if (shape.length > maxAxes) {
      throw new CheckpointError(
        `tensor ${quote(name)} has ${shape.length} axes, of ${maxAxes} at most`,
      );
    }
    const end = begin + shape.reduce((a, b) => a * b, bitsOfType[dtype]) / 8;
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`,
    );
    begin = end;
  }
  const text = new TextEncoder().encode(`{${entries.join(",")}}`);
  const length = Math.ceil(text.length / alignment) * alignment;
  if (length > maxHeaderBytes) {
    throw new CheckpointError(
      `its header would have ${length} bytes, of ${maxHeaderBytes} at most: these are too many parameters, or too much metadata, for one file`,
    );
  }
  const { tensor, text: each } = headerCosts;
  memoryOf(length).take(tensor * tensors.length + each * metadata.length);
  const bytes = new Uint8Array(prefixBytes + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, prefixBytes);
  return bytes;
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>([metadataKey]);
  for (const name of names) {
    if (seen.has(name)) {
      throw new CheckpointError(
        `two tensors of the file would have the name ${quote(name)}: rename a parameter`,
      );
    }
    if (loneSurrogate.test(name)) {
      throw new CheckpointError(
        `the name ${quote(name)} has half of a surrogate pair, which UTF-8 cannot hold: rename it`,
      );
    }
    seen.add(name);
  }
}
