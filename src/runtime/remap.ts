/** Moves state with its rows, when rows are cloned, pruned or added. Only bundles that import `remap` include it. */
import { startsAtZero } from "../rule/definition.ts";
import { own } from "./binding/lists.ts";
import type { Plan } from "./binding/plans.ts";
import { heightOf, type Tensor } from "./binding/tensor.ts";
import type { AnyOptimizer } from "./contract.ts";
import { BindingError, checkOptions } from "./errors.ts";
import { type FloatArray, typeOf } from "./memory/memory.ts";
import type { Optimizer } from "./optimizer.ts";
import {
  type AnyParameter,
  type AnyParameterSource,
  checkShape,
  type ParametersOf,
} from "./parameters.ts";
import { locateState } from "./state/gatherInMemory.ts";
import type { KeptArray } from "./state/gatherRows.ts";
import { arraysIn, MovedRows, type Moving, movedState, slotsIn } from "./state/movedRows.ts";
import type { RestoreOptions, RestorePlan, SavedState } from "./state/restore.ts";
import { RowList } from "./state/rowList.ts";
import { checkCount, checkFollowing, checkRowsAlike, movedOf } from "./state/rows.ts";
import { mapped } from "./state/state.ts";

/** Options of {@link remap}. */
export interface RemapOptions<
  K extends string = string,
  Q extends AnyParameterSource = AnyParameterSource,
> {
  /**
   * The parameters whose rows move. Either names of parameters that stay in their arrays, or `{ name: parameter }` with new parameters,
   * which may have a different number of rows. Default: all parameters, in their arrays.
   */
  readonly parameters?: readonly K[] | Q;
}

/**
 * Moves the optimizer's state when rows of parameters move, for example when an embedding grows, or when points are cloned, split and
 * pruned. Each row keeps its own moments. You move the values of the parameters yourself. `remap` moves the state, and gradients that
 * wait for an update. A new row gets the state of a new parameter: an average, for example, starts from its present values. The step
 * count still belongs to the parameter, not to a row.
 *
 * If parameters stay in their arrays, the optimizer stays the same. If new parameters replace them, `remap` returns a new optimizer and
 * disposes the old one, as `addParameters` does.
 *
 * @param rows for each present row (in a vector, each element), the number of the row that it was before. For a clone, this is the number
 *   of its original. -1 (or 0xffffffff) stands for a new row
 * @returns the optimizer to continue with
 * @throws {BindingError} if rows or parameters do not fit, a state cannot follow rows, or several ranks step together; nothing was
 *   changed
 * @example
 * const more = parameters({ w: [3, 3] });
 * more.w.data.set(net.w.data);
 * const optimizer = remap(optimize(net, adam()), [0, 1, -1], { parameters: more });
 */
export function remap<
  P extends AnyParameterSource,
  Q extends AnyParameterSource = Record<never, never>,
>(
  optimizer: Optimizer<P>,
  rows: ArrayLike<number>,
  options?: RemapOptions<keyof P & string, Q>,
): Optimizer<Omit<ParametersOf<P>, keyof Q> & Q>;
export function remap<
  P extends AnyParameterSource,
  Q extends AnyParameterSource = Record<never, never>,
>(
  optimizer: AnyOptimizer<P>,
  rows: ArrayLike<number>,
  options?: RemapOptions<keyof P & string, Q>,
): AnyOptimizer<Omit<ParametersOf<P>, keyof Q> & Q>;
export function remap(
  optimizer: AnyOptimizer,
  rows: ArrayLike<number>,
  options: RemapOptions = {},
): AnyOptimizer {
  checkOptions("remap", options, ["parameters"]);
  checkAlone(optimizer);
  const asked = askedOf(optimizer, rows, options);
  return asked.replaced ? elsewhere(optimizer, asked) : inPlace(optimizer, asked);
}

/** @throws {BindingError} if other ranks step together with this one */
function checkAlone(optimizer: AnyOptimizer): void {
  for (let each: AnyOptimizer | undefined = optimizer; each !== undefined; each = each.inner) {
    // Ranks of an outer optimizer step separately between outer steps.
    if (each.ranks !== undefined || each.rankGroup !== undefined || "outerSteps" in each) {
      throw new BindingError(
        "remap: several ranks step these parameters together, and rows would have to move on all of them: save a checkpoint, and bind again with the new rows",
      );
    }
  }
}

/** The parameters and rows that move. */
interface Asked extends Moving {
  /** All parameters, if new ones replace some of them. */
  readonly replaced: Readonly<Record<string, AnyParameter>> | undefined;
}

