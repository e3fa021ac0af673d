/** Stores numbers with stochastic rounding, and provides numbers to test it. */
import fc from "fast-check";
import {
  type Backend,
  optimize,
  parameters,
  type Storage,
  stochastic,
  webassembly,
} from "../../src/index.ts";
import { echo } from "./storages.ts";

/** The stored values of numbers at one step. */
export function drawn(
  storage: Storage,
  numbers: Float32Array,
  backend: Backend = webassembly,
  seed = 0,
) {
  const net = parameters({ w: [numbers.length] });
  using optimizer = optimize(net, echo(), {
    ...{ backend, seed, nonFinite: "allow", threads: 1, storage: { state: stochastic(storage) } },
  });
  optimizer.step({ w: numbers });
  return optimizer.state().parameters["w"]!["echo.m"]!;
}

const anything = fc.oneof(
  { weight: 5, arbitrary: fc.float({ noNaN: true }) },
  { weight: 5, arbitrary: fc.float({ noNaN: true, min: -2, max: 2 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0, 65519, 65520, 3.4e38, 6e-8, 1e-45),
  },
);
export const drawnArrays = fc
  .array(anything, { minLength: 1, maxLength: 2200, size: "max" })
  .map((all) => Float32Array.from(all));
