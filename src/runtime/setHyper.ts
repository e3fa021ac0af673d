/** Hyperparameters that are read and set by name while steps go on. Brought along by whoever asks for it. */
import type { HyperValue, Match, Rule, Schedule } from "../rule/definition.ts";
import { HyperparameterError } from "../rule/errors.ts";
import { checkHyper } from "../rule/hyper.ts";
import { didYouMean } from "../suggest.ts";
import { findHyper, matches } from "./binding/groups.ts";
import type { Plan, PlannedTensor } from "./binding/plans.ts";
import type { AnyOptimizer } from "./contract.ts";
import { BindingError, checkOptions } from "./errors.ts";
import { type Exchangeable, exchangeable, type NextPlan } from "./exchange.ts";
import type { Optimizer } from "./optimizer.ts";
import { replanned } from "./rebinding.ts";
import { givenAs, isSet, isSetting, newSetting, type Setting } from "./setting.ts";
import { type RestoreOptions, renamed, type SavedState } from "./state/restore.ts";
import { restoring } from "./state/stateful.ts";

/** Options of {@link setHyper}. */
export interface SetHyperOptions {
  /** The parameters whose hyperparameters are set. Default: all. */
  readonly match?: Match;
}

/** Hyperparameters by name, or with their part: `"adam.lr"`. */
export type HyperSettings = Readonly<Record<string, number | Schedule>>;

/** What becomes of the parameters of one plan that are meant. */
interface Change {
  readonly plan: Plan<PlannedTensor>;
  readonly meant: readonly PlannedTensor[];
  /** By qualified name. */
  readonly values: ReadonlyMap<string, HyperValue>;
}

/** What is looked at of an optimizer, a wrapper, or one on a device. */
type Outer = Partial<
  Pick<AnyOptimizer, "inner" | "checkPlans"> & Pick<Exchangeable, "exchangePlans">
>;

/** What has the rule's own plans, within wrappers; undefined where there is none. */
function within(outer: Outer | undefined): Exchangeable | undefined {
  const { inner, exchangePlans } = outer ?? {};
  if (inner !== undefined) {
    return within(inner);
  }
  if (exchangePlans !== undefined) {
    return outer as Exchangeable;
  }
  const optimizer = outer as Optimizer | undefined;
  return optimizer?.bound && exchangeable(optimizer);
}

/** @throws {BindingError} where there is none */
function innermost(where: string, outer: Outer): Exchangeable {
  const found = within(outer);
  if (found === undefined) {
    throw new BindingError(
      `${where}: the first argument must be an optimizer, which optimize() returns, or a wrapper around one`,
    );
  }
  return found;
}

/** What a name stands for in a rule, unless it is of no part. */
function meantBy(rule: Rule, name: string, value: unknown): string | undefined {
  const found = findHyper(rule, name);
  if (found !== undefined) {
    checkHyper(found.part.name, found.part.definition, found.hyper, value);
    if (typeof value === "boolean") {
      throw new HyperparameterError(
        `setHyper: \`${name}\` changes the rule itself: call optimize() again, and restore the state`,
      );
    }
  }
  return found?.qualified;
}

function changesOf(
  plans: Exchangeable["plans"],
  settings: HyperSettings,
  match: Match | undefined,
): Change[] {
  const all = plans.flatMap(({ tensors }) => tensors.map(({ name }) => name));
  const unknown = new Set(Object.keys(settings));
  const changes = plans.flatMap((plan): Change[] => {
    const { rule, tensors } = plan;
    const meant = tensors.filter((tensor) => match === undefined || matches(match, tensor));
    const values = new Map<string, HyperValue>();
    for (const [name, value] of meant.length === 0 ? [] : Object.entries(settings)) {
      const qualified = meantBy(rule, name, value);
      if (qualified !== undefined) {
        values.set(qualified, value);
        unknown.delete(name);
      }
    }
    return meant.length === 0 ? [] : [{ plan, meant, values }];
  });
  if (changes.length === 0) {
    throw new BindingError(`setHyper: match (${match}) matches none of ${all.join(", ")}`);
  }
  for (const name of unknown) {
    const known = changes.flatMap(({ plan }) => [...plan.hyper.keys()]);
    const short = known.map((each) => each.slice(each.indexOf(".") + 1));
    throw new HyperparameterError(
      `setHyper: no part of the rule has the hyperparameter \`${name}\`${didYouMean(name, name.includes(".") ? known : short)}`,
    );
  }
  return changes;
}

/** Whether all that is set can be set already, of these parameters alone. */
const isReady = ({ plan, meant, values }: Change): boolean =>
  values.size === 0 ||
  (meant.length === plan.tensors.length &&
    [...values.keys()].every((name) => isSetting(plan.hyper.get(name))));

/** The plan of the parameters that are meant, whose values can be set, and that of the rest. */
function parted({ plan, meant, values }: Change): NextPlan[] {
  const rest = plan.tensors.filter((tensor) => !meant.includes(tensor));
  const hyper = new Map<string, HyperValue>();
  for (const [name, value] of plan.hyper) {
    // What both could be set by before is now each one's own.
    const own = isSetting(value) ? newSetting(givenAs(value)) : value;
    hyper.set(name, values.has(name) ? newSetting(givenAs(value)) : own);
  }
  const own = replanned(plan, hyper, meant);
  const left = rest.length === 0 ? [] : [{ plan: { ...plan, tensors: rest }, of: plan }];
  return [...left, { plan: { ...own, isGroup: plan.isGroup || rest.length > 0 }, of: plan }];
}

