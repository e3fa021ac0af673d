/** What a rule is as a value: definitions, options and parts. */
import type { Kind } from "./graph/kinds.ts";
import type { Program } from "./planning/program.ts";
import type { Interval } from "./ranges.ts";

/** A hyperparameter that changes: from `step`, the step's number counted from 1, to its value. */
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
 * A state's kind, and what it starts from: a number, or an expression of `p` and hyperparameters. One
 * that starts from an expression and is never assigned stays as it started.
 */
export interface StateDeclaration {
  /** Of how many values it is: `element` is one for each element. */
  readonly kind: Kind;
  /** What it starts from: a number, or an expression such as `"p"`. */
  readonly initial: number | string;
}

/** What an author writes down. */
export interface Definition<
  H extends HyperDefaults = HyperDefaults,
  A extends keyof H & string = keyof H & string,
> {
  /** As exported: `adam`. */
  readonly name: string;
  /** As people write it: `Adam`. */
  readonly title?: string;
  /** One sentence. */
  readonly summary?: string;
  /** Authors, year, title, and where to find it. */
  readonly paper?: string;
  /** Hyperparameters with their defaults, which are numbers or switches. */
  readonly hyper: H;
  /**
   * What each number of `hyper` may be, as `"[0, 1)"`, `"(0, inf)"` or `"whole [1, inf)"`, checked when it is
   * given and at each step that a schedule gives it. Without one it may be any number but NaN.
   */
  readonly ranges?: { readonly [K in keyof H]?: H[K] extends boolean ? never : Interval };
  /** The hyperparameter that a bare number or schedule in place of options sets. */
  readonly argument?: A;
  /** What is kept from step to step; a bare number or expression is one value an element. */
  readonly state?: Readonly<Record<string, number | string | StateDeclaration>>;
  /** The maths. */
  readonly rule: string;
  /**
   * The weights to evaluate and to ship, where they are not the parameters: an expression of `p`, `t`,
   * this definition's state and hyperparameters, after a step.
   */
  readonly evaluation?: string;
  /** Whether it must stand behind all optimizers of a chain, as projections and averages must. Default false. */
  readonly behind?: boolean;
  /**
   * How formulas write a name of this rule, where its usual symbol will not do: as they would
   * write another name, such as `gamma` or `vHat`.
   */
  readonly symbols?: Readonly<Record<string, string>>;
}

/** Whether a rule steps by itself, or only stands beside one that does. @inline */
export type Role = "optimizer" | "transform";

/** One definition with its options filled in. */
export interface Part {
  /**
   * Unique in its rule, over all branches of partitions; state, hyperparameters and reductions are qualified by it: `adam.m`.
   */
  readonly name: string;
  /** Whether it steps, or stands beside what does. */
  readonly role: Role;
  /** What it was made of. */
  readonly definition: Definition;
  /** The value of each hyperparameter, defaults filled in. */
  readonly hyper: Readonly<Record<string, HyperValue>>;
}

/** What a group's hyperparameters are, by qualified name. */
export type HyperValues = ReadonlyMap<string, HyperValue>;

/**
 * How a rule becomes programs: by its text, or by what was made of that beforehand. The runtime
 * knows only this, not the language.
 */
export interface Planner {
  /**
   * The program of a step.
   * @param rule what it steps by
   * @param hyper its hyperparameters, by qualified name
   * @param guard check all gradients before anything is stored
   * @param matrix for tensors of two or more dimensions
   * @param rounded the slots that are kept in a narrower type: no pass reads there what another one has computed
   */
  step(
    rule: Rule,
    hyper: HyperValues,
    guard: boolean,
    matrix: boolean,
    rounded?: readonly string[],
  ): Program;
  /** Whether matrices and vectors have programs of their own. */
  asksForMatrix(rule: Rule): boolean;
  /** The program that fills those of `states`, by qualified name, that start from an expression, if any do. */
  initial(rule: Rule, hyper: HyperValues, states: readonly string[]): Program | undefined;
  /** The program that turns the parameters into the weights to evaluate, if they are others; `matrix` as for `step`. */
  evaluation(rule: Rule, hyper: HyperValues, matrix: boolean): Program | undefined;
  /** The qualified name of the learning rate that a step reports. */
  learningRate(rule: Rule): string | undefined;
}

