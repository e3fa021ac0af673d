/** Types of the arguments of `optimize` and `step`. */
import type { Backend } from "../compilers/backend.ts";
import type { Plan } from "./binding/plans.ts";
import type { Tensor } from "./binding/tensor.ts";
import type { Absence } from "./gradients/absent.ts";
import type { MemoryNeeds } from "./gradients/staging.ts";
import type { Memory, StoredElements } from "./memory/memory.ts";
import type { AnyParameter, AnyParameterSource } from "./parameters.ts";

/** What to do with a gradient that is infinite or not a number. */
export type NonFinitePolicy = "throw" | "skip" | "allow";

/** Inputs of a rule besides gradients. */
export interface StepInputs {
  /** The loss at these parameters, for rules that use it, such as Polyak's. */
  readonly loss?: number;
}

/** The arguments of `optimize`, checked and prepared. */
export interface OptimizerSource {
  /** Makes another optimizer from the same arguments, for other parameters. */
  readonly bindTo: (net: AnyParameterSource) => unknown;
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly tensors: readonly Tensor[];
  readonly plans: readonly Plan[];
  /** The arrays of `optimizer.gradients`, if the optimizer does not make them itself. */
  readonly gradients?: Readonly<Record<string, StoredElements>>;
  /** The memory for parameters that live elsewhere, and for data that belongs to no parameter. */
  readonly home: Memory;
  readonly needs: MemoryNeeds;
  readonly compiler: Backend;
  readonly nonFinite: NonFinitePolicy;
  readonly absent: Absence | undefined;
  readonly zeroGradients: boolean;
  readonly seed: number;
  /** The largest number of threads that may work at the same time, including the caller's. */
  readonly threads: number;
}
