/** A batch of which each row has few features. */
import { AutodiffError, check } from "./errors.ts";

/** The shape of a sparse input. */
export interface SparseInputShape {
  /** The size of the batch. */
  readonly rows: number;
  /** Feature numbers go from 0 to this less one. */
  readonly features: number;
}

/**
 * A matrix [rows, features] in compressed rows: the features of row r are `indices` and `values` from
 * `offsets[r]` to below `offsets[r + 1]`. It is read at each pass; at first all rows are empty.
 */
export class SparseInput {
  readonly rows: number;
  readonly features: number;
  readonly offsets: Int32Array;
  indices = new Int32Array(0);
  values = new Float32Array(0);

  constructor({ rows, features }: SparseInputShape) {
    check(
      [rows, features].every((size) => Number.isInteger(size) && size > 0),
      () => {
        return `SparseInput: expected positive integers, found ${rows} rows and ${features} features`;
      },
    );
    this.rows = rows;
    this.features = features;
    this.offsets = new Int32Array(rows + 1);
  }

  /**
   * Fills the batch. The arrays grow when it needs more room than any before.
   *
   * @param rows each row's features; one that occurs several times counts as often
   * @param values their values, in the same layout; by default all are 1
   * @throws AutodiffError if a number of rows, a feature or a number of values is wrong; the batch is
   * then left as it was
   */
  set(rows: readonly ArrayLike<number>[], values?: readonly ArrayLike<number>[]): void {
    const entries = this.#check(rows, values);
    if (entries > this.indices.length) {
      this.indices = new Int32Array(entries * 2);
      this.values = new Float32Array(entries * 2);
    }
    let entry = 0;
    for (let row = 0; row < this.rows; row++) {
      const features = rows[row]!;
      for (let i = 0; i < features.length; i++) {
        this.indices[entry] = features[i]!;
        this.values[entry] = values?.[row]?.[i] ?? 1;
        entry += 1;
      }
      this.offsets[row + 1] = entry;
    }
  }

  /** Returns the number of entries. */
  #check(rows: readonly ArrayLike<number>[], values?: readonly ArrayLike<number>[]): number {
    check(rows.length === this.rows && (values?.length ?? this.rows) === this.rows, () => {
      const found = values === undefined ? "" : ` and ${values.length} of values`;
      return `SparseInput: expected ${this.rows} rows, found ${rows.length}${found}`;
    });
    let entries = 0;
    for (let row = 0; row < rows.length; row++) {
      const features = rows[row]!;
      const found = values?.[row]?.length ?? features.length;
      // Without `check`, whose closure would be an allocation for each entry.
      if (found !== features.length) {
        throw new AutodiffError(
          `SparseInput: expected ${features.length} values in row ${row}, found ${found}`,
        );
      }
      for (let i = 0; i < features.length; i++) {
        const feature = features[i]!;
        if (!(Number.isInteger(feature) && feature >= 0 && feature < this.features)) {
          throw new AutodiffError(
            `SparseInput: expected features from 0 to ${this.features - 1}, ` +
              `found ${feature} in row ${row}`,
          );
        }
      }
      entries += features.length;
    }
    return entries;
  }
}