declare const hyperType: unique symbol;

/** Which parameters: one by its name, those whose names match a pattern, such as `/^block/`, or those for which a function is true. */
export type Match = string | RegExp | ((name: string, shape: readonly number[]) => boolean);

/** A rule for the parameters that match. */
export interface Branch<R extends Rule = Rule> {
  /** The parameters that take it. A parameter matches one branch of a partition at most. */
  readonly match: Match;
  /** Their rule. */
  readonly rule: R;
}

/** Branches of which a parameter takes one or none. */
export interface Choice {
  readonly branches: readonly Branch[];
}

/** A parameter as a `match` sees it. */
export interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What the runtime knows of matching, and how it refuses what does not fit. */
export interface Matching {
  readonly matches: (match: Match, parameter: Named) => boolean;
  readonly refuse: (problem: string) => never;
}

/**
 * The parts that one parameter takes, by their positions among all; undefined if it is frozen. Asks at each
 * choice for the branch that it takes, or -1.
 */
export type Select = (pick: (choice: Choice) => number) => readonly number[] | undefined;

/** The rule of each parameter, in their order; those that take the same share one. */
export type Assign = (parameters: readonly Named[], matching: Matching) => readonly Rule[];

export type Assigner = (parts: readonly Part[], planner: Planner, select: Select) => Assign;

/** Maths and hyperparameters, without memory and without a device. */
export interface Rule<H extends HyperDefaults = HyperDefaults> {
  /** The definitions that are chained, in their order. */
  readonly parts: readonly Part[];
  /** Makes programs of it; the runtime asks it. */
  readonly planner: Planner;
  /** @internal Where parameters have rules of their own (see partition.ts): `parts` are those of all of them. */
  readonly select?: Select;
  /** @internal How deep such rules are nested in it. */
  readonly depth?: number;
  /** @internal Likewise, of all parameters at once. */
  readonly assign?: Assign;
  /** @internal What finds that (assign.ts): brought along, so that bundles without such rules leave it out. */
  readonly assigner?: Assigner | undefined;
  /** Only for the type checker: what groups may override. */
  readonly [hyperType]?: H;
}

// The build writes the options out, with comments that editors show (scripts/documentOptions.ts).
/** Makes a rule from options: what `defineOptimizer` and `defineTransform` give, and what `adam` is. */
export interface RuleFactory<
  H extends HyperDefaults = HyperDefaults,
  A = never,
  O = HyperOptions<H>,
> {
  (options?: O | ([A] extends [never] ? never : number | Schedule)): Rule<H>;
  /** What was given to `defineOptimizer` or `defineTransform`. */
  readonly definition: Definition<H>;
  /** Whether its rules step, or stand beside those that do. */
  readonly role: Role;
}

/** A state's declaration in its full form. */
export const fullState = (state: NonNullable<Definition["state"]>[string]): StateDeclaration =>
  typeof state === "object" ? state : { kind: "element", initial: state };

/** State declarations in their full form. */
export function stateOf({ state = {} }: Definition): Record<string, StateDeclaration> {
  return Object.fromEntries(Object.entries(state).map(([name, each]) => [name, fullState(each)]));
}

/** Whether all state begins as zeros. */
export function startsAtZero({ parts }: Rule): boolean {
  return parts.every(({ definition }) =>
    Object.values(definition.state ?? {}).every((state) => fullState(state).initial === 0),
  );
}

/** Whether it has weights to evaluate other than the parameters. */
export const hasEvaluation = ({ parts }: Rule): boolean =>
  parts.some(({ definition }) => definition.evaluation !== undefined);

/** What people call a part: `Adam`. */
export function titleOf({ definition }: Part): string {
  return definition.title ?? definition.name;
}
