import type { PortableRoutine } from "./matrix.ts";

/** `transpose(x)`: rows as columns. */
export const transpose: PortableRoutine = {
  portable: true,
  run: (engine, out, [x]) => engine.transpose(out, x!),
};
