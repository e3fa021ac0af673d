/** The simulator's model of a part: its state, and what it does to all tensors that it applies to. */
import type { Numbers } from "./arithmetic.ts";

/** One tensor in one step; for a sparse gradient, the given rows. */
export interface View {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly matrix: boolean;
  p: Numbers;
  g: Numbers;
  u: Numbers | undefined;
  /** The number of steps of this part with this tensor, including this one. */
  t: number;
  /** The options at this step. */
  o: Readonly<Record<string, number>>;
  /** State by name; a scalar is an array of one. */
  s: Record<string, Numbers>;
}

/** The steps and scalars that all tensors of a part share. */
export type Shared = Record<string, number> & { t: number };

export interface StateModel {
  readonly kind: "element" | "column" | "row" | "scalar";
  /** A number, the name of an option, or `p`. */
  readonly initial: number | string;
}

/** What a part changes; `keeps` means only its own state. */
export type Writes = "g" | "u" | "p" | "keeps";

export interface Model {
  readonly writes: Writes;
  /** Whether it makes a step from the gradient, rather than changing another part's. */
  readonly optimizer?: boolean;
  /** Besides what it writes. */
  readonly readsGradient?: boolean;
  readonly readsLoss?: boolean;
  /** Whether it reduces over all of its tensors. */
  readonly global?: boolean;
  /** Whether elements are independent: only then may a tensor be split. */
  readonly elementwise?: boolean;
  /** Whether it is a projection, which also applies to averaged weights. */
  readonly projection?: boolean;
  /** Whether it needs whole matrices, or all tensors; then it takes no sparse gradient. */
  readonly whole?: "matrices" | "all";
  /** Whether it squares gradients: a gradient whose square overflows the parameters' type does not count as finite. */
  readonly squares?: boolean;
  /** Whether it makes gradients small enough to be squared. */
  readonly clips?: boolean;
  readonly state?: Readonly<Record<string, StateModel>>;
  /** Scalars that all tensors share, each with its start: a number or an option's name. */
  readonly shared?: Readonly<Record<string, number | string>>;
  readonly options: Readonly<Record<string, number | boolean>>;
  run(views: readonly View[], shared: Shared, loss: number): void;
  /** The weights to evaluate, and whether they are computed from `p`. */
  evaluation?(view: View): Numbers;
  readonly evaluatesOfP?: boolean;
}

/** A model whose tensors are independent. */
export const each =
  (update: (view: View) => void): Model["run"] =>
  (views) => {
    for (const view of views) update(view);
  };

/** A model whose elements are independent. */
export const map = (target: Numbers, value: (index: number) => number): Numbers =>
  target.map((_, index) => value(index));

export const element = (initial: number | string = 0): StateModel => ({ kind: "element", initial });
export const scalar = (initial: number | string = 0): StateModel => ({ kind: "scalar", initial });
