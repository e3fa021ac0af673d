/** What a comparison trains: a task, and one training run of it. */
import type { Optimizer } from "../runtime/optimizer.ts";
import type { ParameterSource } from "../runtime/parameters.ts";
import type { TunedRates } from "./tuned.ts";

/** One of so many equal parts of a minibatch. */
export interface BatchPart {
  /** From 0. */
  readonly index: number;
  /** The number of parts. */
  readonly count: number;
}

/** How a training run is set up. */
export interface RunSettings {
  /** Initial parameters, batches and dropout depend on this alone. */
  readonly seed: number;
  /** Examples in a minibatch: of all parts together. */
  readonly batch: number;
  /** Which part of each minibatch the run takes, where several runs make one together. Default: all of it. */
  readonly part?: BatchPart | undefined;
  /** The task's default settings, and over them those given, such as `dropout: 0.5`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One model being trained. */
export interface Training {
  /** Initialized from the seed. */
  readonly parameters: ParameterSource;
  /** Takes the optimizer that was made for `parameters`; called once, before the first step. */
  attach(optimizer: Optimizer): void;
  /**
   * Computes the gradients of minibatch number `step`, counted from 1, into the optimizer's
   * gradients. What it draws, such as examples or dropout, depends on the seed and on `step` alone.
   * @returns the minibatch's loss
   */
  gradients(step: number): number;
  /** The metric on held-out examples, such as the share of them that is classified right. It changes nothing. */
  evaluate(): number;
}

/** A problem to train on. A user's own task is a module whose default export is one. */
export interface Task {
  /** As typed on the command line: `fashion-mlp`. */
  readonly name: string;
  /** As reports write it. */
  readonly title: string;
  /** One sentence: model and data. */
  readonly summary: string;
  /** What `gradients` returns, such as `cross-entropy`. */
  readonly lossName: string;
  /** What `evaluate` returns, such as `test accuracy`. */
  readonly metricName: string;
  /** How the metric is shown: `"percent"` shows 0.913 as 91.3 %. Default `"number"`. */
  readonly metricFormat?: "percent" | "number";
  /** What a run takes where nothing else is asked for. */
  readonly defaults: {
    /** Steps of a run. */
    readonly steps: number;
    /** Examples of a minibatch. */
    readonly batch: number;
    /** What else the task can be told, by name. */
    readonly settings: Readonly<Record<string, unknown>>;
  };
  /** The learning rate of each optimizer that a sweep found best, by registry name. */
  readonly tuned: Readonly<Record<string, number>>;
  /** The sweep that found them, which reports show. */
  readonly sweep?: TunedRates;
  /** Whether it is modelled on one of the Adam paper's problems, whose order a comparison then looks for. */
  readonly isOfAdamPaper?: boolean;
  /** Whether its runs may take parts of minibatches (`RunSettings.part`), so that several ranks can train it together. */
  readonly splitsBatches?: boolean;
  /**
   * A schedule's factor on the learning rate at a step, where the task prescribes one.
   * @param step counted from 1
   */
  readonly rateFactor?: (step: number) => number;
  /**
   * Loads the data once.
   * @param data a folder with data of the same format, instead of what comes with the package
   * @returns makes training runs over it
   */
  load(data?: string): Promise<(run: RunSettings) => Training>;
}
