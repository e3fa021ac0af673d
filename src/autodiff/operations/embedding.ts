import { check, printShape } from "../errors.ts";
import { readIndices } from "../indices.ts";
import type { FloatArray, Tensor } from "../tensor.ts";

/** Row numbers, from 0; read at each pass, so that they can be filled anew. */
export type Indices = Uint8Array | Uint16Array | Uint32Array | Int32Array;

/**
 * Row i of the result is row indices[i] of the table. With g = dL/dy, row r of the table's gradient is
 * the sum of g[i] over those i that look r up; no other row of it is written, and `Tape.touchedRows`
 * says which were, so that `sparse(rows, values)` can hand them to an optimizer.
 *
 * @param indices one for each row of the result
 * @param table [rows, columns]
 * @returns [indices.length, columns]
 * @throws AutodiffError in a pass, where an index is no row of the table, or where there are more or fewer
 * @example
 * const layer = parameters({ table: [1000, 16] });
 * const tape = createTape(optimize(layer, adam()));
 * const words = new Int32Array([3, 17, 3]);
 * embedding(words, tape.parameters.table).shape; // [3, 16]
 */
export function embedding<A extends FloatArray>(indices: Indices, table: Tensor<A>): Tensor<A> {
  const [rows = 0, columns = 0] = table.shape;
  check(table.shape.length === 2, () => {
    return `embedding: expected table [rows, columns], found ${printShape(table.shape)}`;
  });
  check(indices.length > 0, () => "embedding: expected at least one index, found none");
  const { kernels } = table.tape;
  const bytes = columns * table.data.BYTES_PER_ELEMENT;
  /** As the last pass read them. */
  const read = new Int32Array(indices.length);
  return table.tape.record({
    name: "embedding",
    inputs: [table],
    shape: [read.length, columns],
    forward: (output) => {
      readIndices("embedding", "indices", indices, read, rows);
      for (let i = 0; i < read.length; i++) {
        const from = table.data.byteOffset + read[i]! * bytes;
        kernels.copy(output.byteOffset + i * bytes, from, bytes);
      }
    },
    backward: [
      {
        addRows: (gradient, target, touch) => {
          for (let i = 0; i < read.length; i++) {
            const index = read[i]!;
            touch(index);
            const to = target.byteOffset + index * bytes;
            kernels.axpy(columns, gradient.byteOffset + i * bytes, to, 1);
          }
        },
      },
    ],
  });
}
