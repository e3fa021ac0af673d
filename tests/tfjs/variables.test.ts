/** Variables that come, go, are frozen and are assigned to; and what stays of it all. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adam,
  adamw,
  bfloat16,
  chain,
  clipByGlobalNorm,
  ema,
  optimize,
  type Rule,
  scheduleFreeAdamw,
  sgd,
} from "../../src/index.ts";
import { GradusOptimizer } from "../../src/tfjs/index.ts";
import { backends, useBackend } from "./backends.ts";
import { normalized, numbers, points, train } from "./models.ts";

const numbersOf = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe.each(backends)("on %s", (backend) => {
  beforeEach(() => useBackend(backend));
  afterEach(() => tf.disposeVariables());

  const vector = (values: readonly number[], name?: string) =>
    tf.variable(tf.tensor1d([...values]), true, name);
  const apply = (
    optimizer: GradusOptimizer,
    gradients: Readonly<Record<string, readonly number[]>>,
  ) =>
    tf.tidy(() =>
      optimizer.applyGradients(
        Object.fromEntries(
          Object.entries(gradients).map(([name, values]) => [name, tf.tensor1d([...values])]),
        ),
      ),
    );

  test("steps are those of optimize on the same numbers, bit for bit", () => {
    const rule = chain(clipByGlobalNorm(0.5), adamw({ lr: 0.1 })) as Rule;
    const net = { a: Float32Array.of(1, 2, 3), b: Float32Array.of(4) };
    const plain = optimize(net, rule);
    const [a, b] = [vector([1, 2, 3], "a"), vector([4], "b")];
    const optimizer = new GradusOptimizer(rule);
    for (let step = 1; step <= 20; step++) {
      const gradients = { a: [...numbers(3, step)], b: [...numbers(1, step + 0.5)] };
      plain.step(gradients);
      apply(optimizer, gradients);
    }
    expect(numbersOf(a)).toEqual([...net.a]);
    expect(numbersOf(b)).toEqual([...net.b]);
    expect(optimizer.report?.step).toBe(20);
    expect(optimizer.report?.lr).toBe(0.1);
  });

  test("one that joins starts at its own first step; one that is gone takes its state along", async () => {
    const a = vector([1, 1], "a");
    const optimizer = new GradusOptimizer(adam({ lr: 0.5 }));
    apply(optimizer, { a: [1, 1] });
    const b = vector([1], "b");
    apply(optimizer, { a: [1, 1], b: [3] });
    // Adam's first step is of the rate, whatever the gradient.
    expect(numbersOf(b)[0]).toBeCloseTo(0.5, 5);
    a.dispose();
    apply(optimizer, { b: [3] });
    expect((await optimizer.getWeights()).map(({ name }) => name)).toEqual([
      "iter",
      "b/adam.m",
      "b/adam.v",
      "gradus",
    ]);
    expect(optimizer.iterations).toBe(3);
    // All are gone: others begin anew.
    b.dispose();
    const c = vector([1], "c");
    apply(optimizer, { c: [1] });
    expect(numbersOf(c)[0]).toBeCloseTo(0.5, 5);
  });

  test("state goes by name, whatever the order, and whoever else is there", () => {
    const run = (names: readonly string[]) => {
      const variables = names.map((name) => vector([1, 2], name));
      const optimizer = new GradusOptimizer(adam({ lr: 0.1 }));
      for (let step = 1; step <= 6; step++) {
        const order = step % 2 ? names : [...names].reverse();
        apply(optimizer, Object.fromEntries(order.map((name) => [name, [step, -step / 3]])));
      }
      const found = variables.map(numbersOf);
      tf.dispose(variables);
      return found;
    };
    expect(run(["x", "y"])).toEqual([...run(["y"]), ...run(["x"])]);
  });

  test("one of the same name goes on with the state, where its shape is the same", () => {
    const follow = (replaced: boolean) => {
      let w = vector([1, 2], "w");
      const optimizer = new GradusOptimizer(adam({ lr: 0.1 }));
      apply(optimizer, { w: [1, 2] });
      if (replaced) {
        const values = numbersOf(w);
        w.dispose();
        w = vector(values, "w");
      }
      apply(optimizer, { w: [3, -1] });
      const found = numbersOf(w);
      w.dispose();
      const other = vector([1, 2, 3], "w");
      apply(optimizer, { w: [1, 1, 1] });
      const fresh = numbersOf(other)[0]!;
      other.dispose();
      return [found, fresh];
    };
    const [found, fresh] = follow(true);
    expect([found, fresh]).toEqual(follow(false));
    expect(fresh).toBeCloseTo(0.9, 5);
  });

  test("layers that are frozen stay as they are, and go on when they are thawed", async () => {
    const data = points();
    const optimizer = new GradusOptimizer(adamw({ lr: 0.01 }));
    const model = normalized(optimizer);
    await train(model, data, 1);
    model.layers[0]!.trainable = false;
    model.compile({ optimizer, loss: "meanSquaredError" });
    const first = () => numbersOf(model.layers[0]!.getWeights()[0]!);
    const last = () => numbersOf(model.layers[2]!.getWeights()[0]!);
    const before = [first(), last()];
    await train(model, data, 1);
    expect(first()).toEqual(before[0]);
    expect(last()).not.toEqual(before[1]);
    model.layers[0]!.trainable = true;
    model.compile({ optimizer, loss: "meanSquaredError" });
    await train(model, data, 1);
    expect(first()).not.toEqual(before[0]);
    expect(optimizer.iterations).toBe(12);
  });

  test("what others assign counts", () => {
    const w = vector([1, 2], "w");
    const optimizer = new GradusOptimizer(sgd({ lr: 1 }));
    apply(optimizer, { w: [1, 1] });
    const ten = tf.tensor1d([10, 20]);
    w.assign(ten);
    apply(optimizer, { w: [1, 1] });
    expect(numbersOf(w)).toEqual([9, 19]);
    expect(numbersOf(ten)).toEqual([10, 20]);
  });

  test("a tensor that someone holds keeps its numbers: steps assign others", () => {
    const w = vector([1, 2], "w");
    const optimizer = new GradusOptimizer(sgd({ lr: 1 }));
    apply(optimizer, { w: [1, 1] });
    const held = w.clone();
    apply(optimizer, { w: [1, 1] });
    expect(numbersOf(held)).toEqual([0, 1]);
    expect(numbersOf(w)).toEqual([-1, 0]);
  });

  test("averages are in the variables while they are evaluated, and gone behind it", async () => {
    const w = vector([4, 8], "w");
    const optimizer = new GradusOptimizer(chain(sgd({ lr: 1 }), ema({ decay: 0.5 })) as Rule);
    expect(optimizer.evaluate(() => numbersOf(w))).toEqual([4, 8]);
    apply(optimizer, { w: [2, 4] });
    const before = tf.memory().numTensors;
    expect(optimizer.evaluate(() => numbersOf(w))).toEqual([3, 6]);
    expect(numbersOf(w)).toEqual([2, 4]);
    const later = optimizer.evaluate(async () => {
      await Promise.resolve();
      expect(() => apply(optimizer, { w: [1, 1] })).toThrow("until evaluate() has ended");
      return numbersOf(w);
    });
    expect(await later).toEqual([3, 6]);
    expect(numbersOf(w)).toEqual([2, 4]);
    expect(() =>
      optimizer.evaluate(() => {
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expect(numbersOf(w)).toEqual([2, 4]);
    expect(tf.memory().numTensors).toBe(before);
    // What it goes on from is not what was evaluated.
    apply(optimizer, { w: [1, 1] });
    expect(numbersOf(w)).toEqual([1, 3]);
  });

  test("Schedule-Free rules are evaluated where they have been, after loading too", async () => {
    const w = vector([4, 8], "w");
    const optimizer = new GradusOptimizer(scheduleFreeAdamw({ lr: 0.1 }) as Rule);
    apply(optimizer, { w: [2, 4] });
    apply(optimizer, { w: [1, -4] });
    const expected = optimizer.evaluate(() => numbersOf(w));
    expect(expected).not.toEqual(numbersOf(w));
    const other = new GradusOptimizer(scheduleFreeAdamw({ lr: 0.1 }) as Rule);
    await other.setWeights(await optimizer.getWeights());
    expect(other.evaluate(() => numbersOf(w))).toEqual(expected);
    const third = new GradusOptimizer(scheduleFreeAdamw({ lr: 0.1 }) as Rule);
    await third.setWeights(await optimizer.getWeights());
    expect(third.evaluate(() => numbersOf(w), [w])).toEqual(expected);
  });

  test("an update is by the mean of gradients that are accumulated", () => {
    const [w, v] = [vector([1, 2], "w"), vector([5], "v")];
    const optimizer = new GradusOptimizer(sgd({ lr: 1, momentum: 0.5 }), { accumulate: 2 });
    apply(optimizer, { w: [1, 3], v: [2] });
    expect(numbersOf(w)).toEqual([1, 2]);
    expect(optimizer.iterations).toBe(0);
    expect(() => apply(optimizer, { u: [1] })).toThrow("there is no variable");
    vector([1], "u");
    expect(() => apply(optimizer, { u: [1] })).toThrow("gradients of the other variables wait");
    apply(optimizer, { w: [3, 1] });
    // The gradient that was not there is 0 of the mean.
    expect([w, v].flatMap(numbersOf)).toEqual([-1, 0, 4]);
    expect(optimizer.iterations).toBe(1);
    // One that has none at all is left as it is, whatever its momentum would do.
    apply(optimizer, { w: [0, 0] });
    apply(optimizer, { w: [0, 0] });
    expect(numbersOf(v)).toEqual([4]);
    expect(numbersOf(w)).toEqual([-2, -1]);
    apply(optimizer, { v: [0] });
    apply(optimizer, { v: [0] });
    expect(numbersOf(v)[0]).toBeLessThan(4);
  });

  test("a gradient that is not finite is thrown, skipped, or let through", () => {
    const w = vector([1], "w");
    const policies = { throw: [1], skip: [1], allow: [Number.NaN] } as const;
    for (const nonFinite of ["throw", "skip", "allow"] as const) {
      const optimizer = new GradusOptimizer(sgd({ lr: 1 }), { nonFinite });
      const step = () => apply(optimizer, { w: [Number.NaN] });
      if (nonFinite === "throw") {
        expect(step).toThrow("has NaN");
      } else {
        step();
        expect(optimizer.report?.skipped).toBe(nonFinite === "skip");
      }
      expect(numbersOf(w)).toEqual(policies[nonFinite]);
    }
  });

  test("hyperparameters are set before the first step and later, and stay with the state", async () => {
    const w = vector([8], "w");
    const optimizer = new GradusOptimizer(sgd({ lr: 1 }));
    optimizer.setHyper({ lr: 2 });
    apply(optimizer, { w: [1] });
    expect(numbersOf(w)).toEqual([6]);
    optimizer.setHyper({ lr: 0.5 });
    apply(optimizer, { w: [1] });
    expect(numbersOf(w)).toEqual([5.5]);
    const other = new GradusOptimizer(sgd({ lr: 1 }));
    await other.setWeights(await optimizer.getWeights());
    apply(other, { w: [1] });
    expect(numbersOf(w)).toEqual([5]);
  });

  test("narrow state steps as it does elsewhere", () => {
    const values = [...numbers(5000, 1)];
    const options = { storage: { state: { m: bfloat16 } } };
    const net = { w: Float32Array.from(values) };
    const plain = optimize(net, adam({ lr: 0.1 }), options);
    const w = vector(values, "w");
    const optimizer = new GradusOptimizer(adam({ lr: 0.1 }), options);
    for (let step = 1; step <= 3; step++) {
      const gradient = [...numbers(5000, step)];
      plain.step({ w: gradient });
      apply(optimizer, { w: gradient });
    }
    expect(numbersOf(w)).toEqual([...net.w]);
  });

  test("after dispose nothing can be done with it, but dispose it again", () => {
    const w = vector([8], "w");
    const optimizer = new GradusOptimizer("adam");
    apply(optimizer, { w: [1] });
    const after = numbersOf(w);
    optimizer.dispose();
    optimizer.dispose();
    expect(() => apply(optimizer, { w: [1] })).toThrow("was disposed");
    expect(numbersOf(w)).toEqual(after);
  });

  test("a thousand steps leave as many tensors and bytes as one", async () => {
    const [w, v] = [vector(numbers(40, 1) as never, "w"), vector([1], "v")];
    const optimizer = new GradusOptimizer(chain(adamw({ lr: 1e-3 }), ema()) as Rule);
    const loss = () => tf.add(tf.sum(tf.square(w)), tf.sum(tf.abs(v))) as tf.Scalar;
    const step = async (count: number) => {
      optimizer.minimize(loss, false, count % 3 ? [w, v] : [w]);
      if (count % 100 === 0) {
        await optimizer.setWeights(await optimizer.getWeights());
        optimizer.evaluate(() => tf.tidy(() => numbersOf(loss())));
      }
    };
    await step(1);
    await step(0);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    for (let count = 1; count <= 1000; count++) {
      await step(count);
    }
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    // The text of a saved state has more digits when there were more steps.
    expect(tf.memory().numBytes).toBeLessThan(numBytes + 64);
    optimizer.dispose();
    // The variables, and what they were made of.
    expect(tf.memory().numTensors).toBeLessThan(numTensors);
  });
});
