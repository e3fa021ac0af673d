/** Every backend that the conformance suite runs; add new ones here. The first is the reference. */
import type { Backend, ElementType } from "../../src/compilers/backend.ts";
import { javascript } from "../../src/compilers/js/interpreter.ts";
import { webassembly } from "../../src/compilers/wasm/compiler.ts";
import { takeSideBySide } from "../../src/compilers/wasm/width.ts";
import { elementwise } from "../seams/backend.ts";

export const backends: readonly Backend[] = [javascript, webassembly, elementwise];

/** The backend as `gradus/wide` sets it, in an engine that does not join vectors. */
export const sideBySide: Backend = {
  ...webassembly,
  compile(...given) {
    takeSideBySide(2);
    try {
      return webassembly.compile(...given);
    } finally {
      takeSideBySide(1);
    }
  },
};

export const elementTypes: readonly ElementType[] = ["float32", "float64"];

/** Rounds a number to a type. */
export const rounding: Readonly<Record<ElementType, (value: number) => number>> = {
  float32: Math.fround,
  float64: (value) => value,
};
