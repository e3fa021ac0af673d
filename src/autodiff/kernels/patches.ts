/**
 * Patches: what a filter sees of an image at each of its places, one place behind the other, so that
 * a convolution is a product of matrices (Chellapilla, Puri and Simard, "High Performance Convolutional
 * Neural Networks for Document Processing", 2006).
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler.ts";
import { addTo, countUpTo } from "./loops.ts";

const [patches, image, rows, columns, rowStep, columnStep, lines, lineStep, run] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;

/** Emits a pass over one run of both; `emit` gets 4 or 1 elements at a time. */
function emitRun(f: FunctionBuilder, pixel: number, emit: (count: 4 | 1) => void): void {
  const [i, whole] = [f.local("i32"), f.local("i32")];
  f.get(run).emit("i32.const", -4).emit("i32.and").set(whole).emit("i32.const", 0).set(i);
  for (const [end, count] of [
    [whole, 4],
    [run, 1],
  ] as const) {
    countUpTo(f, i, end, count, () => {
      emit(count);
      f.advance(pixel, count * 4).advance(patches, count * 4);
    });
  }
}

/** Emits the loops over the places of a filter, and over the lines of a place. */
function emitPlaces(name: string, emit: (f: FunctionBuilder, pixel: number) => void) {
  const f = new FunctionBuilder(name, Array(9).fill("i32"));
  const [y, x, line] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const [place, start, pixel] = [f.local("i32"), f.local("i32"), f.local("i32")];
  countUpTo(f, y, rows, 1, () => {
    f.get(image).set(place).emit("i32.const", 0).set(x);
    countUpTo(f, x, columns, 1, () => {
      f.get(place).set(start).emit("i32.const", 0).set(line);
      countUpTo(f, line, lines, 1, () => {
        f.get(start).set(pixel);
        emit(f, pixel);
        addTo(f, start, lineStep);
      });
      addTo(f, place, columnStep);
    });
    addTo(f, image, rowStep);
  });
  return f.build();
}

/**
 * `gatherPatches(patches, image, rows, columns, rowStep, columnStep, lines, lineStep, run)`
 *
 * Copies, for each of rows times columns places, that many lines of `run` neighbouring elements.
 * Steps are in bytes: from a row of places to the next, from a place to its right neighbour, and from a
 * line of a place to the one below.
 */
export const gatherPatches = (): FunctionSource =>
  emitPlaces("gatherPatches", (f, pixel) => {
    emitRun(f, pixel, (count) => {
      const [load, store] =
        count === 4 ? (["v128.load", "v128.store"] as const) : (["f32.load", "f32.store"] as const);
      f.get(patches).get(pixel).emit(load).emit(store);
    });
  });

/** The same the other way round: adds the patches to the image that they would come from. */
export const scatterPatches = (): FunctionSource =>
  emitPlaces("scatterPatches", (f, pixel) => {
    emitRun(f, pixel, (count) => {
      const [load, add, store] =
        count === 4
          ? (["v128.load", "f32x4.add", "v128.store"] as const)
          : (["f32.load", "f32.add", "f32.store"] as const);
      f.get(pixel).get(pixel).emit(load).get(patches).emit(load).emit(add).emit(store);
    });
  });
