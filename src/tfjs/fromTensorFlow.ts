/** Optimizers of TensorFlow.js as Gradus' own, with what they keep. */
import type { Optimizer, serialization } from "@tensorflow/tfjs-core";
import { defineOptimizer } from "../define.ts";
import { adagrad } from "../optimizers/adagrad.ts";
import { adam } from "../optimizers/adam.ts";
import { adamax } from "../optimizers/adamax.ts";
import { rmsprop } from "../optimizers/rmsprop.ts";
import { sgd } from "../optimizers/sgd.ts";
import type { Rule } from "../rule/definition.ts";
import { BindingError, RestoreError } from "../runtime/errors.ts";
import { optimize } from "../runtime/optimize.ts";
import { elements } from "../runtime/parameters.ts";
import type { OptimizerState } from "../runtime/state/state.ts";
import { inverseTime } from "../schedules/inverseTime.ts";
import { GradusOptimizer } from "./gradusOptimizer.ts";

/** TensorFlow.js divides by the average as it was before the step's gradient, unlike the paper. */
const adadelta = /* @__PURE__ */ defineOptimizer({
  name: "tensorflowAdadelta",
  title: "AdaDelta of TensorFlow.js",
  hyper: { lr: 1e-3, rho: 0.95, eps: 1e-7 },
  ranges: { lr: "[0, inf)", rho: "[0, 1]", eps: "[0, inf)" },
  state: { v: 0, d: 0 },
  rule: `
    u = sqrt(d + eps) / sqrt(v + eps) * g
    v = rho * v + (1 - rho) * g^2
    d = rho * d + (1 - rho) * u^2
  `,
});

type Config = Readonly<Record<string, number>>;

/** How a state is kept here. */
interface Slot {
  readonly name: string;
  /** From a number there to the one here. */
  readonly convert?: (value: number, config: Config) => number;
}

interface Counterpart {
  readonly rule: (config: Config) => Rule;
  /** By what TensorFlow.js calls them. */
  readonly slots: Readonly<Record<string, Slot>>;
}

/** Of float32: what TensorFlow.js has AdaGrad add to its sums, where the others have it in their configs. */
const epsilon = 1e-7;

const counterparts: Readonly<Record<string, Counterpart>> = {
  SGD: { rule: ({ learningRate: lr }) => sgd({ lr: lr! }), slots: {} },
  Momentum: {
    rule: ({ learningRate, momentum, useNesterov }) =>
      sgd({ lr: learningRate!, momentum: momentum!, nesterov: Boolean(useNesterov) }),
    slots: { momentum: { name: "b" } },
  },
  Adagrad: {
    // The root is of the sum and epsilon, which is the same as a sum that starts higher.
    rule: ({ learningRate, initialAccumulatorValue }) =>
      adagrad({
        lr: learningRate!,
        initialAccumulator: initialAccumulatorValue! + epsilon,
        eps: 0,
      }),
    slots: { accumulator: { name: "s", convert: (sum) => sum + epsilon } },
  },
  Adadelta: {
    rule: ({ learningRate, rho, epsilon: eps }) =>
      adadelta({ lr: learningRate!, rho: rho!, eps: eps! }),
    slots: { accum_grad: { name: "v" }, accum_var: { name: "d" } },
  },
  RMSProp: {
    rule: ({ learningRate, decay, momentum, epsilon: epsRoot, centered }) =>
      rmsprop({
        ...{ lr: learningRate!, alpha: decay!, momentum: momentum!, epsRoot: epsRoot! },
        ...{ eps: 0, centered: Boolean(centered) },
      }),
    slots: {
      rms: { name: "v" },
      mg: { name: "a" },
      // Its buffer has the rate in it.
      momentum: { name: "b", convert: (sum, { learningRate }) => sum / learningRate! },
    },
  },
  Adam: {
    rule: ({ learningRate, beta1, beta2, epsilon: eps }) =>
      adam({ lr: learningRate!, beta1: beta1!, beta2: beta2!, eps: eps! }),
    slots: { m: { name: "m" }, v: { name: "v" } },
  },
  Adamax: {
    rule: ({ learningRate, beta1, beta2, epsilon: eps, decay }) =>
      adamax({
        lr: decay ? inverseTime({ initial: learningRate!, decay }) : learningRate!,
        ...{ beta1: beta1!, beta2: beta2!, eps: eps! },
      }),
    slots: {},
  },
};

