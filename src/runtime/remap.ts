/** Rows that move: state follows its rows, and parameters grow and shrink. Brought along by whoever asks for it. */
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
   * Whose rows move: names, where they stay in their arrays, or `{ name: parameter }` with others in their place, which may have other
   * numbers of rows. Default: all parameters, in their arrays.
   */
  readonly parameters?: readonly K[] | Q;
}

/**
 * Has state follow rows to where they are now: of an embedding that grows, or of points that were cloned, split and pruned, each row
 * keeps its own moments. The values of the parameters are the caller's: this moves what the optimizer keeps beside them, and gradients
 * that wait for an update. New rows have the state that a new parameter would have; what starts from the
 * parameters, such as an average, starts from their values as they are now. Steps are counted as before, by parameter and not by row.
 *
 * Where parameters stay in their arrays, the same optimizer goes on. Where others take their place, another one does, as with
 * `addParameters`, and the one that was given is disposed.
 *
 * @param rows for each row of now (of a vector, each element) the one that it was, of a clone that of its original; -1 (or 0xffffffff)
 *   for a new one
 * @returns the optimizer to go on with
 * @throws {BindingError} where rows or parameters do not fit, a rule keeps what cannot follow rows, or several ranks step together;
 *   nothing was changed
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

/** @throws {BindingError} where other ranks step together with this one */
function checkAlone(optimizer: AnyOptimizer): void {
  for (let each: AnyOptimizer | undefined = optimizer; each !== undefined; each = each.inner) {
    // Those of an outer optimizer step by themselves between outer steps.
    if (each.ranks !== undefined || each.together !== undefined || "outerSteps" in each) {
      throw new BindingError(
        "remap: several ranks step these parameters together, and rows that move on one would have to on all: save a checkpoint, and bind anew with the rows where they are",
      );
    }
  }
}

/** What moves. */
interface Asked extends Moving {
  /** All parameters, where others take the place of some. */
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

/** An array alone is a vector. */
const describedAs = (given: AnyParameter | FloatArray): AnyParameter =>
  "data" in given ? given : { data: given, shape: [given.length] };

/** @throws {BindingError} where a parameter is another than before, but for its number of rows */
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
    throw new BindingError(`remap: parameter \`${name}\` was kept as ${was}, and is as ${is} now`);
  }
  return { shape: given.shape, length: given.data?.length };
}

/** @throws {BindingError} where what is stepped is not the parameter itself, or keeps what cannot follow its rows */
function checkOwn(tensor: Pick<Tensor, "name" | "shape">, planned: Tensor, plan: Plan): void {
  if (String(tensor.shape) !== String(planned.shape)) {
    throw new BindingError(
      `remap: parameter \`${tensor.name}\` is stepped in directions of its own (galore), which are of all of its rows: bind anew`,
    );
  }
  checkFollowing(tensor, plan);
}

/** Has kernels know where the state of an optimizer is, and of those within it. What a wrapper keeps itself a loop moves. */
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

/** What optimizers have that go on with a state (`Stateful`). */
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
