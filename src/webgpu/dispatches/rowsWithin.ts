/** Decides how a parameter with strided rows is cut. */
import { blockElements } from "../../compilers/wgsl/layout.ts";
import { BindingError } from "../../runtime/errors.ts";
import { columnsOf, type GpuTensor, type Place } from "../tensor.ts";

/** The elements of as many whole rows as fit a binding and end with a block. */
export function rowsWithin(tensor: GpuTensor, gradient: Place, room: number, most: number): number {
  const columns = columnsOf(tensor.shape);
  const step = Math.max(
    ...[tensor.parameter, gradient].map(({ strided }) => 4 * (strided?.stride ?? columns)),
  );
  const block = blockElements(4);
  const rows = Math.min(room / columns, most / step);
  const each = Math.floor(rows / block) * block;
  if (each === 0) {
    throw new BindingError(
      `parameter \`${tensor.name}\`: ${block} of its rows, ${step} bytes from one to the next, are more than a binding of this device (maxStorageBufferBindingSize is ${most}): requestDevice() requests the largest limits of the adapter`,
    );
  }
  return each * columns;
}
