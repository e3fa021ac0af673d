/** What every optimizer of TensorFlow.js does: what its own tests ask of `minimize`, `applyGradients`, configs and weights. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  adam,
  chain,
  clipByGlobalNorm,
  defineOptimizer,
  linear,
  optimizers,
  polyakSgd,
  type Rule,
  schedules,
  sgd,
  transforms,
} from "../../src/index.ts";
import { GradusOptimizer } from "../../src/tfjs/index.ts";
import { curves } from "../support/everySchedule.ts";
import { backends, useBackend } from "./backends.ts";

const numbersOf = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe.each(backends)("on %s", (backend) => {
  /** x² + b, of two numbers, and one that it is not of. */
  const make = (trainable = true) => {
    const x = tf.variable(tf.scalar(4), trainable);
    const b = tf.variable(tf.scalar(1));
    const stray = tf.variable(tf.scalar(-1));
    const loss = () => tf.add(tf.square(x), b) as tf.Scalar;
    return { x, b, stray, loss };
  };
  const gradus = () => new GradusOptimizer(sgd({ lr: 0.125 }));

  beforeEach(async () => {
    await useBackend(backend);
    tf.engine().startScope();
  });

  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
  });

  test("minimize steps all variables that the loss is of, and gives the loss before", () => {
    const { x, b, stray, loss } = make();
    const optimizer = gradus();
    const cost = optimizer.minimize(loss, true)!;
    expect(numbersOf(cost)).toEqual([17]);
    // Its derivatives are 2 x and 1.
    expect([x, b, stray].flatMap(numbersOf)).toEqual([3, 0.875, -1]);
    expect(optimizer.minimize(loss)).toBeNull();
    expect([x, b, stray].flatMap(numbersOf)).toEqual([2.25, 0.75, -1]);
    expect(optimizer.iterations).toBe(2);
  });

  test("minimize leaves one tensor, the loss, if that is asked for", () => {
    const { loss } = make();
    const optimizer = gradus();
    const before = tf.memory().numTensors;
    const cost = optimizer.minimize(loss, true)!;
    expect(tf.memory().numTensors).toBe(before + 1);
    cost.dispose();
    optimizer.minimize(loss);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("minimize steps the variables of a list alone", () => {
    const all = make();
    gradus().minimize(all.loss, false, [all.x, all.b]);
    expect([all.x, all.b, all.stray].flatMap(numbersOf)).toEqual([3, 0.875, -1]);
    const one = make();
    gradus().minimize(one.loss, false, [one.x]);
    expect([one.x, one.b, one.stray].flatMap(numbersOf)).toEqual([3, 1, -1]);
  });

  test("minimize refuses a list of none, or of none that is trainable", () => {
    const { x, loss } = make(false);
    expect(() => gradus().minimize(loss, true, [])).toThrow("trainable");
    expect(() => gradus().minimize(loss, true, [x])).toThrow("trainable");
  });

  test("minimize leaves alone what is not trainable", () => {
    const { x, b, loss } = make(false);
    const optimizer = gradus();
    optimizer.minimize(loss);
    optimizer.minimize(loss, false, [x, b]);
    expect([x, b].flatMap(numbersOf)).toEqual([4, 0.75]);
  });

  test("minimize refuses what is no number, and then leaks nothing", () => {
    const x = tf.variable(tf.tensor1d([1, 2]));
    const before = tf.memory().numTensors;
    expect(() => gradus().minimize((() => tf.square(x)) as never)).toThrow("scalar");
    const square = () => tf.sum(tf.square(x)) as tf.Scalar;
    const optimizer = new GradusOptimizer(sgd({ lr: () => -1 }));
    const after = tf.memory().numTensors;
    expect(() => optimizer.minimize(square, true)).toThrow("lr");
    expect(tf.memory().numTensors).toBe(after);
    expect(after - before).toBeLessThan(5);
    expect(numbersOf(x)).toEqual([1, 2]);
  });

  test("is an Optimizer of TensorFlow.js, by its class and by what it has", () => {
    expect(gradus() instanceof tf.Optimizer).toBe(true);
    expect(Object.getPrototypeOf(GradusOptimizer)).toBe(tf.Optimizer);
    expect(gradus().getClassName()).toBe("GradusOptimizer");
  });

  test("computeGradients and applyGradients, by a map and by a list, make the same step", () => {
    const seen = [true, false].map((asMap) => {
      const { x, b, loss } = make();
      const optimizer = gradus();
      const { value, grads } = optimizer.computeGradients(loss);
      optimizer.applyGradients(
        asMap ? grads : Object.entries(grads).map(([name, tensor]) => ({ name, tensor })),
      );
      return [value, x, b].flatMap(numbersOf);
    });
    expect(seen).toEqual([
      [17, 3, 0.875],
      [17, 3, 0.875],
    ]);
  });

  test("applyGradients leaves alone what has no gradient, its state and its age", () => {
    const [x, y] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
    const optimizer = new GradusOptimizer(adam({ lr: 0.5 }));
    const one = tf.scalar(1);
    optimizer.applyGradients({ [x.name]: one, [y.name]: one });
    optimizer.applyGradients([
      { name: x.name, tensor: one },
      { name: y.name, tensor: null as never },
    ]);
    const after = numbersOf(y);
    // Adam's first steps are of the rate where gradients are equal.
    expect(numbersOf(x)[0]).toBeCloseTo(0, 5);
    expect(after[0]).toBeCloseTo(0.5, 5);
    optimizer.applyGradients({});
    expect(numbersOf(y)).toEqual(after);
    expect(optimizer.iterations).toBe(2);
  });

  test("applyGradients refuses what fits no variable, and has changed nothing", () => {
    const [x, whole] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([1], "int32"))];
    const optimizer = gradus();
    const two = tf.tensor1d([1, 2]);
    const given = (name: string, tensor: tf.Tensor) => () =>
      optimizer.applyGradients([
        { name: x.name, tensor: two },
        { name, tensor },
      ]);
    expect(given(`${x.name}0`, two)).toThrow("there is no variable");
    expect(given(x.name, two)).toThrow("two gradients");
    expect(given(whole.name, tf.tensor1d([1]))).toThrow("int32");
    const y = tf.variable(tf.zeros([2, 1]));
    expect(given(y.name, two)).toThrow("has the shape [2,1], but its gradient has [2]");
    expect(given(y.name, tf.tensor2d([[Number.NaN], [1]]))).toThrow("has NaN");
    expect(numbersOf(x)).toEqual([1, 2]);
    expect(optimizer.iterations).toBe(0);
  });

  test("weights are the count, and a tensor for each state by variable", async () => {
    const x = tf.variable(tf.zeros([2, 3]), true, `weights on ${backend}`);
    const optimizer = new GradusOptimizer(adam());
    expect((await optimizer.getWeights()).map(({ name }) => name)).toEqual(["iter"]);
    optimizer.applyGradients({ [x.name]: tf.ones([2, 3]) });
    const weights = await optimizer.getWeights();
    expect(weights.map(({ name, tensor }) => [name, tensor.shape])).toEqual([
      ["iter", []],
      [`${x.name}/adam.m`, [2, 3]],
      [`${x.name}/adam.v`, [2, 3]],
      ["gradus", []],
    ]);
    expect(numbersOf(weights[0]!.tensor)).toEqual([1]);
    expect(numbersOf(weights[1]!.tensor)[0]).toBeCloseTo(0.1, 6);
  });

  test("setWeights goes on from getWeights, bit for bit", async () => {
    const { x, b, loss } = make();
    const optimizer = new GradusOptimizer(adam({ lr: 0.1 }));
    optimizer.minimize(loss);
    const weights = await optimizer.getWeights();
    const kept = [x, b].map((each) => each.dataSync().slice());
    optimizer.minimize(loss);
    const expected = [x, b].flatMap(numbersOf);
    using other = new GradusOptimizer(adam({ lr: 0.1 }));
    const lacking = weights.filter(({ name }) => !name.endsWith("adam.m"));
    await expect(other.setWeights(lacking)).rejects.toThrow("there is no tensor");
    expect(other.iterations).toBe(0);
    await other.setWeights(weights);
    expect(other.iterations).toBe(1);
    // Before its first step it gives what it was given.
    expect((await other.getWeights()).map(({ name }) => name)).toEqual(
      weights.map(({ name }) => name),
    );
    x.assign(tf.scalar(kept[0]![0]!));
    b.assign(tf.scalar(kept[1]![0]!));
    other.minimize(loss);
    expect([x, b].flatMap(numbersOf)).toEqual(expected);
    expect(other.iterations).toBe(2);
  });

  test("setWeights takes a count alone, and refuses what is not of Gradus or of another rule", async () => {
    const { loss, x } = make();
    const optimizer = gradus();
    await optimizer.setWeights(await optimizer.getWeights());
    expect(optimizer.iterations).toBe(0);
    const theirs = tf.train.adam(0.1);
    theirs.minimize(loss);
    await expect(optimizer.setWeights(await theirs.getWeights())).rejects.toThrow("fromTensorFlow");
    optimizer.minimize(loss);
    const other = new GradusOptimizer(adam());
    await other.setWeights(await optimizer.getWeights());
    const before = numbersOf(x);
    expect(() => other.minimize(loss)).toThrow("does not fit");
    expect(numbersOf(x)).toEqual(before);
  });

  test("rules that step by the loss get it from minimize", () => {
    const { x, loss } = make();
    const optimizer = new GradusOptimizer(polyakSgd({ fStar: 0, maxLr: 10, eps: 0 }));
    optimizer.minimize(loss);
    // 17 / (8² + 1²) times 8.
    expect(numbersOf(x)[0]).toBeCloseTo(4 - (17 / 65) * 8, 5);
    const { grads } = optimizer.computeGradients(loss);
    expect(() => optimizer.applyGradients(grads)).toThrow("loss");
  });
});

