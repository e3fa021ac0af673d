/**
 * A tile of a matrix that stays in vector registers while products are added to it: the innermost part
 * of matrix products and convolutions.
 */
import type { FunctionBuilder } from "../../compilers/wasm/assembler/assembler.ts";
import { addTo, countUpTo } from "./loops.ts";

export const tileRows = 4;
/**
 * The tile's 8 accumulators, two vectors and four elements to multiply fit into the 15 vector
 * registers that V8 hands out on x64.
 */
export const tileColumns = 8;

const vectorBytes = 16;
/** Bytes of the largest tile, of 64 elements, which the borders of matrices need as scratch. */
export const tileBytes = 2 * tileRows * tileColumns * 4;

/** Where a tile is stored: locals. */
export interface Place {
  /** Address of its first element. */
  readonly corner: number;
  /** Bytes from a row to the next. */
  readonly stride: number;
  /** Not 0 where it is added to what is there. */
  readonly accumulate: number;
  /** Address of `tileBytes` bytes. */
  readonly scratch: number;
  /** How much of it lies inside the matrix. */
  readonly rows: number;
  readonly columns: number;
}

export class Tile {
  readonly #f: FunctionBuilder;
  readonly #fused: boolean;
  readonly #rows: number;
  readonly #vectorsPerRow: number;
  /** Row by row. */
  readonly #accumulators: readonly number[];
  readonly #element: number;
  readonly #columns: readonly number[];
  readonly #address: number;

  /** @param fused whether a product is added with one rounding where the processor can */
  constructor(f: FunctionBuilder, fused: boolean, rows = tileRows, columns = tileColumns) {
    this.#f = f;
    this.#fused = fused;
    this.#rows = rows;
    this.#vectorsPerRow = columns / 4;
    const vectors = (count: number) => Array.from({ length: count }, () => f.local("v128"));
    this.#accumulators = vectors(rows * this.#vectorsPerRow);
    this.#element = f.local("v128");
    this.#columns = vectors(this.#vectorsPerRow);
    this.#address = f.local("i32");
  }

  /** Emits the start from zero. */
  emitZero(): void {
    for (const accumulator of this.#accumulators) {
      this.#f.emit("v128.const", Array(16).fill(0)).set(accumulator);
    }
  }

  /** Emits the start from a row, at an address, that is the same for all rows. */
  emitStart(address: number): void {
    this.#accumulators.forEach((accumulator, index) => {
      const offset = (index % this.#vectorsPerRow) * vectorBytes;
      this.#f.get(address).emit("v128.load", offset).set(accumulator);
    });
  }

  /**
   * Emits the addition of an outer product: of one element for each row, which `emitElement` leaves
   * in all lanes of a vector on the stack, with `tileColumns` elements from the address in `b` on.
   *
   * Between two such steps there has to be a branch: V8 moves all loads of a basic block to its front, so
   * that two steps in one spill most of their registers (measured: half the speed).
   *
   * @param offset bytes from the address in `b` to the elements
   */
  emitStep(b: number, emitElement: (row: number) => void, offset = 0): void {
    this.#columns.forEach((vector, v) => {
      this.#f
        .get(b)
        .emit("v128.load", offset + v * vectorBytes)
        .set(vector);
    });
    for (let row = 0; row < this.#rows; row++) {
      emitElement(row);
      this.#f.set(this.#element);
      this.#columns.forEach((vector, v) => {
        this.#multiplyAdd(this.#accumulators[row * this.#vectorsPerRow + v]!, vector);
      });
    }
  }

  /** Emits the stores into a matrix, of what of the tile lies inside it. */
  emitStore(place: Place): void {
    this.#f.get(place.rows).emit("i32.const", this.#rows).emit("i32.eq");
    this.#f
      .get(place.columns)
      .emit("i32.const", 4 * this.#vectorsPerRow)
      .emit("i32.eq")
      .emit("i32.and");
    this.#f.if(
      () => this.#emitInside(place),
      () => this.#emitBorder(place),
    );
  }

  #multiplyAdd(accumulator: number, vector: number): void {
    if (this.#fused) {
      this.#f.get(this.#element).get(vector).get(accumulator).emit("f32x4.relaxed_madd");
    } else {
      this.#f.get(accumulator).get(this.#element).get(vector).emit("f32x4.mul").emit("f32x4.add");
    }
    this.#f.set(accumulator);
  }

  /** Emits, for each vector, what `emit` makes of its accumulator and its offset from its row. */
  #forEachVector(stride: number, emit: (accumulator: number, offset: number) => void): void {
    for (let row = 0; row < this.#rows; row++) {
      // The last one first: see width.ts.
      for (let v = this.#vectorsPerRow - 1; v >= 0; v--) {
        emit(this.#accumulators[row * this.#vectorsPerRow + v]!, v * vectorBytes);
      }
      addTo(this.#f, this.#address, stride);
    }
  }

  #emitInside({ corner, stride, accumulate }: Place): void {
    this.#f.get(accumulate).if(() => {
      this.#f.get(corner).set(this.#address);
      this.#forEachVector(stride, (accumulator, offset) => {
        this.#f.get(this.#address).emit("v128.load", offset);
        this.#f.get(accumulator).emit("f32x4.add").set(accumulator);
      });
    });
    this.#f.get(corner).set(this.#address);
    this.#forEachVector(stride, (accumulator, offset) => {
      this.#f.get(this.#address).get(accumulator).emit("v128.store", offset);
    });
  }

  /** Through scratch, by elements. */
  #emitBorder({ corner, stride, accumulate, scratch, rows, columns }: Place): void {
    const f = this.#f;
    const [row, column, from, to] = [
      f.local("i32"),
      f.local("i32"),
      f.local("i32"),
      f.local("i32"),
    ];
    this.#accumulators.forEach((accumulator, vector) => {
      f.get(scratch)
        .get(accumulator)
        .emit("v128.store", vector * vectorBytes);
    });
    f.get(corner).set(this.#address).emit("i32.const", 0).set(row);
    countUpTo(f, row, rows, 1, () => {
      f.get(scratch)
        .get(row)
        .emit("i32.const", vectorBytes * this.#vectorsPerRow)
        .emit("i32.mul")
        .emit("i32.add");
      f.set(from).get(this.#address).set(to).emit("i32.const", 0).set(column);
      countUpTo(f, column, columns, 1, () => {
        f.get(to).get(from).emit("f32.load");
        f.get(to).emit("f32.load").emit("f32.const", 0).get(accumulate).emit("select");
        f.emit("f32.add").emit("f32.store");
        f.advance(from, 4).advance(to, 4);
      });
      addTo(f, this.#address, stride);
    });
  }
}
