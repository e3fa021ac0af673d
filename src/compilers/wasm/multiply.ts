/**
 * Products of matrices in WebAssembly SIMD, with the bits of the plain loops in `js/engine.ts`.
 *
 * Blocks of the operands are packed into panels in the engine's own memory, as Goto and van de
 * Geijn do ("Anatomy of High-Performance Matrix Multiplication", 2008): a tile of the product stays
 * in registers while the loop over the depth reads a panel of each operand. Lanes are
 * columns, so each element is summed in order; the next block of the depth continues the
 * sums of the last one.
 */
import type { Matrix, MatrixEngine } from "../../rule/matrices/matrix.ts";
import {
  type ElementType,
  elementBytes,
  leastSharedProduct,
  type PartFunction,
  type SharedCode,
  type Sharing,
} from "../backend.ts";
import { hostEngine } from "../hostEngine.ts";
import { assemble } from "./assembler/assembler.ts";
import { allInstructions } from "./assembler/instructions.ts";
import { compileModule } from "./assembler/module.ts";
import {
  block,
  copyPanels,
  interleave,
  layoutOf,
  multiplyPanels,
  multiplyRecord,
  panelBytes,
  tileRows,
} from "./panels.ts";
import { sideBySide } from "./width.ts";

type Data = Matrix["data"];

/** The number of parts of a product. It is several for each thread, so that a slow thread delays little. */
const parts = 16;

/** Panels of rows that end at the same column, if the product is computed only up to the diagonal. */
const stripPanels = 8;

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Copies `count` elements, and fills up to `padded` with zeros. */
type CopyRow = (
  to: Data,
  toStart: number,
  from: Data,
  fromStart: number,
  count: number,
  padded: number,
) => void;

/** One loop for each type, so that JavaScript engines see arrays of one type in each. Rows are too short for `set`. */
const copyRow: Readonly<Record<ElementType, CopyRow>> = {
  float32(to, toStart, from, fromStart, count, padded) {
    for (let j = 0; j < count; j++) {
      to[toStart + j] = from[fromStart + j]!;
    }
    for (let j = count; j < padded; j++) {
      to[toStart + j] = 0;
    }
  },
  float64(to, toStart, from, fromStart, count, padded) {
    for (let j = 0; j < count; j++) {
      to[toStart + j] = from[fromStart + j]!;
    }
    for (let j = count; j < padded; j++) {
      to[toStart + j] = 0;
    }
  },
};

/** The exports of a module with the functions above. */
interface Exports {
  readonly multiply: PartFunction;
  interleave(depth: number, panels: number): void;
  copyPanels(
    from: number,
    fromRow: number,
    fromPanel: number,
    to: number,
    toRow: number,
    toPanel: number,
    rows: number,
    panels: number,
  ): void;
}

/** Computes blocks of a product: packs rows of matrices into panels, and unpacks tiles into rows. */
class Blocks {
  readonly #bytes: number;
  /** The columns of a panel. */
  readonly #width: number;
  readonly #layout: ReturnType<typeof layoutOf>;
  readonly #run: Exports;
  readonly #tiles: Data;
  readonly #staged: Data;
  readonly #record: Int32Array;
  readonly #copyRow: CopyRow;
  readonly #sharing: Sharing | undefined;
  readonly #code: SharedCode;

