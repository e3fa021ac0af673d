/** Reads and sets hyperparameters by name during a run. Only bundles that import these functions include this module. */
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
  /** The parameters to set hyperparameters of. Default: all. */
  readonly match?: Match;
}

/** Hyperparameters by name, such as `"lr"`, or by part and name, such as `"adam.lr"`. */
export type HyperSettings = Readonly<Record<string, number | Schedule>>;

/** New values for the matching parameters of one plan. */
interface Change {
  readonly plan: Plan<PlannedTensor>;
  readonly meant: readonly PlannedTensor[];
  /** By qualified name. */
  readonly values: ReadonlyMap<string, HyperValue>;
}

/** The members used here of an optimizer, a wrapper, or an optimizer on a device. */
type Outer = Partial<
  Pick<AnyOptimizer, "inner" | "checkPlans"> & Pick<Exchangeable, "exchangePlans">
>;

/** The optimizer inside all wrappers; undefined if there is none. */
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

/** @throws {BindingError} if there is no optimizer inside */
function innermost(where: string, outer: Outer): Exchangeable {
  const found = within(outer);
  if (found === undefined) {
    throw new BindingError(
      `${where}: the first argument must be an optimizer, which optimize() returns, or a wrapper around one`,
    );
  }
  return found;
}

/** The qualified name of a hyperparameter; undefined if no part of the rule has it. */
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

/** Whether all new values can be set in the present plan, for exactly these parameters. */
const isReady = ({ plan, meant, values }: Change): boolean =>
  values.size === 0 ||
  (meant.length === plan.tensors.length &&
    [...values.keys()].every((name) => isSetting(plan.hyper.get(name))));

/** Splits a plan: one for the matching parameters, with values that can be set, and one for the rest. */
function parted({ plan, meant, values }: Change): NextPlan[] {
  const rest = plan.tensors.filter((tensor) => !meant.includes(tensor));
  const hyper = new Map<string, HyperValue>();
  for (const [name, value] of plan.hyper) {
    // A setting that both plans shared becomes one for each.
    const own = isSetting(value) ? newSetting(givenAs(value)) : value;
    hyper.set(name, values.has(name) ? newSetting(givenAs(value)) : own);
  }
  const own = replanned(plan, hyper, meant);
  const left = rest.length === 0 ? [] : [{ plan: { ...plan, tensors: rest }, of: plan }];
  return [...left, { plan: { ...own, isGroup: plan.isGroup || rest.length > 0 }, of: plan }];
}

/** Gives the matching parameters a plan of their own in which the values can be set. The values stay as they are. */
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

/** Makes hyperparameters settable that were set in a saved state, so that they can be restored. */
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
        // The rule keeps other states then, and the comparison reports that.
      }
    }
  }
}

function providing<F>(call: F): F {
  restoring.provide(prepare);
  return call;
}

/**
 * Sets hyperparameters from the next step on: `setHyper(optimizer, { lr: 1e-4 })`, or only for some parameters,
 * `setHyper(optimizer, { lr: 1e-4 }, { match: /^b/ })`. Names are those of the rule's options, or include the part, as in
 * `"ema#2.decay"`. A value is a number in the range that the rule declares, or a schedule.
 *
 * A number is saved with the state, and restored if the restoring program imports this function. Of a schedule, only the name is
 * saved. The first call takes about as long as binding; later calls take almost no time. PyTorch: `param_group["lr"] = x`; Optax:
 * `inject_hyperparams`, which must be used before the first step.
 *
 * @param optimizer from `optimize`, on the CPU or a GPU; or a wrapper, then this applies to the optimizer inside
 * @throws {HyperparameterError} if no rule has such a hyperparameter, or the value is invalid; nothing was set
 * @throws {BindingError} if nothing matches, or the value would add or remove a state: without momentum, none is kept
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
 * The present hyperparameter of a parameter: a number, a switch, or a schedule. The report of a step has a schedule's value.
 * @param name of the hyperparameter, such as `"lr"`; with its part if several have it, such as `"ema#2.decay"`
 * @param parameter the name of a parameter
 * @throws {HyperparameterError} if the rule has no such hyperparameter
 * @throws {BindingError} if no step changes such a parameter
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
