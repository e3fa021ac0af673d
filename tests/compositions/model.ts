/** What the simulator knows of a part: its state, and what it does to all tensors that take it. */
import type { Numbers } from "./arithmetic.ts";

/** One tensor within one step; of a sparse gradient, the rows given. */
export interface View {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly matrix: boolean;
  p: Numbers;
  g: Numbers;
  u: Numbers | undefined;
  /** The steps of this part with this tensor, this one included. */
  t: number;
  /** Options at this step. */
  o: Readonly<Record<string, number>>;
  /** State by name; a scalar is an array of one. */
  s: Record<string, Numbers>;
}

/** What all tensors that take a part have in common: its steps and scalars. */
export type Shared = Record<string, number> & { t: number };

export interface StateModel {
  readonly kind: "element" | "column" | "row" | "scalar";
  /** A number, the name of an option, or `p`. */
  readonly initial: number | string;
}

/** What a part changes: `keeps` nothing but a state of its own. */
export type Writes = "g" | "u" | "p" | "keeps";

export interface Model {
  readonly writes: Writes;
  /** Makes a step of the gradient, rather than changing what others make. */
  readonly optimizer?: boolean;
  /** Besides what it writes. */
  readonly readsGradient?: boolean;
  readonly readsLoss?: boolean;
  /** Whether it adds up over all tensors that take it. */
  readonly global?: boolean;
  /** Whether each element is by itself: only then may a tensor be split. */
  readonly elementwise?: boolean;
  /** A projection, which averaged weights go through, too. */
  readonly projection?: boolean;
  /** Needs whole rows and columns of matrices, or of all tensors: then no sparse gradient. */
  readonly whole?: "matrices" | "all";
  /** Squares gradients: one whose square is not finite in the parameters' type is not finite for it. */
  readonly squares?: boolean;
  /** Makes gradients small enough to be squared. */
  readonly clips?: boolean;
  readonly state?: Readonly<Record<string, StateModel>>;
  /** Scalars that all tensors share, each with its start: a number or an option's name. */
  readonly shared?: Readonly<Record<string, number | string>>;
  readonly options: Readonly<Record<string, number | boolean>>;
  run(views: readonly View[], shared: Shared, loss: number): void;
  /** The weights to evaluate, and whether they are computed of `p`. */
  evaluation?(view: View): Numbers;
  readonly evaluatesOfP?: boolean;
}

/** A model whose tensors do not see each other. */
export const each =
  (update: (view: View) => void): Model["run"] =>
  (views) => {
    for (const view of views) update(view);
  };

/** A model whose elements do not see each other. */
export const map = (target: Numbers, value: (index: number) => number): Numbers =>
  target.map((_, index) => value(index));

export const element = (initial: number | string = 0): StateModel => ({ kind: "element", initial });
export const scalar = (initial: number | string = 0): StateModel => ({ kind: "scalar", initial });