  constructor(type: ElementType, sharing: Sharing | undefined) {
    const FloatArray = type === "float32" ? Float32Array : Float64Array;
    this.#bytes = elementBytes[type];
    this.#width = panelBytes / this.#bytes;
    this.#layout = layoutOf(this.#bytes);
    this.#copyRow = copyRow[type];
    const shared = sharing !== undefined;
    const pages = Math.ceil(this.#layout.end / 65_536);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    const functions = [multiplyPanels(type, sideBySide()), interleave(type), copyPanels()];
    const module = compileModule(
      assemble({ functions, memory: { shared, maximum: pages } }, allInstructions),
    );
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    this.#run = exports as unknown as Exports;
    this.#sharing = sharing;
    this.#code = { module, memory, names: ["multiply"], functions: [this.#run.multiply] };
    this.#record = new Int32Array(memory.buffer, this.#layout.record);
    const count = (this.#layout.staged - this.#layout.tiles) / this.#bytes;
    this.#tiles = new FloatArray(memory.buffer, this.#layout.tiles, count);
    const { staged, record } = this.#layout;
    this.#staged = new FloatArray(memory.buffer, staged, (record - staged) / this.#bytes);
  }

  /** @param half whether to leave out the part above the block's diagonal */
  multiply(out: Matrix, a: Matrix, b: Matrix, row: number, column: number, half: boolean): void {
    const rows = Math.min(block.rows, a.rows - row);
    const columns = Math.min(block.columns, b.cols - column);
    const [height, breadth] = [roundUp(rows, tileRows), roundUp(columns, this.#width)];
    this.#tiles.fill(0, 0, height * breadth);
    for (let k = 0; k < a.cols; k += block.depth) {
      const depth = Math.min(block.depth, a.cols - k);
      this.#packA(a, row, k, rows, depth);
      this.#packB(b, k, column, depth, columns);
      this.#record[multiplyRecord.panelsA] = height / tileRows;
      this.#record[multiplyRecord.panelsB] = breadth / this.#width;
      this.#record[multiplyRecord.depth] = depth;
      this.#record[multiplyRecord.beyond] = half ? 0 : breadth / this.#width;
      this.#multiplyPanels(height / tileRows, height * breadth * depth, half);
    }
    this.#unpack(out, row, column, rows, columns);
  }

  /** Adds the products of panels to the tiles, on several threads if that pays. */
  #multiplyPanels(panels: number, work: number, half: boolean): void {
    const { record } = this.#layout;
    if (this.#sharing !== undefined && work >= leastSharedProduct) {
      const grain = half ? stripPanels : Math.ceil(panels / parts);
      this.#sharing.run(this.#code, 0, record, panels, grain);
      return;
    }
    // The columns of a strip end where its last row meets the diagonal.
    const strip = half ? stripPanels : panels;
    for (let from = 0; from < panels; from += strip) {
      this.#run.multiply(from, Math.min(from + strip, panels), record, 0);
    }
  }

  #packA({ data, cols }: Matrix, row: number, k: number, rows: number, depth: number): void {
    const panels = Math.ceil(rows / tileRows);
    for (let i = 0; i < panels * tileRows; i++) {
      const count = i < rows ? depth : 0;
      this.#copyRow(this.#staged, i * depth, data, (row + i) * cols + k, count, depth);
    }
    this.#run.interleave(depth, panels);
  }

  #packB({ data, cols }: Matrix, k: number, column: number, depth: number, columns: number): void {
    const { staged, b } = this.#layout;
    const panels = Math.ceil(columns / this.#width);
    const padded = panels * this.#width;
    for (let i = 0; i < depth; i++) {
      this.#copyRow(this.#staged, i * padded, data, (k + i) * cols + column, columns, padded);
    }
    const [line, panel] = [panels * panelBytes, depth * panelBytes];
    this.#run.copyPanels(staged, line, panelBytes, b, panelBytes, panel, depth, panels);
  }

  /** Unpacks as many rows at a time as fit the staging memory. */
  #unpack(out: Matrix, row: number, column: number, rows: number, columns: number): void {
    const { staged, tiles } = this.#layout;
    const panels = Math.ceil(columns / this.#width);
    const padded = panels * this.#width;
    const panel = roundUp(rows, tileRows) * panelBytes;
    for (let first = 0; first < rows; first += block.depth) {
      const here = Math.min(block.depth, rows - first);
      const from = tiles + first * panelBytes;
      const line = panels * panelBytes;
      this.#run.copyPanels(from, panelBytes, panel, staged, line, panelBytes, here, panels);
      for (let i = 0; i < here; i++) {
        const to = (row + first + i) * out.cols + column;
        this.#copyRow(out.data, to, this.#staged, i * padded, columns, columns);
      }
    }
  }
}

/** @param sharing shares products among threads */
export function webassemblyEngine(type: ElementType, sharing?: Sharing): MatrixEngine {
  const blocks = new Blocks(type, sharing);
  return hostEngine(type, (out, a, b, half) => {
    for (let column = 0; column < b.cols; column += block.columns) {
      // Blocks are square, so in each column of blocks the first one needed begins on the diagonal.
      for (let row = half ? column : 0; row < a.rows; row += block.rows) {
        blocks.multiply(out, a, b, row, column, half && row === column);
      }
    }
  });
}