/** Has the parameters that are meant a plan of their own, in which what is set can be set; values stay. */
function makeReady(outer: Outer, optimizer: Exchangeable, changes: readonly Change[]): void {
  const open = new Map(changes.filter((each) => !isReady(each)).map((each) => [each.plan, each]));
  if (open.size === 0) {
    return;
  }
  const next = optimizer.plans.flatMap((plan) => {
    const change = open.get(plan);
    return change === undefined ? [{ plan, of: plan }] : parted(change);
  });
  for (let each: Outer | undefined = outer; each; each = each.inner) {
    each.checkPlans?.(next.map(({ plan }) => plan as Plan));
  }
  optimizer.exchangePlans(next);
}

function set(outer: Outer, settings: HyperSettings, options: SetHyperOptions = {}): void {
  const optimizer = innermost("setHyper", outer);
  if (typeof settings !== "object" || settings === null) {
    throw new HyperparameterError(
      "setHyper: the second argument must be an object of hyperparameters, such as { lr: 1e-4 }",
    );
  }
  checkOptions("setHyper", options, ["match"]);
  const { match } = options;
  makeReady(outer, optimizer, changesOf(optimizer.plans, settings, match));
  for (const { plan, values } of changesOf(optimizer.plans, settings, match)) {
    for (const [name, value] of values) {
      (plan.hyper.get(name) as Setting).set(value as number | Schedule);
    }
  }
}

/** What was set when a state was saved can be set here, so that it comes back: values stay until then. */
function prepare(outer: object, saved: SavedState, options: RestoreOptions): void {
  const optimizer = within(outer);
  if (optimizer === undefined || !Array.isArray(saved?.schedules)) {
    return;
  }
  for (const { of, state } of renamed(saved, options?.rename).schedules) {
    for (const [name, parameters] of isSet(state) ? Object.entries(of) : []) {
      const names = new Set(parameters);
      const changes = optimizer.plans.flatMap((plan): Change[] => {
        const { hyper, tensors } = plan;
        const value = hyper.get(name);
        const meant = tensors.filter((tensor) => names.has(tensor.name));
        const isNumber = typeof value === "number" || isSetting(value);
        return meant.length > 0 && isNumber
          ? [{ plan, meant, values: new Map([[name, value]]) }]
          : [];
      });
      try {
        makeReady(outer, optimizer, changes);
      } catch (error) {
        if (!(error instanceof BindingError)) {
          throw error;
        }
        // It keeps other states then, and the comparison says which.
      }
    }
  }
}

function providing<F>(call: F): F {
  restoring.provide(prepare);
  return call;
}

/**
 * Sets hyperparameters from the next step on: `setHyper(optimizer, { lr: 1e-4 })`, or of some parameters,
 * `setHyper(optimizer, { lr: 1e-4 }, { match: /^b/ })`. Names are those of the rule's options, or with their part,
 * `"ema#2.decay"`. A value is a number or a schedule, of the range that the rule declares.
 *
 * A number that was set is saved with the state and comes back with it, where this function is in the program that restores; of a
 * schedule the name alone is saved. The first time takes about as long as binding, later ones next to nothing.
 * PyTorch: `param_group["lr"] = x`; Optax: `inject_hyperparams`, asked for before the first step.
 *
 * @param optimizer of `optimize`, on the CPU or on a GPU, or a wrapper: then of the optimizer within it
 * @throws {HyperparameterError} where a rule has no such hyperparameter or it may not be that, and nothing was set
 * @throws {BindingError} where nothing matches, or a state would come or go with the value: a momentum of 0 keeps none
 * @example
 * const optimizer = optimize(net, adam());
 * setHyper(optimizer, { lr: 1e-4 });
 * optimizer.step({ w: new Float32Array(6).fill(1), b: [1, 2, 3] }).lr; // 1e-4
 */
export const setHyper: (
  optimizer: AnyOptimizer | Exchangeable,
  settings: HyperSettings,
  options?: SetHyperOptions,
) => void = /* @__PURE__ */ providing(set);

/**
 * A hyperparameter of a parameter as it is now: a number, a switch, or a schedule, whose value a step's report says.
 * @param name of the hyperparameter, such as `"lr"`, or with its part where several have it: `"ema#2.decay"`
 * @param parameter the name of one that it belongs to
 * @throws {HyperparameterError} where its rule has none of the name
 * @throws {BindingError} where no step changes such a parameter
 * @example getHyper(optimize(net, adam()), "lr", "w"); // 0.001
 */
export function getHyper(
  optimizer: AnyOptimizer | Exchangeable,
  name: string,
  parameter: string,
): HyperValue {
  const { plans } = innermost("getHyper", optimizer);
  const plan = plans.find(({ tensors }) => tensors.some((each) => each.name === parameter));
  if (plan === undefined) {
    const names = plans.flatMap(({ tensors }) => tensors.map((each) => each.name));
    throw new BindingError(
      `getHyper: no step changes a parameter \`${parameter}\`${didYouMean(parameter, names)}`,
    );
  }
  const found = findHyper(plan.rule, name);
  if (found === undefined) {
    const known = [...plan.hyper.keys()];
    throw new HyperparameterError(
      `getHyper: the rule of \`${parameter}\` has no hyperparameter \`${name}\`; it has ${known.join(", ")}`,
    );
  }
  return givenAs(plan.hyper.get(found.qualified)!);
}
