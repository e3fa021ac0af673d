import { describe, expect, it } from "vitest";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { prodigy } from "../optimizers/prodigy.ts";
import { ema } from "../transforms/ema.ts";
import { accumulate } from "../wrappers/accumulate.ts";
import { galore } from "../wrappers/galore.ts";
import { addParameters, removeParameters, stepsOf } from "./changeParameters.ts";
import { BindingError, DisposedError } from "./errors.ts";
import { skipAbsent } from "./gradients/absent.ts";
import { optimize } from "./optimize.ts";
import { parameters } from "./parameters.ts";
import { getHyper, setHyper } from "./setHyper.ts";

const fill = (data: Float32Array) => data.forEach((_, i) => void (data[i] = Math.cos(i)));
const fresh = () => {
  const net = parameters({ w: [3, 2], b: [4] });
  for (const { data } of Object.values(net)) fill(data);
  return net;
};
const late = () => {
  const net = parameters({ late: [5] });
  fill(net.late.data);
  return net;
};
const gradient = (step: number) => ({
  w: Float32Array.from({ length: 6 }, (_, i) => Math.sin(7 * step + i * i)),
  b: Float32Array.of(step, -1, 0.5, 2),
});
const lateGradient = (step: number) => ({
  late: Float32Array.from({ length: 5 }, (_, i) => Math.cos(3 * step + i)),
});
const rule = () => chain(adam({ lr: 0.1 }), ema(0.9));

it("an added parameter steps as if alone from its first step, and the others step as without it", () => {
  const [net, alone, more, moreAlone] = [fresh(), fresh(), late(), late()];
  const first = optimize(net, rule());
  using old = optimize(alone, rule());
  using young = optimize(moreAlone, rule());
  for (const step of [1, 2, 3]) for (const each of [first, old]) each.step(gradient(step));
  using both = addParameters(first, more);
  expect(both.steps).toBe(3);
  for (const step of [4, 5]) {
    both.step({ ...gradient(step), ...lateGradient(step) });
    old.step(gradient(step));
    young.step(lateGradient(step));
  }
  expect(net.w.data).toEqual(alone.w.data);
  expect(net.b.data).toEqual(alone.b.data);
  expect(more.late.data).toEqual(moreAlone.late.data);
  const { parameters: state, begun } = both.state();
  expect(state["w"]).toEqual(old.state().parameters["w"]);
  expect(state["late"]).toEqual(young.state().parameters["late"]);
  expect(begun.parts).toEqual({ late: { adam: 3, ema: 3 } });
  expect(both.evaluationWeights()).toEqual({
    ...old.evaluationWeights(),
    ...young.evaluationWeights(),
  });
  expect(["w", "late"].map((name) => stepsOf(both, name))).toEqual([5, 2]);
  // A saved state has both ages.
  const [thenNet, thenMore] = [fresh(), late()];
  using then = optimize({ ...thenNet, ...thenMore }, rule());
  then.restore(structuredClone(both.state()));
  expect(["w", "late"].map((name) => stepsOf(then, name))).toEqual([5, 2]);
});

it("a removed parameter stays as it is, and the others continue", () => {
  const [net, alone] = [fresh(), fresh()];
  const first = optimize(net, rule());
  using old = optimize({ w: alone.w }, rule());
  first.step(gradient(1));
  old.step({ w: gradient(1).w });
  const { b } = structuredClone({ b: net.b.data });
  using rest = removeParameters(first, ["b"]);
  rest.step({ w: gradient(2).w });
  old.step({ w: gradient(2).w });
  expect(net.w.data).toEqual(alone.w.data);
  expect(net.b.data).toEqual(b);
  expect(Object.keys(rest.state().shapes)).toEqual(["w"]);
  expect(() => first.step(gradient(2))).toThrow(DisposedError);
  // It may come back as a new parameter.
  using again = addParameters(rest, { b: net.b });
  again.step(gradient(3));
  expect(["w", "b"].map((name) => stepsOf(again, name))).toEqual([3, 1]);
});

