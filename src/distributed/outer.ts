import type { HyperDefaults } from "../rule/definition.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { AnyParameterSource } from "../runtime/parameters.ts";
import { OuterOptimizer } from "./outer/outerOptimizer.ts";
import { checkOuter, type OuterOptions } from "./outer/outerOptions.ts";

/**
 * Training on many ranks that seldom speak: each one takes `every` steps of its own, by its own data; then the outer rule steps
 * the weights that all share, by the mean of what the ranks have moved by, and all go on from these.
 *
 * Douillard et al., 2023, "DiLoCo: Distributed Low-Communication Training of Language Models" (arXiv 2311.08105), algorithm 1, with AdamW
 * within and Nesterov's momentum outside; with `sgd({ lr: 1 })` the mean of the weights: local SGD (Stich, 2019, "Local SGD Converges
 * Fast and Communicates Little"), FedAvg with equal shares. With one rank and `sgd` outside it is Lookahead. States of the
 * optimizer within stay each rank's own, as in the paper. In PyTorch torchft's `DiLoCo`.
 *
 * Takes a copy of the parameters, its gradients and the outer rule's state; at an outer step, for a moment, a copy of the
 * parameters and of the state within, from which a step that throws is taken back.
 *
 * @param optimizer makes this rank's steps, and may be a wrapper, such as `accumulate(...)`: then `every` counts its micro-steps. It is disposed
 *   with what this returns
 * @throws {BindingError} where an option is none, or the optimizer keeps averages to be evaluated, such as `ema`: these belong into the outer
 *   rule, `rule: chain(nesterov({ lr: 0.7, momentum: 0.9 }), ema())`, for the weights of all; or where it makes weights anew from its state, as
 *   FTRL and COCOB do, so that an outer step would be undone
 * @example
 * const rule = nesterov({ lr: 0.7, momentum: 0.9 });
 * const together = outer(optimize(net, adamw()), { every: 50, rule, communicator: await connect() });
 * together.step({ w: new Float32Array(6).fill(1), b: [1, 2, 3] });
 * together.flush(); // at the end
 */
export function outer<P extends AnyParameterSource, H extends HyperDefaults>(
  optimizer: AnyOptimizer<P>,
  options: OuterOptions<H>,
): OuterOptimizer<P> {
  const common = options as unknown as OuterOptions;
  checkOuter(optimizer, common);
  return new OuterOptimizer(optimizer, common);
}
