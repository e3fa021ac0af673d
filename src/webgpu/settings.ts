/** The types of an optimizer on a GPU: its source, the inputs of its steps, and its report. */
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

/** Gradients in other buffers, by the names of parameters. */
export type GpuGradients<P extends GpuParameterSource = GpuParameterSource> = {
  readonly [K in keyof P]: GpuGradient;
};

/** The inputs of a step besides gradients. */
export interface GpuStepInputs extends StepInputs {
  /**
   * Records the step into this encoder, between the caller's other commands; by default it is submitted at once. At most 256
   * steps may be recorded and not yet submitted.
   */
  readonly encoder?: GPUCommandEncoder;
  /**
   * The rows that the step is for, by parameter, such as the splats in view. Other rows and their state stay as they are.
   * Parameters that are not named take part with all rows. Needs `rows: true` in `optimize`.
   */
  readonly rows?: RowSelections;
}

/** All inputs of a step. */
export interface GpuGiven extends GpuStepInputs {
  readonly gradients?: GpuGradients | undefined;
}

/** The device's report of the steps so far. */
export interface GpuReport {
  /** The number of updates made. */
  readonly step: number;
  /** The number of steps that were skipped because a gradient was not finite. */
  readonly skippedSteps: number;
  /**
   * The number of steps that were recorded into a caller's encoder and have not run: the encoder was not submitted before the
   * report was asked for, or the device refused it, which the device tells the caller.
   */
  readonly waitingSteps: number;
  /**
   * The learning rate of the last step that was asked for: that of parameters in no group, or if there are none, of the last
   * group. Undefined if the rule has none, or if a schedule was not called yet.
   */
  readonly lr: number | undefined;
  /** The learning rates of that step by parameter, for parameters that have one. */
  readonly lrs: Readonly<Record<string, number>>;
  /** The norm of the unchanged gradients in the last step, over all parameters whose rule takes it. */
  readonly gradientNorm: number | undefined;
}

/** What a step does with the gradients that it was given. */
export interface Taken {
  /** Copies them to where the step reads them. */
  record(encoder: GPUCommandEncoder): void;
  /** The commands, bound to where the gradients are. */
  placed(commands: readonly Command[]): readonly Command[];
}

/** Takes gradients in other buffers. */
export interface TakesGradients {
  /** @throws {GradientError} where one is missing, or does not fit */
  take(given: GpuGradients | undefined): Taken;
  dispose(): void;
}

/** All parts of an optimizer that depend on the ages of its rule's parts. */
export interface GpuBound {
  /** After which updates the parts began. */
  readonly begun: Begun;
  /** The parameters that steps do not change. */
  readonly absent: ReadonlySet<string>;
  /** The plans and their state, which do not depend on ages. */
  readonly laidOut: readonly LaidOut[];
  readonly plans: readonly GpuPlan[];
  readonly initialStates: InitialStates;
  readonly commands: readonly Command[];
  /** Steps for some rows, if they are enabled. */
  readonly rows: RowSteps | undefined;
  /** Evaluation, if the rule has weights to evaluate other than the parameters. */
  readonly evaluation: GpuEvaluation | undefined;
  readonly ring: UniformRing;
  /** Takes the learning rates of the last step. */
  readonly rates: () => () => Rates;
  readonly losses: Losses;
  readonly values: GPUBuffer;
  readonly status: GPUBuffer;
  readonly owned: readonly GPUBuffer[];
}

/** The tensors of an optimizer, and the places of their gradients. */
export interface Rebound {
  readonly tensors: readonly GpuTensor[];
  readonly gradients: ReadonlyMap<GpuTensor, Place>;
}

/** What `optimize` passes to the optimizer. */
export interface GpuOptimizerSource extends Rebound {
  readonly device: GPUDevice;
  readonly parameters: GpuParameterSource;
  /** Takes gradients in other buffers. */
  readonly takes: TakesGradients;
  readonly bound: GpuBound;
  /** The device's error about the optimizer's buffers and shaders, if nobody has waited for it. */
  readonly refusal?: Promise<string | undefined>;
  /** Binds the present state for parts of these ages, also of other tensors, and for steps that leave some parameters alone. */
  readonly bind: (
    laidOut: readonly LaidOut[],
    begun: Begun,
    over?: Partial<Rebound>,
    absent?: ReadonlySet<string>,
  ) => GpuBound;
  /** Makes another optimizer with the same arguments, except for the parameters. */
  readonly bindTo: (net: GpuParameterSource, gradients?: GpuGradients) => Promise<unknown>;
  /** The optimizer's own buffers of gradients. */
  readonly owned: readonly GPUBuffer[];
  readonly nonFinite: NonFinitePolicy;
  readonly seed: number;
}

/** The two parts that make up an optimizer. */
export interface GpuServed {
  readonly source: GpuOptimizerSource;
  readonly bound: GpuBound;
}
