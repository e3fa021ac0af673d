/** Every backend that the conformance suite runs; a new one joins here. The first is the reference. */
import type { Backend, ElementType } from "../../src/compilers/backend.ts";
import { javascript } from "../../src/compilers/js/interpreter.ts";
import { webassembly } from "../../src/compilers/wasm/compiler.ts";
import { takeSideBySide } from "../../src/compilers/wasm/width.ts";
import { elementwise } from "../seams/backend.ts";

export const backends: readonly Backend[] = [javascript, webassembly, elementwise];

/** As `gradus/wide` has it, in an engine that joins nothing. */
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

/** A number rounded to a type. */
export const rounding: Readonly<Record<ElementType, (value: number) => number>> = {
  float32: Math.fround,
  float64: (value) => value,
};
