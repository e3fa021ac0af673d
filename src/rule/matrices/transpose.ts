import { heightOf, kindOf, widthOf } from "../kinds.ts";
import type { PortableRoutine } from "./matrix.ts";

/** `transpose(x)`: rows as columns. */
export const transpose: PortableRoutine = {
  name: "transpose",
  matrices: ["x"],
  numbers: [],
  portable: true,
  kindOf: (x) => kindOf(widthOf(x!), heightOf(x!)),
  run: (engine, out, [x]) => engine.transpose(out, x!),
};
