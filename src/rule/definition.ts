/** Definitions, options and parts: what a rule consists of. */
import type { Kind } from "./graph/kinds.ts";
import type { Program } from "./planning/program.ts";
import type { Interval } from "./ranges.ts";

/** A hyperparameter that changes over time: a function from `step`, the number of the step, counted from 1, to the value. */
export type Schedule = (step: number) => number;

/** The hyperparameters of a rule with their defaults. */
export type HyperDefaults = Readonly<Record<string, number | boolean>>;

/** The options that a rule takes: each hyperparameter as a number or a schedule, or a switch. */
export type HyperOptions<H> = {
  readonly [K in keyof H]?: H[K] extends boolean
    ? boolean
    : H[K] extends number
      ? number | Schedule
      : HyperValue;
};

/** A hyperparameter's value: a number, a switch, or a schedule. */
export type HyperValue = number | boolean | Schedule;

/**
 * A state's kind and its initial value: a number, or an expression of `p` and hyperparameters. A state
 * that starts from an expression and is never assigned keeps its initial value.
 */
export interface StateDeclaration {
  /** How many values it has: `element` is one for each element. */
  readonly kind: Kind;
  /** Its initial value: a number, or an expression such as `"p"`. */
  readonly initial: number | string;
}

/** A definition, as its author writes it. */
export interface Definition<
  H extends HyperDefaults = HyperDefaults,
  A extends keyof H & string = keyof H & string,
> {
  /** The exported name: `adam`. */
  readonly name: string;
  /** The name for people: `Adam`. */
  readonly title?: string;
  /** One sentence. */
  readonly summary?: string;
  /** Authors, year, title, and where to find it. */
  readonly paper?: string;
  /** Hyperparameters with their defaults, which are numbers or switches. */
  readonly hyper: H;
  /**
   * The valid range of each number of `hyper`, as `"[0, 1)"`, `"(0, inf)"` or `"whole [1, inf)"`. It is checked when the
   * value is given, and at each step if a schedule gives it. Without a range, any number but NaN is valid.
   */
  readonly ranges?: { readonly [K in keyof H]?: H[K] extends boolean ? never : Interval };
  /** The hyperparameter that is set if a bare number or schedule is given in place of options. */
  readonly argument?: A;
  /** What is kept from step to step. A bare number or expression declares one value for each element. */
  readonly state?: Readonly<Record<string, number | string | StateDeclaration>>;
  /** The maths. */
  readonly rule: string;
  /**
   * The weights to evaluate and to ship, if they are not the parameters themselves: an expression of `p`, `t`,
   * this definition's state and hyperparameters, evaluated after a step.
   */
  readonly evaluation?: string;
  /** Whether it must come after all optimizers of a chain, as projections and averages must. Default false. */
  readonly behind?: boolean;
  /**
   * How formulas write a name of this rule, if its usual symbol does not fit: given as another name
   * whose symbol is used instead, such as `gamma` or `vHat`.
   */
  readonly symbols?: Readonly<Record<string, string>>;
}

/** Whether a rule updates parameters by itself (optimizer), or only together with one that does (transform). @inline */
export type Role = "optimizer" | "transform";

/** One definition with its options filled in. */
export interface Part {
  /**
   * Unique in its rule, in all branches of partitions. It qualifies states, hyperparameters and reductions: `adam.m`.
   */
  readonly name: string;
  /** Whether it is an optimizer or a transform. */
  readonly role: Role;
  /** The definition that it was made from. */
  readonly definition: Definition;
  /** The value of each hyperparameter, with defaults filled in. */
  readonly hyper: Readonly<Record<string, HyperValue>>;
}

/** The hyperparameters of a group, by qualified name. */
export type HyperValues = ReadonlyMap<string, HyperValue>;

/**
 * How a rule becomes programs: from its text, or from programs that were made when the package was built.
 * The runtime knows only this interface, not the language.
 */
