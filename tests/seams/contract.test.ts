/** What every optimizer and every wrapper does alike. */
import { describe, expect, test } from "vitest";
import {
  addParameters,
  DisposedError,
  EvaluationError,
  frozen,
  GradientError,
  getHyper,
  optimize,
  parameters,
  partition,
  setHyper,
  sgd,
  stepsOf,
} from "../../src/index.ts";
import { type Contracted, contracted, makeNet, type Net } from "./contract.ts";

// Its steps are the same along whichever directions.
const rule = () => partition([{ match: "frozen", rule: frozen }], sgd({ lr: 0.1, momentum: 0.9 }));
const gradient = (step: number) => ({
  b: Float64Array.of(step, -1),
  w: Float64Array.from({ length: 6 }, (_, i) => Math.sin(7 * step + i * i)),
  frozen: undefined,
});
const bad = () => ({ ...gradient(1), b: Float64Array.of(Number.NaN, 0) });
const valuesOf = (net: Net) => Object.values(net).flatMap(({ data }) => [...data]);

/** All that one sees of it. */
const look = (net: Net, optimizer: Contracted) =>
  structuredClone([valuesOf(net), optimizer.state(), optimizer.steps, optimizer.skippedSteps]);

describe.each(Object.entries(contracted))("%s", (_, make) => {
  test("steps as the rule does, by gradients that are written and that are passed", () => {
    const [net, other, plainNet] = [makeNet(), makeNet(), makeNet()];
    using passed = make(net, rule(), {});
    using written = make(other, rule(), {});
    using plain = optimize(plainNet, rule());
    for (let step = 1; step <= 4; step++) {
      const report = passed.step(gradient(step), {});
      expect(report).toMatchObject({ step, lr: 0.1, lrs: { b: 0.1, w: 0.1 }, skipped: false });
      const { b, w } = gradient(step);
      written.gradients.b.set(b);
      written.gradients.w.set(w);
      written.step();
      plain.step(gradient(step));
    }
    expect(valuesOf(other)).toEqual(valuesOf(net));
    const near = valuesOf(plainNet).map((value) => expect.closeTo(value, 12));
    expect(valuesOf(net)).toEqual(near);
    expect(net.frozen.data).toEqual(makeNet().frozen.data);
    expect([passed.steps, passed.skippedSteps, stepsOf(passed, "w")]).toEqual([4, 0, 4]);
    expect(stepsOf(passed, "frozen")).toBe(0);
  });

  test("says what it steps, in the same arrays each time", () => {
    const net = makeNet();
    using optimizer = make(net, rule(), {});
    expect([...optimizer.trained].sort()).toEqual(["b", "w"]);
    expect(Object.keys(optimizer.parameters).sort()).toEqual(["b", "frozen", "w"]);
    expect(optimizer.parameters.w.data).toBe(net.w.data);
    expect(optimizer.gradients.w).toBe(optimizer.gradients.w);
    expect(optimizer.gradients.w).toHaveLength(6);
    expect(optimizer.memory.allocated).toBeGreaterThan(0);
    expect(optimizer.maxThreads).toBeGreaterThan(0);
    optimizer.gradients.w.fill(3);
    optimizer.zeroGradients();
    expect(optimizer.gradients.w).toEqual(new Float64Array(6));
    expect(optimizer.zeroesGradients).toBe(false);
  });

  test("throws, or skips, what is not finite, and has changed nothing", () => {
    const net = makeNet();
    using optimizer = make(net, rule(), {});
    optimizer.step(gradient(1));
    const before = look(net, optimizer);
    expect(() => optimizer.step(bad())).toThrow(GradientError);
    expect(look(net, optimizer)).toEqual(before);
    const other = makeNet();
    using skipping = make(other, rule(), { nonFinite: "skip" });
    skipping.step(gradient(1));
    const values = valuesOf(other);
    expect(skipping.step(bad()).skipped).toBe(true);
    expect(valuesOf(other)).toEqual(values);
    expect([skipping.steps, skipping.skippedSteps]).toEqual([1, 1]);
  });

  test("goes on from a saved state, bit for bit", () => {
    const [net, other] = [makeNet(), makeNet()];
    using whole = make(net, rule(), {});
    for (const step of [1, 2]) whole.step(gradient(step));
    const saved = structuredClone(whole.state());
    const values = valuesOf(net);
    for (const step of [3, 4]) whole.step(gradient(step));
    using resumed = make(other, rule(), {});
    Object.values(other).reduce((at, { data }) => {
      data.set(values.slice(at, at + data.length));
      return at + data.length;
    }, 0);
    expect(resumed.restore(saved)).toMatchObject({ step: 2, differences: [] });
    for (const step of [3, 4]) resumed.step(gradient(step));
    expect(look(other, resumed)).toEqual(look(net, whole));
  });

  test("gives views that steps change, and copies that they do not", () => {
    using optimizer = make(makeNet(), rule(), {});
    optimizer.step(gradient(1));
    const [copy, view] = [optimizer.state(), optimizer.stateViews()];
    const of = (state: typeof copy) => [...state.parameters["b"]!["sgd.b"]!];
    const before = of(copy);
    optimizer.step(gradient(2));
    expect(of(copy)).toEqual(before);
    expect(of(view)).not.toEqual(before);
  });

  test("evaluates, and neither steps nor is saved meanwhile", async () => {
    const net = makeNet();
    using optimizer = make(net, rule(), {});
    optimizer.step(gradient(1));
    const before = look(net, optimizer);
    optimizer.evaluate(() => {
      expect(() => optimizer.step(gradient(2))).toThrow(EvaluationError);
      expect(() => optimizer.evaluate(() => 0)).toThrow(EvaluationError);
      expect(() => optimizer.state()).toThrow(EvaluationError);
    });
    await optimizer.evaluate(async () => {
      await Promise.resolve();
      expect(() => optimizer.step(gradient(2))).toThrow(EvaluationError);
    });
    expect(look(net, optimizer)).toEqual(before);
    const weights = optimizer.evaluationWeights();
    expect(weights.w).toEqual(net.w.data);
    expect(weights.w).not.toBe(net.w.data);
  });

  test("takes hyperparameters while it runs", () => {
    using optimizer = make(makeNet(), rule(), {});
    const any = optimizer as never;
    optimizer.step(gradient(1));
    setHyper(any, { lr: 0.25 });
    setHyper(any, { lr: 0.5 }, { match: "b" });
    expect([getHyper(any, "lr", "w"), getHyper(any, "sgd.lr", "b")]).toEqual([0.25, 0.5]);
    expect(optimizer.step(gradient(2)).lrs).toEqual({ w: 0.25, b: 0.5 });
  });

  test("is made again for more parameters, and the old ones go on as they would have", () => {
    const [net, other] = [makeNet(), makeNet()];
    using alone = make(net, rule(), {});
    const first = make(other, rule(), {});
    if (first.bindTo === undefined) {
      return first.dispose();
    }
    for (const each of [alone, first]) each.step(gradient(1));
    const more = parameters({ late: [2] }, { type: "float64" });
    using second = addParameters(first as never, more) as unknown as Contracted;
    alone.step(gradient(2));
    second.step({ ...gradient(2), late: [1, -2] } as never);
    expect(valuesOf(other)).toEqual(valuesOf(net));
    expect([...more.late.data]).toEqual([-0.1, 0.2].map((value) => expect.closeTo(value, 12)));
    expect([stepsOf(second, "late"), stepsOf(second, "w")]).toEqual([1, 2]);
    expect(() => first.step(gradient(2))).toThrow(DisposedError);
  });

  test("is of no use behind its end", () => {
    const optimizer = make(makeNet(), rule(), {});
    optimizer.step(gradient(1));
    optimizer[Symbol.dispose]();
    optimizer.dispose();
    // What sam made is not the optimizer's owner.
    optimizer.inner?.dispose();
    expect(() => optimizer.step(gradient(2))).toThrow(DisposedError);
  });
});
