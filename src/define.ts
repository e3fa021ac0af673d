/** How users define rules from text, with every part of compilers and runtime that such rules may need. */
import { provideAll } from "./features.ts";
import * as language from "./rule/define.ts";
import type { Definition, HyperDefaults, RuleFactory } from "./rule/definition.ts";

export { chain, frozen } from "./rule/define.ts";

/**
 * Defines an optimizer from its maths.
 * @returns a function from options to a rule
 * @throws {RuleError} if the text has a mistake
 * @example
 * const signedMean = defineOptimizer({
 *   name: "signedMean",
 *   hyper: { lr: 0.1, beta: 0.9 },
 *   state: { m: 0 },
 *   rule: `
 *     m = beta * m + (1 - beta) * g
 *     u = sign(m)
 *   `,
 * });
 * optimize(net, signedMean({ lr: 0.5 })).step({ w: [3, -1, 2, 0, 1, 1], b: [1, 1, 1] });
 * net.w.data; // [-0.5, 0.5, -0.5, 0, -0.5, -0.5]
 */
export function defineOptimizer<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  provideAll();
  return language.defineOptimizer(definition);
}

/**
 * Defines a transform: a rule that changes `g`, `u` or `p` on the way to the step, or only keeps state.
 *
 * @example
 * const towards = defineTransform({
 *   name: "towards",
 *   hyper: { target: 0, strength: 0.1 },
 *   rule: "g = g + strength * (p - target)",
 * });
 * const gradients = { w: new Float32Array(6), b: new Float32Array(3) }; // no others
 * optimize(net, chain(towards({ target: 2 }), sgd({ lr: 1 }))).step(gradients);
 * net.b.data; // [0.2, 0.2, 0.2]
 */
export function defineTransform<H extends HyperDefaults, A extends keyof H & string = never>(
  definition: Definition<H, A>,
): RuleFactory<H, A> {
  provideAll();
  return language.defineTransform(definition);
}
