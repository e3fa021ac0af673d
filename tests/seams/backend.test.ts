/** A backend of one's own runs every exported optimizer and transform, and gives the reference's bits. */
import { expect, test } from "vitest";
import { javascript } from "../../src/compilers/js/interpreter.ts";
import { noisySgd, optimize, parameters, type Rule } from "../../src/index.ts";
import { elementTypes } from "../support/backends.ts";
import { expectSameBits } from "../support/bits.ts";
import { rules } from "../support/everyRule.ts";
import { elementwise } from "./backend.ts";

type Bound = typeof elementwise;

/** What some steps leave of parameters and state, by name. */
function trained(
  rule: Rule,
  type: "float32" | "float64",
  backend: Bound,
): Map<string, ArrayLike<number>> {
  const net = parameters({ w: [5, 7], b: [3], frozen: [2] }, { type });
  for (const { data } of Object.values(net)) data.forEach((_, i) => void (data[i] = Math.cos(i)));
  using optimizer = optimize(net, rule, { backend });
  for (let step = 1; step <= 4; step++) {
    for (const array of Object.values(optimizer.gradients)) {
      array.forEach((_, i) => void (array[i] = Math.sin(i * step)));
    }
    optimizer.step(undefined, { loss: 1 / step });
  }
  const kept = Object.entries(optimizer.state().parameters).flatMap(([name, states]) =>
    Object.entries(states).map(([state, array]) => [`${name}'s ${state}`, array] as const),
  );
  const evaluated = Object.entries(optimizer.evaluationWeights());
  return new Map([
    ...Object.entries(net).map(([name, { data }]) => [name, data] as const),
    ...evaluated.map(([name, data]) => [`${name} to evaluate`, data] as const),
    ...kept,
  ]);
}

test.each(rules)("%s", (_, make) => {
  for (const type of elementTypes) {
    const expected = trained(make(), type, javascript);
    const found = trained(make(), type, elementwise);
    expect([...found.keys()]).toEqual([...expected.keys()]);
    for (const [name, values] of found) expectSameBits(values, expected.get(name)!, name);
  }
});

test("draws go by the place in the tensor, where a step takes an array in several pieces", () => {
  const drawn = (backend: Bound) => {
    const w = new Float32Array(98_304 + 37);
    using optimizer = optimize({ w }, noisySgd({ lr: 1 }), { backend, threads: 1 });
    optimizer.step({ w: new Float32Array(w.length) });
    return w;
  };
  expectSameBits(drawn(elementwise), drawn(javascript), "noise");
});
