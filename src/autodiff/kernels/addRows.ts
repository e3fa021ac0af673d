/** Sums over the rows of a matrix. */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { addTo, countUpTo } from "./loops.ts";

/** Columns that are added up at once: a cache line. */
const lineColumns = 16;

/**
 * `addRows(rows, columns, matrix, target)`: target += the sum of the matrix's rows, in order.
 *
 * Whoever calls it for a few hundred rows at a time gets a sum of sums, whose rounding errors grow
 * with the rows of a call, and the number of calls.
 */
export function addRows(): FunctionSource {
  const f = new FunctionBuilder("addRows", ["i32", "i32", "i32", "i32"]);
  const [rows, columns, matrix, target] = [0, 1, 2, 3] as const;
  const [column, end, row, at, stride] = Array.from({ length: 5 }, () => f.local("i32")) as [
    ...[number, number, number, number, number],
  ];
  const sums = Array.from({ length: lineColumns / 4 }, () => f.local("v128"));
  f.get(columns).emit("i32.const", 4).emit("i32.mul").set(stride);
  for (const step of [lineColumns, 4, 1]) {
    const used = sums.slice(0, Math.ceil(step / 4));
    const load = step === 1 ? "v128.load32_zero" : "v128.load";
    f.get(columns).emit("i32.const", -step).emit("i32.and").set(end);
    countUpTo(f, column, end, step, () => {
      f.get(matrix).set(at).emit("i32.const", 0).set(row);
      for (const sum of used) {
        f.emit("v128.const", Array(16).fill(0)).set(sum);
      }
      countUpTo(f, row, rows, 1, () => {
        used.forEach((sum, v) => {
          f.get(sum)
            .get(at)
            .emit(load, v * 16)
            .emit("f32x4.add")
            .set(sum);
        });
        addTo(f, at, stride);
      });
      used.forEach((sum, v) => {
        f.get(target)
          .get(target)
          .emit(load, v * 16)
          .get(sum)
          .emit("f32x4.add");
        if (step === 1) {
          f.emit("f32x4.extract_lane", 0).emit("f32.store");
        } else {
          f.emit("v128.store", v * 16);
        }
      });
      f.advance(target, step * 4).advance(matrix, step * 4);
    });
  }
  return f.build();
}
