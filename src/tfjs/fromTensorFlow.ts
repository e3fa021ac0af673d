/** Converts optimizers of TensorFlow.js to Gradus, with their state. */
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

/** Unlike the paper, TensorFlow.js divides by the average as it was before the step's gradient. */
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

/** The state of Gradus that a state of TensorFlow.js becomes. */
interface Slot {
  readonly name: string;
  /** Converts a value of TensorFlow.js to the one of Gradus. */
  readonly convert?: (value: number, config: Config) => number;
}

interface Counterpart {
  readonly rule: (config: Config) => Rule;
  /** By their names in TensorFlow.js. */
  readonly slots: Readonly<Record<string, Slot>>;
}

/** TensorFlow.js' epsilon of float32. AdaGrad adds it to its sums; the other optimizers have it in their configs. */
const epsilon = 1e-7;

const counterparts: Readonly<Record<string, Counterpart>> = {
  SGD: { rule: ({ learningRate: lr }) => sgd({ lr: lr! }), slots: {} },
  Momentum: {
    rule: ({ learningRate, momentum, useNesterov }) =>
      sgd({ lr: learningRate!, momentum: momentum!, nesterov: Boolean(useNesterov) }),
    slots: { momentum: { name: "b" } },
  },
  Adagrad: {
    // TensorFlow.js takes the root of sum + epsilon, which equals a sum that starts higher by epsilon.
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
      // Its momentum contains the learning rate as a factor.
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

/** The state of one variable in TensorFlow.js. */
interface Kept {
  readonly shape: readonly number[];
  /** By their names in TensorFlow.js. */
  readonly slots: Map<string, ArrayLike<number>>;
}

/** The state by variable, and the number of updates. */
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

/** The rule's state after so many updates. States with the same names are filled in; the others start now. */
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
 * Makes a GradusOptimizer that continues from an optimizer of TensorFlow.js, for example that of a loaded model. It has the same rule,
 * hyperparameters and state, or another rule with the same states, such as AdamW for Adam.
 *
 * @param optimizer of `tf.train`: SGD, Momentum, Adagrad, Adadelta, RMSProp, Adam, or Adamax before its first step, because TensorFlow.js
 *   does not return Adamax' state
 * @param rule another rule to use instead; its other states start now
 * @throws {BindingError} if the optimizer is not one of these
 * @throws {RestoreError} if the rule has none of the optimizer's states, or Adamax has made steps
 * @example
 * const optimizer = await fromTensorFlow(model.optimizer, adamw({ lr: 1e-4, weightDecay: 0.01 }));
 * model.compile({ optimizer, loss: "meanSquaredError" });
 */
export async function fromTensorFlow(optimizer: Optimizer, rule?: Rule): Promise<GradusOptimizer> {
  const name = optimizer.getClassName();
  const counterpart = Object.hasOwn(counterparts, name) ? counterparts[name] : undefined;
  if (counterpart === undefined) {
    throw new BindingError(
      `fromTensorFlow: \`${name}\` is not supported; it takes ${Object.keys(counterparts).join(", ")}`,
    );
  }
  const config = optimizer.getConfig() as serialization.ConfigDict & Config;
  const made = rule ?? counterpart.rule(config);
  const result = new GradusOptimizer(made);
  if (name === "Adamax") {
    if (optimizer.iterations > 0) {
      throw new RestoreError([
        "TensorFlow.js does not return the state of Adamax, so only one without steps can be taken over",
      ]);
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
      throw new RestoreError([`the rule has none of the states of ${name}`]);
    }
    result.resumeFrom(state);
  }
  return result;
}
