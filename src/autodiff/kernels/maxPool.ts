/** The largest elements of windows, where in the window they were, and what of the gradient goes there. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { addTo, countUpTo } from "./loops.ts";

const [source, target, positions, columns, channels, columnStep, lines, lineStep, width] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;

/** The locals of one window. */
interface Window {
  /** Address of its first element of this channel. */
  readonly start: number;
  readonly channelStep: number;
}

/** Emits the maximum over a window into `best`, and its position into `position`. */
function emitWindow(f: FunctionBuilder, load: "v128.load" | "v128.load32_zero", at: Window) {
  const [line, x, start, pixel] = Array.from({ length: 4 }, () => f.local("i32")) as [
    ...[number, number, number, number],
  ];
  const [best, value, better, position, number] = Array.from({ length: 5 }, () =>
    f.local("v128"),
  ) as [number, number, number, number, number];
  const one = f.local("v128");
  f.emit("i32.const", 1).emit("i32x4.splat").set(one);
  for (const vector of [position, number]) {
    f.emit("v128.const", Array(16).fill(0)).set(vector);
  }
  f.get(at.start).tee(start).emit(load).set(best).emit("i32.const", 0).set(line);
  countUpTo(f, line, lines, 1, () => {
    f.get(start).set(pixel).emit("i32.const", 0).set(x);
    countUpTo(f, x, width, 1, () => {
      f.get(pixel).emit(load).set(value);
      // Of several equal ones the first stays; NaN is larger than everything.
      f.get(best).get(value).emit("f32x4.lt").get(value).get(value).emit("f32x4.ne");
      f.emit("v128.or").set(better);
      f.get(value).get(best).get(better).emit("v128.bitselect").set(best);
      f.get(number).get(position).get(better).emit("v128.bitselect").set(position);
      f.get(number).get(one).emit("i32x4.add").set(number);
      addTo(f, pixel, at.channelStep);
    });
    addTo(f, start, lineStep);
  });
  return { best, position };
}

/**
 * `maxPool(source, target, positions, columns, channels, columnStep, lines, lineStep, width)`
 *
 * One row of results: `columns` windows of `lines` times `width` pixels. Steps are in bytes: from a
 * window to its right neighbour, and from a line to the one below. `positions` gets the number of
 * the pixel in its window, in reading order, as a 32-bit integer for each element of `target`.
 */
export function maxPool(): FunctionSource {
  const f = new FunctionBuilder("maxPool", Array(9).fill("i32"));
  const [column, channel, end, pixelBytes, start] = Array.from({ length: 5 }, () =>
    f.local("i32"),
  ) as [number, number, number, number, number];
  f.get(channels).emit("i32.const", 4).emit("i32.mul").set(pixelBytes);
  countUpTo(f, column, columns, 1, () => {
    f.get(source).set(start).emit("i32.const", 0).set(channel);
    for (const step of [4, 1]) {
      f.get(channels).emit("i32.const", -step).emit("i32.and").set(end);
      countUpTo(f, channel, end, step, () => {
        const load = step === 4 ? "v128.load" : "v128.load32_zero";
        const { best, position } = emitWindow(f, load, { start, channelStep: pixelBytes });
        for (const [address, vector] of [
          [target, best],
          [positions, position],
        ] as const) {
          f.get(address).get(vector);
          if (step === 4) {
            f.emit("v128.store");
          } else {
            f.emit("v128.store32_lane", 0, 0);
          }
          f.advance(address, step * 4);
        }
        f.advance(start, step * 4);
      });
    }
    addTo(f, source, columnStep);
  });
  return f.build();
}

/**
 * `spreadRow(gradient, positions, offsets, target, columns, channels, columnStep)`
 *
 * Adds each element of a row of gradients to the element of `target` that was the largest of its
 * window. `target` is the first window's first pixel, `offsets` has the bytes from there to each pixel
 * of the window, `columnStep` those to its right neighbour.
 */
export function spreadRow(): FunctionSource {
  const f = new FunctionBuilder("spreadRow", Array(7).fill("i32"));
  const [gradient, positionsOf, offsets, window, windows, depth, step] = [
    0, 1, 2, 3, 4, 5, 6,
  ] as const;
  const [column, channel, pixel, largest] = Array.from({ length: 4 }, () => f.local("i32")) as [
    ...[number, number, number, number],
  ];
  countUpTo(f, column, windows, 1, () => {
    f.get(window).set(pixel).emit("i32.const", 0).set(channel);
    countUpTo(f, channel, depth, 1, () => {
      f.get(positionsOf).emit("i32.load", 0).emit("i32.const", 4).emit("i32.mul");
      f.get(offsets).emit("i32.add").emit("i32.load", 0);
      f.get(pixel).emit("i32.add").tee(largest);
      f.get(largest).emit("f32.load").get(gradient).emit("f32.load");
      f.emit("f32.add").emit("f32.store");
      f.advance(gradient, 4).advance(positionsOf, 4).advance(pixel, 4);
    });
    addTo(f, window, step);
  });
  return f.build();
}
