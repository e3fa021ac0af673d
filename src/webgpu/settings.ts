/** What an optimizer on a GPU is made of, what its steps take, and what it reports. */
import type { Begun } from "../runtime/binding/ages.ts";
import type { NonFinitePolicy, StepInputs } from "../runtime/settings.ts";
import type { Command } from "./device/commands.ts";
import type { GpuPlan, LaidOut } from "./dispatches/programs.ts";
import type { GpuEvaluation } from "./evaluation.ts";
import type { GpuGradient, GpuParameterSource } from "./parameters.ts";
import type { Rates } from "./report.ts";
import type { InitialStates } from "./state/initialStates.ts";
import type { Losses } from "./step/loss.ts";
import type { RowSelections, RowSteps } from "./step/selecting.ts";
import type { UniformRing } from "./step/uniformRing.ts";
import type { GpuTensor, Place } from "./tensor.ts";

/** Gradients that lie elsewhere, by the names of parameters. */
export type GpuGradients<P extends GpuParameterSource = GpuParameterSource> = {
  readonly [K in keyof P]: GpuGradient;
};

/** What a step is given besides gradients. */
export interface GpuStepInputs extends StepInputs {
  /**
   * Records the step there, between what is recorded before and after; by default it is submitted at once. At most 256
   * steps may be recorded and wait to be submitted.
   */
  readonly encoder?: GPUCommandEncoder;
  /**
   * Which rows the step is for, by parameter, such as the splats that a view shows: others, and their state, stay as they
   * are. Of parameters that are not named it is for all. Needs `rows: true` at binding.
   */
  readonly rows?: RowSelections;
}

/** All that a step is given. */
export interface GpuGiven extends GpuStepInputs {
  readonly gradients?: GpuGradients | undefined;
}

/** What the device says about the steps so far. */
export interface GpuReport {
  /** Updates made. */
  readonly step: number;
  /** Steps that a gradient which was not finite has cost. */
  readonly skippedSteps: number;
  /**
   * Steps that were recorded into an encoder of the caller's and have not run: it was not submitted before this was asked,
   * or the device refused it, which it says to the caller.
   */
  readonly waitingSteps: number;
  /**
   * The learning rate of the last step that was asked for: of parameters in no group, or else of the last group. Undefined
   * if the rule has none, or a schedule was not asked yet.
   */
  readonly lr: number | undefined;
  /** The learning rates of that step by parameter, of those that have one. */
  readonly lrs: Readonly<Record<string, number>>;
  /** The norm at the last step of gradients as they came in, of all parameters whose rule takes it. */
  readonly gradientNorm: number | undefined;
}

/** What an optimizer is made of while the parts of its rule are of certain ages. */
export interface GpuBound {
  /** When they began. */
  readonly begun: Begun;
  /** The plans whatever the ages, and their state. */
  readonly laidOut: readonly LaidOut[];
  readonly plans: readonly GpuPlan[];
  readonly initialStates: InitialStates;
  readonly commands: readonly Command[];
  /** What steps for some rows are made of. */
  readonly rows: RowSteps | undefined;
  /** Where a rule has other weights to evaluate than the parameters. */
  readonly evaluation: GpuEvaluation | undefined;
  readonly ring: UniformRing;
  /** Takes the learning rates of the last step. */
  readonly rates: () => () => Rates;
  readonly losses: Losses;
  readonly values: GPUBuffer;
  readonly status: GPUBuffer;
  readonly owned: readonly GPUBuffer[];
}

/** The tensors that an optimizer steps, and where their gradients are. */
export interface Rebound {
  readonly tensors: readonly GpuTensor[];
  readonly gradients: ReadonlyMap<GpuTensor, Place>;
}

/** What `optimize` has made. */
export interface GpuOptimizerSource extends Rebound {
  readonly device: GPUDevice;
  readonly parameters: GpuParameterSource;
  readonly bound: GpuBound;
  /** Binds state that is there, for parts of these ages, of other tensors perhaps. */
  readonly bind: (laidOut: readonly LaidOut[], begun: Begun, over?: Rebound) => GpuBound;
  /** Makes another one of the same arguments, but for the parameters. */
  readonly bindTo: (net: GpuParameterSource, gradients?: GpuGradients) => Promise<unknown>;
  /** Buffers of gradients. */
  readonly owned: readonly GPUBuffer[];
  readonly nonFinite: NonFinitePolicy;
  readonly seed: number;
}

/** What an optimizer goes on with. */
export interface GpuServed {
  readonly source: GpuOptimizerSource;
  readonly bound: GpuBound;
}