it("keeps options, threads, shared states and values that were set", () => {
  const [net, more] = [fresh(), late()];
  const groups = [{ match: "b", lr: 0.3 }];
  const options = { groups, nonFinite: "skip", seed: 5, threads: 2 } as const;
  const first = optimize(net, prodigy({ lr: 0.7 }), options);
  for (const step of [1, 2]) first.step(gradient(step));
  setHyper(first, { lr: 0.2 }, { match: "w" });
  const d = first.state().parameters["w"]!["prodigy.d"]![0];
  using both = addParameters(first, more);
  expect(both.state().seed).toBe(5);
  expect(both.maxThreads).toBe(2);
  expect(["w", "b", "late"].map((name) => getHyper(both, "lr", name))).toEqual([0.2, 0.3, 0.7]);
  expect(both.state().parameters["late"]!["prodigy.d"]![0]).toBe(d);
  const bad = { ...gradient(3), late: new Float32Array(5).fill(Number.NaN) };
  expect(both.step(bad).skipped).toBe(true);
  expect([both.steps, both.skippedSteps]).toEqual([2, 1]);
});

describe("wrappers", () => {
  it("accumulate, between two updates", () => {
    const [net, alone, more] = [fresh(), fresh(), late()];
    const first = accumulate(net, rule(), { steps: 2 });
    using old = accumulate(alone, rule(), { steps: 2 });
    for (const each of [first, old]) each.step(gradient(1));
    expect(() => addParameters(first, more)).toThrow("1 gradients wait for an update");
    for (const each of [first, old]) each.step(gradient(2));
    using both = addParameters(first, more);
    for (const step of [3, 4]) {
      both.step({ ...gradient(step), ...lateGradient(step) });
      old.step(gradient(step));
    }
    expect(net.w.data).toEqual(alone.w.data);
    expect([both.steps, both.pending, stepsOf(both, "late")]).toEqual([2, 0, 1]);
  });

  it("galore takes directions only for new matrices", () => {
    const [net, more] = [fresh(), parameters({ late: [2, 4] })];
    const first = galore(net, adam(), { rank: 1, every: 100 });
    first.step(gradient(1));
    const basis = first.state().parameters["w"]!["galore.basis"]!.slice();
    using both = addParameters(first, more);
    both.step({ ...gradient(2), late: Float32Array.from({ length: 8 }, (_, i) => i) });
    const state = both.state().parameters;
    expect(state["w"]!["galore.basis"]).toEqual(basis);
    expect(state["late"]!["galore.basis"]!.some((value) => value !== 0)).toBe(true);
  });
});

it("refuses what it cannot do, and the optimizer stays usable", () => {
  const net = fresh();
  using optimizer = optimize(net, adam(), { groups: [{ match: "b", lr: 1 }] });
  optimizer.step(gradient(1));
  const { w } = fresh();
  const calls: [() => unknown, string][] = [
    [() => addParameters(optimizer, { w } as never), "there is a parameter `w` already"],
    [() => addParameters(optimizer, { x: net.w } as never), "share elements"],
    [() => removeParameters(optimizer, ["c" as never]), "there is no parameter `c`"],
    [() => removeParameters(optimizer, "b" as never), "a list of names"],
    [() => removeParameters(optimizer, ["b"]), "group 0 (b) matches none of w"],
    [() => removeParameters(optimizer, ["w", "b"]), "there are no parameters"],
    [() => stepsOf(optimizer, "c"), "there is no parameter `c`"],
  ];
  for (const [call, message] of calls) {
    expect(call, message).toThrow(BindingError);
    expect(call, message).toThrow(message);
  }
  expect(optimizer.step(gradient(2)).step).toBe(2);
});

it("a parameter that steps skipped has fewer updates", () => {
  using optimizer = optimize(fresh(), adam(), { absent: skipAbsent });
  optimizer.step(gradient(1));
  optimizer.step({ ...gradient(2), b: null });
  expect(["w", "b"].map((name) => stepsOf(optimizer, name))).toEqual([2, 1]);
});