export interface Planner {
  /**
   * The program of a step.
   * @param rule the rule of the step
   * @param hyper its hyperparameters, by qualified name
   * @param guard whether all gradients are checked before anything is stored
   * @param matrix whether it is for tensors of two or more dimensions
   * @param rounded the slots that are stored in a narrower type: a pass must not read from them what another pass computed
   */
  step(
    rule: Rule,
    hyper: HyperValues,
    guard: boolean,
    matrix: boolean,
    rounded?: readonly string[],
  ): Program;
  /** Whether matrices and vectors need different programs. */
  asksForMatrix(rule: Rule): boolean;
  /** The program that initializes those of `states`, by qualified name, that start from an expression; undefined if none do. */
  initial(rule: Rule, hyper: HyperValues, states: readonly string[]): Program | undefined;
  /** The program that computes the weights to evaluate, if they are not the parameters; `matrix` as for `step`. */
  evaluation(rule: Rule, hyper: HyperValues, matrix: boolean): Program | undefined;
  /** The qualified name of the learning rate that a step reports. */
  learningRate(rule: Rule): string | undefined;
}

declare const hyperType: unique symbol;

/** Selects parameters: by a name, by a pattern over names such as `/^block/`, or by a function of name and shape. */
export type Match = string | RegExp | ((name: string, shape: readonly number[]) => boolean);

/** A rule for the parameters that match. */
export interface Branch<R extends Rule = Rule> {
  /** The parameters that this branch is for. A parameter may match only one branch of a partition. */
  readonly match: Match;
  /** Their rule. */
  readonly rule: R;
}

/** The branches of a partition. A parameter takes one of them or none. */
export interface Choice {
  readonly branches: readonly Branch[];
}

/** A parameter, as `match` sees it. */
export interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** How the runtime finds out whether a parameter matches, and reports mistakes. */
export interface Matching {
  readonly matches: (match: Match, parameter: Named) => boolean;
  readonly refuse: (problem: string) => never;
}

/**
 * Selects the parts for one parameter: their positions among all parts; undefined if the parameter is frozen. At each
 * choice it calls `pick`, which returns the index of the branch, or -1 for none.
 */
export type Select = (pick: (choice: Choice) => number) => readonly number[] | undefined;

/** Gives each parameter its rule, in order. Parameters with the same parts share one rule object. */
export type Assign = (parameters: readonly Named[], matching: Matching) => readonly Rule[];

export type Assigner = (parts: readonly Part[], planner: Planner, select: Select) => Assign;

/** Maths and hyperparameters, without memory and without a device. */
export interface Rule<H extends HyperDefaults = HyperDefaults> {
  /** The parts of the chain, in order. */
  readonly parts: readonly Part[];
  /** Makes programs from the rule when the runtime needs them. */
  readonly planner: Planner;
  /** @internal If parameters have different rules (see partition.ts), selects the parts; `parts` then has those of all rules. */
  readonly select?: Select;
  /** @internal How deep partitions are nested in it. */
  readonly depth?: number;
  /** @internal As `select`, for all parameters at once. */
  readonly assign?: Assign;
  /** @internal Makes `assign` (see assign.ts). The rule carries it, so that bundles without partitions do not include it. */
  readonly assigner?: Assigner | undefined;
  /** Only for the type checker: the hyperparameters that groups may override. */
  readonly [hyperType]?: H;
}

// The build writes these options out, with comments that editors show (scripts/documentOptions.ts).
/** Makes a rule from options. `defineOptimizer` and `defineTransform` return one, and `adam` is one. */
export interface RuleFactory<
  H extends HyperDefaults = HyperDefaults,
  A = never,
  O = HyperOptions<H>,
> {
  (options?: O | ([A] extends [never] ? never : number | Schedule)): Rule<H>;
  /** The definition that was given to `defineOptimizer` or `defineTransform`. */
  readonly definition: Definition<H>;
  /** Whether it makes optimizers or transforms. */
  readonly role: Role;
}

/** A state's declaration, in its full form. */
export const fullState = (state: NonNullable<Definition["state"]>[string]): StateDeclaration =>
  typeof state === "object" ? state : { kind: "element", initial: state };

/** All state declarations, in their full form. */
export function stateOf({ state = {} }: Definition): Record<string, StateDeclaration> {
  return Object.fromEntries(Object.entries(state).map(([name, each]) => [name, fullState(each)]));
}

/** Whether all states start as zeros. */
export function startsAtZero({ parts }: Rule): boolean {
  return parts.every(({ definition }) =>
    Object.values(definition.state ?? {}).every((state) => fullState(state).initial === 0),
  );
}

/** Whether the weights to evaluate are not the parameters themselves. */
export const hasEvaluation = ({ parts }: Rule): boolean =>
  parts.some(({ definition }) => definition.evaluation !== undefined);

/** The name of a part for people: `Adam`. */
export function titleOf({ definition }: Part): string {
  return definition.title ?? definition.name;
}
