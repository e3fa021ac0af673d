import { heightOf, isHost, kindOf, widthOf } from "../kinds.ts";
import type { PortableRoutine } from "./matrix.ts";

/** `matmul(a, b)`: the product of two matrices, where a is as wide as b is high. */
export const matmul: PortableRoutine = {
  name: "matmul",
  matrices: ["a", "b"],
  numbers: [],
  portable: true,
  kindOf: (a, b) =>
    isHost(a!) || isHost(b!) || widthOf(a!) !== heightOf(b!)
      ? undefined
      : kindOf(heightOf(a!), widthOf(b!)),
  run: (engine, out, [a, b]) => engine.multiply(out, a!, b!),
};
