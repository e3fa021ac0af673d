/** What `optimize` and `step` are given, and what `state` gives. */
import type { Backend } from "../compilers/backend.ts";
import type { Plan } from "./binding/plans.ts";
import type { Tensor } from "./binding/tensor.ts";
import type { Absence } from "./gradients/absent.ts";
import type { MemoryNeeds } from "./gradients/staging.ts";
import type { Memory, StoredElements } from "./memory/memory.ts";
import type { AnyParameter, AnyParameterSource } from "./parameters.ts";

/** What to do with a gradient that is infinite or not a number. */
export type NonFinitePolicy = "throw" | "skip" | "allow";

/** What a rule may read besides gradients. */
export interface StepInputs {
  /** The loss at these parameters, for rules that step by it, such as Polyak's. */
  readonly loss?: number;
}

/** What `optimize` has made of its arguments. */
export interface OptimizerSource {
  /** Makes another one of the same arguments, but for the parameters. */
  readonly bindTo: (net: AnyParameterSource) => unknown;
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  readonly tensors: readonly Tensor[];
  readonly plans: readonly Plan[];
  /** What `optimizer.gradients` are, where others than the optimizer make them. */
  readonly gradients?: Readonly<Record<string, StoredElements>>;
  /** Of the parameters that live elsewhere, and of what belongs to none. */
  readonly home: Memory;
  readonly needs: MemoryNeeds;
  readonly compiler: Backend;
  readonly nonFinite: NonFinitePolicy;
  readonly absent: Absence | undefined;
  readonly zeroGradients: boolean;
  readonly seed: number;
  /** That may work at the same time, the caller's among them. */
  readonly threads: number;
}
