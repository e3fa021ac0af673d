/** Loops over an i32 counter, for kernels written with the assembler. */
import type { FunctionBuilder } from "../../compilers/wasm/assembler/assembler.ts";

/** Runs the body with `counter` at its present value and on, in steps, while it is below `end`. */
export function countUpTo(
  f: FunctionBuilder,
  counter: number,
  end: number,
  step: number,
  body: () => void,
): void {
  f.block(() => {
    f.loop(() => {
      f.get(counter).get(end).emit("i32.ge_u").emit("br_if", 1);
      body();
      f.advance(counter, step).emit("br", 0);
    });
  });
}

/** Sets a local to the smaller of `limit` and `total - done`. */
export function setRemaining(
  f: FunctionBuilder,
  local: number,
  total: number,
  done: number,
  limit: number,
): void {
  f.get(total).get(done).emit("i32.sub").tee(local).emit("i32.const", limit);
  f.get(local).emit("i32.const", limit).emit("i32.lt_u").emit("select");
  // `select` takes its first operand where the condition holds: remaining < limit.
  f.set(local);
}

/** Adds one i32 local to another. */
export function addTo(f: FunctionBuilder, local: number, by: number): void {
  f.get(local).get(by).emit("i32.add").set(local);
}