/** What TensorFlow.js keeps of one variable. */
interface Kept {
  readonly shape: readonly number[];
  /** By what it calls them. */
  readonly slots: Map<string, ArrayLike<number>>;
}

/** By variable, and how many updates there were. */
async function keptBy(optimizer: Optimizer): Promise<[Map<string, Kept>, number]> {
  const [count, ...weights] = await optimizer.getWeights();
  const steps = (await count!.tensor.data())[0]!;
  count!.tensor.dispose();
  const kept = new Map<string, Kept>();
  for (const { name, tensor } of weights) {
    const end = name.lastIndexOf("/");
    const variable = name.slice(0, end);
    const { slots } = kept.get(variable) ?? { slots: new Map<string, ArrayLike<number>>() };
    kept.set(variable, { shape: tensor.shape, slots });
    slots.set(name.slice(end + 1), await tensor.data());
  }
  return [kept, steps];
}

/** The state that the rule has after so many updates: what it keeps by the same names is filled in, the rest begins now. */
function stateOf(
  rule: Rule,
  kept: ReadonlyMap<string, Kept>,
  steps: number,
  fill: (array: Float32Array, slot: string, kept: Kept) => boolean,
): OptimizerState {
  const net = Object.fromEntries(
    [...kept].map(([name, { shape }]) => [
      name,
      { data: new Float32Array(elements(shape)), shape },
    ]),
  );
  using optimizer = optimize(net, rule, { threads: 1 });
  const state = optimizer.state();
  const parts: Record<string, Record<string, number>> = {};
  for (const [name, each] of kept) {
    const slots = Object.entries(state.parameters[name] ?? {});
    const filled = slots.filter(([slot, array]) => fill(array as Float32Array, slot, each));
    const partOf = (slot: string) => slot.slice(0, slot.lastIndexOf("."));
    const taken = new Set(filled.map(([slot]) => partOf(slot)));
    const fresh = slots.map(([slot]) => partOf(slot)).filter((part) => !taken.has(part));
    parts[name] = Object.fromEntries(fresh.map((part) => [part, steps]));
  }
  return { ...state, step: steps, begun: { ...state.begun, parts } };
}

/**
 * A GradusOptimizer that goes on where an optimizer of TensorFlow.js is, such as that of a model which was loaded: the same rule with
 * the same hyperparameters and state, or another rule that keeps the same, such as AdamW for Adam.
 *
 * @param optimizer of `tf.train`: SGD, Momentum, Adagrad, Adadelta, RMSProp, Adam, and Adamax before its first step, whose state
 *   TensorFlow.js does not give
 * @param rule in the place of its own; what it keeps besides begins now
 * @throws {BindingError} where it is none of these
 * @throws {RestoreError} where the rule keeps nothing of what the optimizer does, or Adamax has made steps
 * @example
 * const optimizer = await fromTensorFlow(model.optimizer, adamw({ lr: 1e-4, weightDecay: 0.01 }));
 * model.compile({ optimizer, loss: "meanSquaredError" });
 */
export async function fromTensorFlow(optimizer: Optimizer, rule?: Rule): Promise<GradusOptimizer> {
  const name = optimizer.getClassName();
  const counterpart = Object.hasOwn(counterparts, name) ? counterparts[name] : undefined;
  if (counterpart === undefined) {
    throw new BindingError(
      `fromTensorFlow: \`${name}\` is none of ${Object.keys(counterparts).join(", ")}`,
    );
  }
  const config = optimizer.getConfig() as serialization.ConfigDict & Config;
  const made = rule ?? counterpart.rule(config);
  const result = new GradusOptimizer(made);
  if (name === "Adamax") {
    if (optimizer.iterations > 0) {
      throw new RestoreError(["TensorFlow.js does not give the state of Adamax"]);
    }
    return result;
  }
  const [kept, steps] = await keptBy(optimizer);
  if (kept.size > 0) {
    let found = false;
    const state = stateOf(made, kept, steps, (array, slot, { slots }) => {
      const short = slot.slice(slot.lastIndexOf(".") + 1);
      const given = Object.entries(counterpart.slots).find(([, each]) => each.name === short);
      const from = given && slots.get(given[0]);
      const convert = given?.[1].convert;
      if (from !== undefined) {
        array.set(convert ? Array.from(from, (value) => convert(value, config)) : from);
        found = true;
      }
      return from !== undefined;
    });
    if (!found) {
      throw new RestoreError([`the rule keeps nothing of what ${name} does`]);
    }
    result.resumeFrom(state);
  }
  return result;
}
