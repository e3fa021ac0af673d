/** Measures the memory of an optimizer's state. */
import { optimize, parameters, type Rule } from "../../src/index.ts";

/** Bytes of state for each byte of parameters. */
export function statePerParameter(rule: Rule): number {
  const { w } = parameters({ w: [100, 1000] });
  using optimizer = optimize({ w }, rule);
  const states = Object.values(optimizer.state().parameters["w"]!);
  return states.reduce((sum, { byteLength }) => sum + byteLength, 0) / w.data.byteLength;
}
