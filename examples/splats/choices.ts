// The optimizers that the page offers, and their initial learning rates.
import { adabelief, adagrad, adam, amsgrad, lion, momentum, type Rule, rmsprop } from "gradus";

export type Attribute = "position" | "scale" | "rotation" | "colour";
export type Rates = Readonly<Record<Attribute, number>>;

export interface Optimizer {
  readonly title: string;
  readonly rule: Rule<{ lr: number }>;
  readonly rates: Rates;
}

/** About the change in one step of Adam: in pixels, in the logarithm of pixels, in radians, and as a fraction of white. */
const adaptive: Rates = { position: 0.6, scale: 0.06, rotation: 0.1, colour: 0.02 };
/** Gradients have no noise, but change quickly, so their squares are averaged over 20 steps instead of 1000. */
const beta2 = 0.95;

const times = (factor: number): Rates => ({
  position: factor * adaptive.position,
  scale: factor * adaptive.scale,
  rotation: factor * adaptive.rotation,
  colour: factor * adaptive.colour,
});

export const choices = {
  adam: { title: "Adam", rule: adam({ beta2 }), rates: adaptive },
  amsgrad: { title: "AMSGrad", rule: amsgrad({ beta2 }), rates: adaptive },
  adabelief: { title: "AdaBelief", rule: adabelief({ beta2 }), rates: adaptive },
  rmsprop: { title: "RMSprop", rule: rmsprop(), rates: times(0.3) },
  lion: { title: "Lion", rule: lion(), rates: times(0.3) },
  adagrad: { title: "Adagrad", rule: adagrad(), rates: times(3) },
  momentum: { title: "SGD with momentum", rule: momentum(), rates: times(1) },
} as const satisfies Readonly<Record<string, Optimizer>>;

export type Choice = keyof typeof choices;
