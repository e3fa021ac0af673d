import type { RangeControl } from "../figure.ts";

/** By what gradients are multiplied from step 100 on, where a figure has them change. */
export const sizeControl: RangeControl = {
  kind: "range",
  label: "size after step 100",
  symbol: "g",
  ...{ min: 0.01, max: 10, step: 10 ** 0.05, log: true, value: 0.1 },
};
