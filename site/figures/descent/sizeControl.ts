import type { RangeControl } from "../figure.ts";

/** The factor of gradients from step 100 on, in figures in which they change. */
export const sizeControl: RangeControl = {
  kind: "range",
  label: "size after step 100",
  symbol: "g",
  ...{ min: 0.01, max: 10, step: 10 ** 0.05, log: true, value: 0.1 },
};
