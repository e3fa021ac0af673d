/** What a rule does and what it costs, as a value. */
import type { Kind } from "../graph/kinds.ts";
import type { ReductionOperator } from "../graph/operators.ts";

/** Bytes for each element of the parameters, by their type. */
export interface ElementBytes {
  /** Of parameters in float32. */
  readonly float32: number;
  /** Of parameters in float64. */
  readonly float64: number;
}

/** One rule of a chain, or the only one. */
export interface PartExplanation {
  /** Qualifies its hyperparameters and its state: `adam`. */
  readonly name: string;
  /** As people write it: `Adam`. */
  readonly title: string;
  /** One sentence. */
  readonly summary: string | undefined;
  /** Authors, year, title, and where to find it. */
  readonly paper: string | undefined;
  /** Its lines of the formula. */
  readonly formula: string;
}

/** One hyperparameter: what it is called, and what it is. */
export interface HyperparameterExplanation {
  /** The name of the part that it belongs to. */
  readonly part: string;
  /** As options call it: `beta1`. */
  readonly name: string;
  /** As the formula has it: `β₁`. */
  readonly symbol: string;
  /** A schedule by its function's name. */
  readonly value: number | boolean | string;
  /** Its value where no option is given. */
  readonly default: number | boolean;
  /** What it may be: `[0, 1)`, or `whole [1, inf)`. Undefined for a switch, and where any number will do. */
  readonly range: string | undefined;
}

/** One state: what it is called, its kind, and what it takes. */
export interface StateExplanation {
  /** The name of the part that it belongs to. */
  readonly part: string;
  /** As the rule calls it: `m`. */
  readonly name: string;
  /** As the formula has it. */
  readonly symbol: string;
  /** Of how many values it is: `element` is one for each element of a parameter. */
  readonly kind: Kind;
  /** What it starts from, as formulas are written: `0`, or `θ₀` for the parameters. */
  readonly initial: string;
  /** 0 where it is not one value an element. */
  readonly bytes: ElementBytes;
}

/** One loop, or one call of a routine of whole matrices. */
export interface PassExplanation {
  /** The arrays it reads: `p`, `g`, state by its qualified name, "" for what earlier passes left. */
  readonly reads: readonly string[];
  /** Likewise; "" is for what it leaves for later passes. */
  readonly writes: readonly string[];
  /** Such as `orthogonalize`. */
  readonly routine: string | undefined;
  /** What it sums up on the way, of a tensor, of all of them, or of rows or columns. */
  readonly reductions: readonly {
    readonly operator: ReductionOperator;
    readonly scope: "tensor" | "global" | "rows" | "cols";
  }[];
  /** Bytes that it moves. */
  readonly bytes: ElementBytes;
}

/** What `explain` says of a rule. */
export interface Explanation {
  /** `adam`, or `clipByGlobalNorm > adam`. */
  readonly name: string;
  /** As people write it: `Adam`; of a chain the titles with arrows between them. */
  readonly title: string;
  /** Undefined for a chain, whose parts have their own. */
  readonly summary: string | undefined;
  /** Undefined for a chain, whose parts have their own. */
  readonly paper: string | undefined;
  /** The rules of a chain, in their order; one of a rule by itself. */
  readonly parts: readonly PartExplanation[];
  /** The maths in plain text. */
  readonly formula: string;
  /** The maths in LaTeX. */
  readonly latex: string;
  /** Those of all parts. */
  readonly hyperparameters: readonly HyperparameterExplanation[];
  /** What is kept from step to step; what the options make needless is not. */
  readonly state: readonly StateExplanation[];
  /** Without the check for gradients that are not finite. */
  readonly passes: readonly PassExplanation[];
  /** Bytes that all passes move. */
  readonly bytes: ElementBytes;
  /** What the check for gradients that are not finite adds to that. */
  readonly check: {
    /** Passes that it adds. */
    readonly passes: number;
    /** Bytes that it adds for each element. */
    readonly bytes: ElementBytes;
  };
  /** Why there are no passes, if there are none. */
  readonly obstacle: string | undefined;
  /** The whole as text for a terminal of 80 columns. */
  toString(): string;
}
