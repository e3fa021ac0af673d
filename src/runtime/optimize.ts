/** Brings parameters and a rule together. */
import type { Compiler } from "../compilers/compiler.ts";
import { javascriptCompiler } from "../compilers/js/interpreter.ts";
import { webassemblyCompiler } from "../compilers/wasm/compiler.ts";
import type { HyperDefaults, Rule } from "../rule/definition.ts";
import { didYouMean } from "../rule/suggest.ts";
import { BindingError } from "./errors.ts";
import { type Group, resolveGroups } from "./groups.ts";
import { Memory } from "./memory.ts";
import { type NonFinitePolicy, Optimizer } from "./optimizer.ts";
import type { ParameterSource } from "./parameters.ts";
import { commonMemory, tensorsOf } from "./tensor.ts";

export interface OptimizeOptions<H extends HyperDefaults = HyperDefaults> {
  /** Hyperparameters of their own for some parameters. Default: none. */
  readonly groups?: readonly Group<H>[];
  /**
   * What to do with a gradient that is infinite or NaN: `"throw"` (default) before anything is
   * written, `"skip"` the step and count it, or `"allow"` it through, as PyTorch does.
   */
  readonly nonFinite?: NonFinitePolicy;
  /** Default `"webassembly"`. `"javascript"` is the reference: the same bits, far slower. */
  readonly backend?: Compiler["name"];
}

const compilers: Readonly<Record<Compiler["name"], Compiler>> = {
  webassembly: webassemblyCompiler,
  javascript: javascriptCompiler,
};

const policies: readonly NonFinitePolicy[] = ["throw", "skip", "allow"];

function checkChoice(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new BindingError(
      `optimize: ${option} is ${known.map((each) => `"${each}"`).join(" or ")}, not "${value}"${didYouMean(String(value), known)}`,
    );
  }
}

/**
 * Binds a rule to parameters.
 *
 * The parameters are updated in place. Those from `parameters()` share memory with the kernels;
 * other `Float32Array`s and `Float64Array`s are staged block by block.
 *
 * @param source name to `{ data, shape }` or a bare array, which is a vector
 * @param rule such as `adam({ lr: 1e-3 })`, or a chain
 * @throws {BindingError} where parameters, groups or settings do not fit
 * @throws {HyperparameterError} where a group overrides what the rule does not have
 * @throws {OutOfMemoryError} where gradients and state find no room
 */
export function optimize<P extends ParameterSource, H extends HyperDefaults>(
  source: P,
  rule: Rule<H>,
  options: OptimizeOptions<NoInfer<H>> = {},
): Optimizer<P> {
  if (!Array.isArray((rule as Rule | undefined)?.parts)) {
    throw new BindingError(
      "optimize: the second argument is a rule such as adam(); note the parentheses",
    );
  }
  const { groups = [], nonFinite = "throw", backend = "webassembly" } = options;
  checkChoice("nonFinite", nonFinite, policies);
  checkChoice("backend", backend, Object.keys(compilers));
  const memory = commonMemory(source) ?? new Memory();
  const tensors = tensorsOf(source, memory);
  if (tensors.length === 0) {
    throw new BindingError("optimize: there are no parameters");
  }
  const parameters = Object.assign(
    Object.create(null),
    Object.fromEntries(tensors.map(({ name, data, shape }) => [name, { data, shape }])),
  );
  return new Optimizer<P>({
    parameters,
    tensors,
    rule,
    groups: resolveGroups(tensors, rule, groups as readonly Group[]),
    memory,
    compiler: compilers[backend],
    nonFinite,
  });
}
