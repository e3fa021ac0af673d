import type { PortableRoutine } from "./matrix.ts";

/** `matmul(a, b)`: the product of two matrices, where a is as wide as b is high. */
export const matmul: PortableRoutine = {
  portable: true,
  run: (engine, out, [a, b]) => engine.multiply(out, a!, b!),
};