function askedOf(
  { parameters: all, plans }: AnyOptimizer,
  rows: ArrayLike<number>,
  { parameters: given }: RemapOptions,
): Asked {
  const known = Object.entries(all as Readonly<Record<string, AnyParameter>>).map(
    ([name, { data, shape }]) => ({ name, shape, length: data.length }),
  );
  const isList = given === undefined || Array.isArray(given);
  const others = isList ? {} : (given as Readonly<Record<string, AnyParameter>>);
  const names = isList ? (given ?? known.map(({ name }) => name)) : Object.keys(others);
  const moved = movedOf(known, names as readonly string[]);
  const list = RowList.of(rows, Math.min(...moved.map(heightOf)));
  for (const tensor of moved) {
    const other = own(others, tensor.name);
    const now = other === undefined ? tensor : checkOther(tensor, all[tensor.name]!, other);
    checkCount(tensor.name, heightOf(now), list.words.length, other !== undefined);
    for (const plan of plans) {
      for (const planned of plan.tensors.filter(({ name }) => name === tensor.name)) {
        checkOwn(tensor, planned, plan);
      }
    }
  }
  return {
    rows: list,
    heights: new Map(moved.map((tensor) => [tensor.name, heightOf(tensor)])),
    shapes: mapped(others, (other) => describedAs(other).shape),
    replaced: isList ? undefined : { ...(all as object), ...others },
  };
}

/** A plain array is a vector. */
const describedAs = (given: AnyParameter | FloatArray): AnyParameter =>
  "data" in given ? given : { data: given, shape: [given.length] };

/** @throws {BindingError} if a parameter differs in more than its number of rows */
function checkOther(
  { name, shape }: Pick<Tensor, "name" | "shape">,
  before: AnyParameter,
  other: AnyParameter,
): Pick<Tensor, "shape" | "length"> {
  const given = describedAs(other);
  checkShape(name, given.shape);
  checkRowsAlike(name, shape, given.shape);
  const [is, was] = [given, before].map(({ data, storage }) => storage?.name ?? typeOf(data));
  if (is !== was) {
    throw new BindingError(
      `remap: parameter \`${name}\` was kept as ${was}, but is kept as ${is} now`,
    );
  }
  return { shape: given.shape, length: given.data?.length };
}

/** @throws {BindingError} if a wrapper projects the parameter, or a state cannot follow its rows */
function checkOwn(tensor: Pick<Tensor, "name" | "shape">, planned: Tensor, plan: Plan): void {
  if (String(tensor.shape) !== String(planned.shape)) {
    throw new BindingError(
      `remap: parameter \`${tensor.name}\` is projected (galore) to directions that mix all of its rows: bind again`,
    );
  }
  checkFollowing(tensor, plan);
}

/** Registers the memory of the state of an optimizer and of those inside it, for the kernel. A loop moves a wrapper's own state. */
function locateAll(optimizer: AnyOptimizer): void {
  for (let each: AnyOptimizer | undefined = optimizer; each !== undefined; each = each.inner) {
    locateState((each as Partial<Pick<Optimizer, "bound">>).bound ?? []);
  }
}

function inPlace(optimizer: AnyOptimizer, asked: Asked): AnyOptimizer {
  const slots = slotsIn(optimizer.plans);
  const views = optimizer.stateViews();
  locateAll(optimizer);
  const moved = arraysIn(movedState(views, asked, slots, slots));
  const isZero = optimizer.plans.every(({ rule }) => startsAtZero(rule));
  const fresh =
    asked.rows.hasNew && !isZero
      ? optimizer.bindTo(optimizer.parameters as AnyParameterSource)
      : undefined;
  try {
    const states = fresh && arraysIn(fresh.stateViews());
    for (const [index, array] of arraysIn(views).entries()) {
      const from = moved[index];
      if (from instanceof MovedRows) {
        from.write(array, states?.[index]);
      }
    }
  } finally {
    fresh?.dispose();
  }
  return optimizer;
}

/** The part of `Stateful` that is needed here. */
type Planning = { planRestore(state: SavedState, options: RestoreOptions): RestorePlan };

function elsewhere(optimizer: AnyOptimizer, asked: Asked): AnyOptimizer {
  const next = optimizer.bindTo(asked.replaced as AnyParameterSource);
  try {
    locateAll(optimizer);
    locateAll(next);
    const [before, after] = [slotsIn(optimizer.plans), slotsIn(next.plans)];
    const state = movedState(optimizer.stateViews(), asked, before, after);
    const { point, copies } = (next as AnyOptimizer & Planning).planRestore(state, {});
    next.resumeAt(point);
    for (const { from, to } of copies) {
      if (from instanceof MovedRows) {
        from.write(to, to);
      } else {
        to.set(from as KeptArray["array"]);
      }
    }
  } catch (error) {
    next.dispose();
    throw error;
  }
  optimizer.dispose();
  return next;
}
