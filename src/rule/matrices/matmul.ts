import type { PortableRoutine } from "./matrix.ts";

/** `matmul(a, b)`: the product of two matrices. a has as many columns as b has rows. */
export const matmul: PortableRoutine = {
  portable: true,
  run: (engine, out, [a, b]) => engine.multiply(out, a!, b!),
};
