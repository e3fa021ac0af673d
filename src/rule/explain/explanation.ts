/** The types of an explanation. */
import type { Kind } from "../graph/kinds.ts";
import type { ReductionOperator } from "../graph/operators.ts";

/** Bytes per element of the parameters, by the parameters' type. */
export interface ElementBytes {
  /** For parameters in float32. */
  readonly float32: number;
  /** For parameters in float64. */
  readonly float64: number;
}

/** One part of a chain, or a rule by itself. */
export interface PartExplanation {
  /** The name that qualifies its hyperparameters and states: `adam`. */
  readonly name: string;
  /** The name for people: `Adam`. */
  readonly title: string;
  /** One sentence. */
  readonly summary: string | undefined;
  /** Authors, year, title, and where to find it. */
  readonly paper: string | undefined;
  /** The lines of the formula that belong to it. */
  readonly formula: string;
}

/** One hyperparameter: its names, value and range. */
export interface HyperparameterExplanation {
  /** The name of its part. */
  readonly part: string;
  /** The option's name: `beta1`. */
  readonly name: string;
  /** Its symbol in the formula: `β₁`. */
  readonly symbol: string;
  /** Its value; for a schedule, the name of the function. */
  readonly value: number | boolean | string;
  /** Its default value. */
  readonly default: number | boolean;
  /** Its range: `[0, 1)`, or `whole [1, inf)`. Undefined for a switch, and if any number is valid. */
  readonly range: string | undefined;
}

/** One state: its names, its kind, and its size. */
export interface StateExplanation {
  /** The name of its part. */
  readonly part: string;
  /** Its name in the rule: `m`. */
  readonly name: string;
  /** Its symbol in the formula. */
  readonly symbol: string;
  /** How many values it has: `element` is one for each element of a parameter. */
  readonly kind: Kind;
  /** Its initial value, written as in formulas: `0`, or `θ₀` for the parameters. */
  readonly initial: string;
  /** Its bytes per element; 0 if it does not have one value for each element. */
  readonly bytes: ElementBytes;
}

/** One loop over memory, or one call of a routine on whole matrices. */
export interface PassExplanation {
  /** The arrays that it reads: `p`, `g`, states by qualified name, and "" for temporaries of earlier passes. */
  readonly reads: readonly string[];
  /** The arrays that it writes; "" is for temporaries that later passes read. */
  readonly writes: readonly string[];
  /** The routine's name, such as `orthogonalize`; undefined for a loop. */
  readonly routine: string | undefined;
  /** The reductions that it computes: over a tensor, over all of them, or over rows or columns. */
  readonly reductions: readonly {
    readonly operator: ReductionOperator;
    readonly scope: "tensor" | "global" | "rows" | "cols";
  }[];
  /** The bytes that it moves. */
  readonly bytes: ElementBytes;
}

/** The result of `explain`. */
export interface Explanation {
  /** The name of the rule: `adam`, or `clipByGlobalNorm > adam`. */
  readonly name: string;
  /** The name for people: `Adam`; for a chain, the titles with arrows between them. */
  readonly title: string;
  /** One sentence. Undefined for a chain, whose parts have their own. */
  readonly summary: string | undefined;
  /** The paper. Undefined for a chain, whose parts have their own. */
  readonly paper: string | undefined;
  /** The parts of a chain, in order; a rule by itself has one. */
  readonly parts: readonly PartExplanation[];
  /** The maths in plain text. */
  readonly formula: string;
  /** The maths in LaTeX. */
  readonly latex: string;
  /** The hyperparameters of all parts. */
  readonly hyperparameters: readonly HyperparameterExplanation[];
  /** What is kept from step to step, without states that the options make unnecessary. */
  readonly state: readonly StateExplanation[];
  /** The passes over memory, without the check for gradients that are not finite. */
  readonly passes: readonly PassExplanation[];
  /** The bytes that all passes move. */
  readonly bytes: ElementBytes;
  /** What the check for gradients that are not finite adds. */
  readonly check: {
    /** The number of passes that it adds. */
    readonly passes: number;
    /** The bytes that it adds per element. */
    readonly bytes: ElementBytes;
  };
  /** The reason why there are no passes, if there are none. */
  readonly obstacle: string | undefined;
  /** The explanation as text for a terminal of 80 columns. */
  toString(): string;
}
