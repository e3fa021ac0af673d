import type { HyperDefaults } from "../rule/definition.ts";
import type { AnyOptimizer } from "../runtime/contract.ts";
import type { AnyParameterSource } from "../runtime/parameters.ts";
import { OuterOptimizer } from "./outer/outerOptimizer.ts";
import { checkOuter, type OuterOptions } from "./outer/outerOptions.ts";

/**
 * Trains on many ranks that rarely communicate. Each rank makes `every` steps by itself, on its own data. Then the outer rule updates the
 * weights that all ranks share, by the mean of the ranks' changes, and all ranks continue from the shared weights.
 *
 * Douillard et al., 2023, "DiLoCo: Distributed Low-Communication Training of Language Models" (arXiv 2311.08105), algorithm 1, with AdamW
 * inside and Nesterov's momentum outside. With `sgd({ lr: 1 })` outside, the shared weights are the mean of the ranks' weights: local SGD
 * (Stich, 2019, "Local SGD Converges Fast and Communicates Little"), or FedAvg with equal shares. With one rank and `sgd` outside, it is
 * Lookahead. The inner state stays each rank's own, as in the paper. PyTorch has it as torchft's `DiLoCo`.
 *
 * Memory: a copy of the parameters, its gradients, and the state of the outer rule. During an outer step, also a copy of the parameters and of
 * the inner state, to undo a step that throws.
 *
 * @param optimizer makes this rank's steps. It can be a wrapper, such as `accumulate(...)`; then `every` counts its micro-steps. It is disposed
 *   together with the optimizer that `outer` returns
 * @throws {BindingError} if an option is not valid; if the optimizer keeps averages to evaluate, such as `ema`: put these into the outer
 *   rule, `rule: chain(nesterov({ lr: 0.7, momentum: 0.9 }), ema())`; or if it computes the weights from its state, as FTRL and COCOB do, and
 *   so would undo an outer step
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
