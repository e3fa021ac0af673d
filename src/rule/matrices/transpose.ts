import type { PortableRoutine } from "./matrix.ts";

/** `transpose(x)`: the transpose of a matrix. */
export const transpose: PortableRoutine = {
  portable: true,
  run: (engine, out, [x]) => engine.transpose(out, x!),
};
