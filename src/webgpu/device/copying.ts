/** Copies between places in buffers, also of strided rows. */
import {
  copyBindings,
  copyBlock,
  copyRowsShader,
  copyTable,
} from "../../compilers/wgsl/copyRows.ts";
import type { ElementStorage } from "../../compilers/wgsl/layout.ts";
import { allocate, wordBytes } from "../parameters.ts";
import { extentOf, type Place } from "../tensor.ts";
import { bindGroupOf, grid } from "./commands.ts";
import { type Access, pipelineOf } from "./device.ts";

const access: Access = {
  [copyBindings.from]: "read",
  [copyBindings.to]: "write",
  [copyBindings.table]: "read",
};

/** Bindings must begin at multiples of this. */
const alignment = 256;

/** The rows of a place, with the distance between them in words. */
interface Rows {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  readonly stride: number;
}

const rowsIn = ({ buffer, offset, strided }: Place, columns: number): Rows => ({
  ...{ buffer, offset, stride: strided?.stride ?? columns },
});

/** A binding for some rows, and the word in it at which they begin. */
function bound({ buffer, offset, stride }: Rows, first: number, rows: number, columns: number) {
  const begin = offset + 4 * first * stride;
  const from = Math.floor(begin / alignment) * alignment;
  const size = begin - from + 4 * ((rows - 1) * stride + columns);
  return { binding: { buffer, offset: from, size }, at: (begin - from) / 4 };
}

/** Copies rows of words with a shader, as many at once as bindings can hold. */
function copyRows(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  [from, to]: readonly [Rows, Rows],
  count: number,
  columns: number,
): void {
  const most = device.limits.maxStorageBufferBindingSize - 2 * alignment;
  const height = Math.floor(most / (4 * Math.max(from.stride, to.stride, columns)));
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipelineOf(device, copyRowsShader, access));
  for (let first = 0; first < count; first += height) {
    const rows = Math.min(height, count - first);
    const [source, target] = [from, to].map((each) => bound(each, first, rows, columns));
    const words = new Uint32Array(copyTable.length);
    words[copyTable.count] = rows * columns;
    words[copyTable.columns] = columns;
    words[copyTable.from] = source!.at;
    words[copyTable.fromStride] = from.stride;
    words[copyTable.to] = target!.at;
    words[copyTable.toStride] = to.stride;
    // The table is used until the encoder is submitted, and that may be the caller's.
    const table = allocate(device, words.byteLength, "gradus rows to copy");
    device.queue.writeBuffer(table, 0, words);
    const resources = {
      [copyBindings.from]: source!.binding,
      [copyBindings.to]: target!.binding,
      [copyBindings.table]: { buffer: table },
    };
    pass.setBindGroup(0, bindGroupOf(device, access, resources));
    const { x, y } = grid(Math.ceil((rows * columns) / copyBlock), device);
    pass.dispatchWorkgroups(x, y);
  }
  pass.end();
}

/** Copies an array of `length` elements between two places with the same storage, in different buffers. */
export function copyPlace(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  from: Place,
  to: Place,
  length: number,
): void {
  const columns = (from.strided ?? to.strided)?.columns;
  if (columns === undefined) {
    const bytes = wordBytes(length, from.storage);
    encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes);
  } else if (length > 0) {
    const rows = [rowsIn(from, columns), rowsIn(to, columns)] as const;
    copyRows(device, encoder, rows, length / columns, columns);
  }
}

/** Sets an array of `length` elements to zero, without changing anything between its rows. */
export function clearPlace(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  place: Place,
  length: number,
): void {
  const { buffer, offset, storage, strided } = place;
  if (strided === undefined) {
    encoder.clearBuffer(buffer, offset, wordBytes(length, storage));
  } else if (length > 0) {
    const { columns } = strided;
    const zeros = { buffer: allocate(device, 4 * columns, "gradus zeros"), offset: 0, stride: 0 };
    const rows = [zeros, rowsIn(place, columns)] as const;
    copyRows(device, encoder, rows, length / columns, columns);
  }
}

/** A new contiguous place for an array, in its own buffer. */
export function packedPlace(device: GPUDevice, length: number, storage: ElementStorage): Place {
  const buffer = allocate(device, extentOf({ offset: 0, storage }, length), "gradus packed rows");
  return { buffer, offset: 0, storage };
}