describe("a config", () => {
  const again = (optimizer: GradusOptimizer): GradusOptimizer =>
    // As a file has it.
    GradusOptimizer.fromConfig<GradusOptimizer>(
      GradusOptimizer,
      JSON.parse(JSON.stringify(optimizer.getConfig())) as tf.serialization.ConfigDict,
    );
  const same = (rule: Rule) => {
    const optimizer = new GradusOptimizer(rule);
    const config = again(optimizer).getConfig();
    expect(config).toEqual(optimizer.getConfig());
    expect(JSON.stringify(config)).not.toContain("untold");
    expect(JSON.stringify(config)).not.toContain("_");
  };

  test.each(Object.keys(optimizers))("makes %s again", (name) => {
    same(optimizers[name as keyof typeof optimizers]() as Rule);
    const byName = new GradusOptimizer(name);
    expect(again(byName).getConfig()).toEqual(byName.getConfig());
  });

  test.each(Object.keys(transforms))("makes %s again", (name) => {
    const make = transforms[name as keyof typeof transforms] as () => Rule;
    same(name === "unscale" ? (transforms.unscale(8) as Rule) : make());
  });

  test.each(Object.keys(schedules))("makes %s again", (name) => {
    for (const [title, curve] of Object.entries(curves[name as keyof typeof schedules])) {
      if (curve.name.includes("custom") || curve.name === "onPlateau") {
        continue;
      }
      const optimizer = new GradusOptimizer(sgd({ lr: curve }));
      expect(JSON.stringify(optimizer.getConfig()), title).toContain(name);
      same(sgd({ lr: curve }));
    }
  });

  test("has a rule of one's own, and tells why it cannot have a schedule of one's own", () => {
    const own = defineOptimizer({ name: "own_rule", hyper: { lr: 0.5 }, rule: "u = sign(g)" });
    same(chain(clipByGlobalNorm(Number.POSITIVE_INFINITY), own({ lr: 0.25 })) as Rule);
    const optimizer = new GradusOptimizer(sgd({ lr: (step) => 1 / step }));
    const other = again(optimizer);
    expect(other.getConfig()).toEqual(optimizer.getConfig());
    const x = tf.variable(tf.scalar(1));
    expect(() => other.minimize(() => tf.square(x) as tf.Scalar)).toThrow(
      "does not describe its rule: `sgd.lr` is a schedule of your own",
    );
    x.dispose();
  });

  test("steps as the one that it is of", () => {
    const rule = sgd({ lr: linear({ initial: 0.5, final: 0.1, steps: 4 }) });
    const [x, y] = [tf.variable(tf.scalar(3)), tf.variable(tf.scalar(3))];
    const optimizer = new GradusOptimizer(rule);
    const other = again(optimizer);
    for (let step = 0; step < 6; step++) {
      optimizer.minimize(() => tf.square(x) as tf.Scalar);
      other.minimize(() => tf.square(y) as tf.Scalar);
    }
    expect(numbersOf(y)).toEqual(numbersOf(x));
    tf.dispose([x, y]);
  });
});

test("what is no rule, no name or no option is refused at once, with what was meant", () => {
  expect(() => new GradusOptimizer(adam as never)).toThrow("with parentheses");
  expect(() => new GradusOptimizer("adamv")).toThrow("did you mean");
  expect(() => new GradusOptimizer("constructor")).toThrow("there is no optimizer");
  expect(() => new GradusOptimizer(adam(), { seeds: 1 } as never)).toThrow("did you mean");
});
