/** Defines a composition: plain data, so that it can be printed, reduced and run again. */

/** A hyperparameter: a number, a boolean, or a schedule `(t) => from / (1 + fall * t)`. */
export type Value = number | boolean | { readonly from: number; readonly fall: number };

/** An optimizer or a transform, by its exported name. */
export interface PartSpec {
  readonly part: string;
  readonly options: Readonly<Record<string, Value>>;
  /** Whether it exists only after the action `restore: "added"`. */
  readonly added?: boolean;
}

export interface ChainSpec {
  readonly chain: readonly RuleSpec[];
}

/** Another rule for some parameters, by their names. */
export interface BranchSpec {
  readonly match: readonly string[];
  readonly rule: RuleSpec;
}

export interface PartitionSpec {
  readonly branches: readonly BranchSpec[];
  readonly otherwise: RuleSpec;
}

export interface MaskSpec {
  readonly masked: readonly string[];
  readonly rule: RuleSpec;
}

export type RuleSpec = PartSpec | ChainSpec | PartitionSpec | MaskSpec | { readonly frozen: true };

export type ElementType = "float32" | "float64";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** From `parameters()`, the caller's array, or a part of a larger array. */
  readonly place: "memory" | "foreign" | "view";
  readonly start: readonly number[];
  /** Whether it exists only after the action `restore: "added"`. */
  readonly added?: boolean;
}

export interface GroupSpec {
  readonly match: readonly string[];
  /** By plain or qualified name. */
  readonly overrides: Readonly<Record<string, Value>>;
}

/** The form in which a gradient is passed; `other` is the type that the parameter does not have. */
export type Form = "array" | "typed" | "other" | "view";

export type GradientSpec =
  | { readonly values: readonly number[]; readonly form: Form }
  | { readonly rows: readonly number[]; readonly values: readonly number[] }
  /** The array of a parameter. */
  | { readonly of: string };

/** The mistake in a call that must throw. */
export type Flaw = "short" | "missing" | "unknown" | "loss" | "row" | "schedule";

export interface StepAction {
  readonly step: Readonly<Record<string, GradientSpec>>;
  readonly loss: number;
  /** Whether the gradients are written into the optimizer's own arrays. */
  readonly own: boolean;
  readonly flaw?: Flaw;
}

/**
 * Another optimizer takes over: with the same names, with others, or with the `added` parameters; or this one returns to the last
 * `save`.
 */
export type Action =
  | StepAction
  | { readonly restore: "again" | "renamed" | "added" | "back" }
  | { readonly save: true }
  | { readonly flush: true };

export interface Composition {
  readonly parameters: readonly ParameterSpec[];
  readonly rule: RuleSpec;
  readonly groups: readonly GroupSpec[];
  readonly nonFinite: "throw" | "skip" | "allow";
  readonly zeroGradients: boolean;
  readonly wrapper?:
    | { readonly accumulate: number; readonly each?: RuleSpec }
    | { readonly sam: number; readonly adaptive: boolean };
  readonly actions: readonly Action[];
}

export const lengthOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const isMatrix = (shape: readonly number[]): boolean => shape.length > 1;

/** The first dimension; for a vector, the number of its elements. */
export const rowsOf = (shape: readonly number[]): number => shape[0] ?? 1;

/** The number of elements in a row. */
export const colsOf = (shape: readonly number[]): number => lengthOf(shape.slice(1));

/** The rule before anything is added to it; undefined if it is empty. */
function ruleBefore(rule: RuleSpec, names: ReadonlySet<string>): RuleSpec | undefined {
  if ("part" in rule) {
    return rule.added ? undefined : rule;
  }
  if ("chain" in rule) {
    return { chain: rule.chain.flatMap((each) => ruleBefore(each, names) ?? []) };
  }
  if ("masked" in rule) {
    const inside = ruleBefore(rule.rule, names);
    return inside && { masked: rule.masked.filter((name) => names.has(name)), rule: inside };
  }
  if ("branches" in rule) {
    const branches = rule.branches.map((branch) => ({
      match: branch.match.filter((name) => names.has(name)),
      rule: ruleBefore(branch.rule, names)!,
    }));
    return { branches, otherwise: ruleBefore(rule.otherwise, names)! };
  }
  return rule;
}

/** The composition before the action `restore: "added"`. */
export function beforeAddition(composition: Composition): Composition {
  const parameters = composition.parameters.filter(({ added }) => !added);
  const names = new Set(parameters.map(({ name }) => name));
  const groups = composition.groups.map((group) => ({
    ...group,
    match: group.match.filter((name) => names.has(name)),
  }));
  return { ...composition, parameters, groups, rule: ruleBefore(composition.rule, names)! };
}

export const addsSomething = ({ actions }: Composition): boolean =>
  actions.some((action) => "restore" in action && action.restore === "added");

/** All parts of a rule in the order of writing. */
export function partsOf(rule: RuleSpec): PartSpec[] {
  if ("part" in rule) return [rule];
  if ("chain" in rule) return rule.chain.flatMap(partsOf);
  if ("masked" in rule) return partsOf(rule.rule);
  if ("branches" in rule) {
    return [...rule.branches.map((branch) => branch.rule), rule.otherwise].flatMap(partsOf);
  }
  return [];
}

/** One part of a rule, and the parameters that it applies to. */
export interface Instance {
  /** Unique within the rule: the second `sgd` is `sgd#2`. */
  readonly name: string;
  readonly spec: PartSpec;
  readonly takers: readonly string[];
}

/** The parts of a rule in the order of writing, and the parameters that it freezes. */
export function resolve(
  rule: RuleSpec,
  names: readonly string[],
): { instances: readonly Instance[]; frozen: ReadonlySet<string> } {
  const instances: Instance[] = [];
  const frozen = new Set<string>();
  const counts = new Map<string, number>();
  const walk = (each: RuleSpec, takers: readonly string[]): void => {
    if ("part" in each) {
      const count = (counts.get(each.part) ?? 0) + 1;
      counts.set(each.part, count);
      const name = count === 1 ? each.part : `${each.part}#${count}`;
      instances.push({ name, spec: each, takers });
    } else if ("chain" in each) {
      for (const link of each.chain) walk(link, takers);
    } else if ("masked" in each) {
      const mask = takers.filter((name) => each.masked.includes(name));
      walk(each.rule, mask);
    } else if ("branches" in each) {
      const taken = new Set(each.branches.flatMap(({ match }) => match));
      for (const { match, rule: branch } of each.branches) {
        const some = takers.filter((name) => match.includes(name));
        walk(branch, some);
      }
      const rest = takers.filter((name) => !taken.has(name));
      walk(each.otherwise, rest);
    } else {
      for (const name of takers) frozen.add(name);
    }
  };
  walk(rule, names);
  const trained = (name: string) => !frozen.has(name);
  return {
    instances: instances.map((each) => ({ ...each, takers: each.takers.filter(trained) })),
    frozen,
  };
}
