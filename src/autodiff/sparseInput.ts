/** A batch of which each row has few features. */
import { AutodiffError, check } from "./errors.ts";
import { checkOptions, printValue } from "./options.ts";

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
 *
 * @example
 * const bags = new SparseInput({ rows: 2, features: 1000 });
 * bags.set([[3, 17], [5]], [[1, 0.5], [2]]); // features of each row, and their values
 * bags.offsets; // [0, 2, 3]
 * bags.indices.subarray(0, 3); // [3, 17, 5]
 */
export class SparseInput {
  /** Rows of the matrix. */
  readonly rows: number;
  /** Columns of the matrix: features are numbers from 0 to below this. */
  readonly features: number;
  /** `rows + 1` offsets into `indices` and `values`, from 0, none below the one before. */
  readonly offsets: Int32Array;
  /** The features that are not zero, row by row. */
  indices = new Int32Array(0);
  /** Their values, as many as there are indices. */
  values = new Float32Array(0);

  constructor(shape: SparseInputShape) {
    checkOptions("SparseInput", shape, ["rows", "features"]);
    const { rows, features } = shape;
    check(
      [rows, features].every((size) => Number.isInteger(size) && size > 0),
      () => {
        const [found, and] = [rows, features].map(printValue);
        return `SparseInput: expected positive integers, found ${found} rows and ${and} features`;
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
   * @throws AutodiffError if a number of rows, a feature, a number of values or a value's kind is wrong;
   * the batch is then left as it was
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
        this.values[entry] = values === undefined ? 1 : values[row]![i]!;
        entry += 1;
      }
      this.offsets[row + 1] = entry;
    }
  }

  /**
   * Throws unless all that a pass reads is inside the arrays and the weight: whoever has them may have
   * written into them.
   *
   * @internal
   */
  checkEntries(operation: string): void {
    const { offsets, indices } = this;
    const entries = Math.min(indices.length, this.values.length);
    for (let row = 0; row < this.rows; row++) {
      const [start, end] = [offsets[row]!, offsets[row + 1]!];
      if (!(start >= 0 && start <= end && end <= entries)) {
        throw new AutodiffError(
          `${operation}: expected offsets that ascend from 0 to at most ${entries}, the number of ` +
            `entries, found ${start} and ${end} around row ${row}; fill the input with set(...)`,
        );
      }
      for (let entry = start; entry < end; entry++) {
        if (!this.#isFeature(indices[entry])) {
          const found = `found ${printValue(indices[entry])} at position ${entry}, in row ${row}`;
          throw new AutodiffError(
            `${operation}: expected features that are whole numbers from 0 to ${this.features - 1}, ${found}`,
          );
        }
      }
    }
  }

  #isFeature(value: unknown): boolean {
    return Number.isInteger(value) && (value as number) >= 0 && (value as number) < this.features;
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
      const given = values?.[row];
      const found = values === undefined ? features.length : given?.length;
      // Without `check`, whose closure would be an allocation for each entry.
      if (found !== features.length) {
        throw new AutodiffError(
          `SparseInput: expected ${features.length} values in row ${row}, found ${found}`,
        );
      }
      for (let i = 0; i < features.length; i++) {
        if (!this.#isFeature(features[i])) {
          const place = `found ${printValue(features[i])} at position ${i} in row ${row}`;
          throw new AutodiffError(
            `SparseInput: expected features that are whole numbers from 0 to ${this.features - 1}, ${place}`,
          );
        }
        if (given !== undefined && typeof given[i] !== "number") {
          const place = `found ${printValue(given[i])} at position ${i} in row ${row}`;
          throw new AutodiffError(`SparseInput: expected numbers as values, ${place}`);
        }
      }
      entries += features.length;
    }
    return entries;
  }
}
