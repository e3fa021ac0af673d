/** Moves state with its rows, when rows are cloned, split, pruned or added. */
import { heightOf } from "../runtime/binding/tensor.ts";
import { BindingError, checkOptions } from "../runtime/errors.ts";
import { RowList } from "../runtime/state/rowList.ts";
import { checkCount, checkFollowing, checkRowsAlike, movedOf } from "../runtime/state/rows.ts";
import { scoped } from "./device/scopes.ts";
import { requireUsage } from "./device/usage.ts";
import { DeviceError } from "./errors.ts";
import type { GpuOptimizer } from "./optimizer.ts";
import { allocate, type GpuParameterSource, nameOf } from "./parameters.ts";
import type { GpuGradients, GpuOptimizerSource, GpuServed, Rebound } from "./settings.ts";
import { giveBack } from "./state/exchanging.ts";
import { checkBlocks, type Moving, moved } from "./state/remapping.ts";
import { GivenCopies, gradientPlaces, refuseSharedWith } from "./step/gradients.ts";
import type { ListedRows } from "./step/selecting.ts";
import { type GpuTensor, tensorsOf } from "./tensor.ts";

/** Options of {@link remap}. */
export interface RemapOptions<
  K extends string = string,
  Q extends GpuParameterSource = GpuParameterSource,
> {
  /**
   * The parameters whose rows move. Either names of parameters that stay in their buffers, or `{ name: { buffer, shape } }` with their new
   * places, which may have a different number of rows. Default: all parameters, in their buffers.
   */
  readonly parameters?: readonly K[] | Q;
  /** The gradients of parameters that have moved to other buffers, if you own the gradients. By default, Gradus makes buffers for them. */
  readonly gradients?: GpuGradients<Q>;
}

/**
 * For each present row, a 32-bit word with the number of the row that it was before. For a clone, this is the number of its original.
 * Any number that is not a row from before, such as 0xffffffff, stands for a new row. In a list on the CPU, -1 does too.
 */
export type RemappedRows = ListedRows | ArrayLike<number>;

const isListed = (rows: RemappedRows): rows is ListedRows =>
  typeof rows === "object" && rows !== null && "buffer" in rows && "count" in rows;

/**
 * Moves the optimizer's state when rows of parameters move: after splats are cloned, split and pruned, each splat keeps its own moments.
 * The device moves the state, and nothing is read back. You move the values of the parameters yourself. A new row gets the state of a new
 * parameter: an average, for example, starts from its present values. The step count still belongs to the parameter, not to a row.
 *
 * The optimizer stays the same object. The move runs in the order of what you submit, so submit recorded steps before this call.
 * If parameters move to other buffers, their gradients are in other buffers too: see `optimizer.gradients`.
 *
 * @param rows for example `{ buffer, count }` with an index that a shader has written
 * @returns the optimizer, after the device has confirmed the move
 * @throws {BindingError} if rows or parameters do not fit, or a state cannot follow rows; nothing was changed
 * @throws {DeviceError} if the device does not have the memory; the optimizer continues as before
 * @example
 * const device = await requestDevice();
 * const net = parameters(device, { position: [3, 2] });
 * const optimizer = await optimize(device, net, adam());
 * optimizer.step();
 * const moved = parameters(device, { position: [3, 2] }); // the old rows 0 and 2, and a new one
 * await remap(optimizer, [0, 2, -1], { parameters: moved });
 */
export async function remap<
  P extends GpuParameterSource,
  K extends keyof P & string,
  Q extends { readonly [N in keyof P]?: P[N] } & GpuParameterSource = Record<never, never>,
>(
  optimizer: GpuOptimizer<P>,
  rows: RemappedRows,
  options: RemapOptions<K, Q> = {},
): Promise<GpuOptimizer<Omit<P, keyof Q> & Q>> {
  checkOptions("remap", options, ["parameters", "gradients"]);
  optimizer.assertReady("remap");
  let change: Change | undefined;
  optimizer.become((source, bound) => {
    change = changeOf({ source, bound }, rows, options as RemapOptions);
    return [change.after.source, change.after.bound];
  });
  const { before, after, refusal } = change!;
  const why = await refusal;
  if (why === undefined) {
    giveBack(before, after);
    return optimizer as never;
  }
  optimizer.become(() => [before.source, before.bound]);
  giveBack(after, before);
  throw new DeviceError(`remap: the device refused, and nothing was moved: ${why}`);
}

interface Change {
  readonly before: GpuServed;
  readonly after: GpuServed;
  /** Why the device refused; undefined if it did not. */
  readonly refusal: Promise<string | undefined>;
}

function changeOf(before: GpuServed, rows: RemappedRows, options: RemapOptions): Change {
  const { source, bound } = before;
  const { device } = source;
  const asked = askedOf(source, options);
  for (const { plan } of bound.laidOut) {
    for (const tensor of plan.tensors.filter((each) => asked.moved.has(each))) {
      checkFollowing(tensor, plan);
      checkBlocks(tensor, plan);
    }
  }
  const owned = [...source.owned];
  const made: GPUBuffer[] = [];
  try {
    const { result, refusal } = scoped(device, () => {
      const over = reboundTo(source, asked, options.gradients, made);
      const listed = listOf(device, rows, asked);
      const now = moved(source, bound, { ...asked, rows: listed.binding }, over);
      listed.dispose();
      return { over, now };
    });
    const { over, now } = result;
    const parameters = { ...source.parameters, ...asked.parameters };
    const given = options.gradients ?? {};
    const after: GpuOptimizerSource = {
      ...{ ...source, ...over, parameters, bound: now, owned: [...owned, ...made] },
      takes: new GivenCopies({ device, ...over }),
      bind: (laidOut, begun, other = over, absent) => source.bind(laidOut, begun, other, absent),
      bindTo: (net, more) => source.bindTo(net, hasOwn(source) ? more : { ...given, ...more }),
    };
    return { before, after: { source: after, bound: now }, refusal };
  } catch (error) {
    for (const buffer of made) {
      buffer.destroy();
    }
    throw error;
  }
}

/** Whether gradients are in the optimizer's own buffers. */
const hasOwn = ({ owned }: GpuOptimizerSource): boolean => owned.length > 0;

/** The parameters whose rows move. */
interface Asked extends Pick<Moving, "next" | "moved"> {
  /** The parameters in other buffers, as they were given. */
  readonly parameters: GpuParameterSource;
}

function askedOf({ tensors, device }: GpuOptimizerSource, { parameters }: RemapOptions): Asked {
  const places = Array.isArray(parameters) ? {} : ((parameters ?? {}) as GpuParameterSource);
  const known = tensors.map(({ name }) => name);
  const names = Array.isArray(parameters) ? parameters : Object.keys(parameters ?? {});
  const moved = movedOf(tensors, parameters === undefined ? known : names);
  const next = new Map<GpuTensor, GpuTensor>();
  for (const tensor of Object.keys(places).length > 0 ? tensorsOf(places, device) : []) {
    const before = tensors.find(({ name }) => name === tensor.name)!;
    checkAlike(before, tensor);
    next.set(before, tensor);
  }
  return { next, moved: new Set(moved), parameters: places };
}

/** @throws {BindingError} if a parameter differs in more than its number of rows */
function checkAlike(before: GpuTensor, { name, shape, parameter }: GpuTensor): void {
  const [is, was] = [parameter, before.parameter].map(({ storage }) => nameOf(storage));
  if (is !== was) {
    throw new BindingError(
      `remap: parameter \`${name}\` was kept as ${was}, but is kept as ${is} now`,
    );
  }
  checkRowsAlike(name, before.shape, shape);
}

/** The tensors and gradients of all parameters, some of which are in other buffers. */
function reboundTo(
  { device, tensors, gradients, owned }: GpuOptimizerSource,
  { next }: Asked,
  given: GpuGradients | undefined,
  made: GPUBuffer[],
): Rebound {
  const all = tensors.map((tensor) => next.get(tensor) ?? tensor);
  const isOwn = owned.length > 0;
  if (isOwn && given !== undefined) {
    throw new BindingError(
      "remap: the gradients are in the optimizer's own buffers: leave out `gradients`, or bind with `gradients` to use yours",
    );
  }
  const changed = [...next.values()];
  const places = isOwn
    ? gradientPlaces(device, changed, undefined, made)
    : gradientPlaces(device, changed, given ?? {}, made);
  const found = all.map(
    (tensor) => [tensor, places.get(tensor) ?? gradients.get(tensor)!] as const,
  );
  refuseSharedWith(found);
  return { tensors: all, gradients: new Map(found) };
}

/** The list as it is bound, and a function that frees its buffer if one was made. */
function listOf(device: GPUDevice, rows: RemappedRows, { next, moved }: Asked) {
  const heights = [...moved].map((tensor) => heightOf(tensor));
  const count = isListed(rows) ? checkList(device, rows) : rows?.length;
  for (const tensor of moved) {
    checkCount(tensor.name, heightOf(next.get(tensor) ?? tensor), count, next.has(tensor));
  }
  if (isListed(rows)) {
    const { buffer, offset = 0 } = rows;
    return { binding: { buffer, offset, size: Math.max(4, 4 * count) }, dispose: () => {} };
  }
  const { words } = RowList.of(rows, Math.min(...heights));
  const buffer = allocate(device, words.byteLength, "gradus rows");
  device.queue.writeBuffer(buffer, 0, words);
  return {
    binding: { buffer, size: Math.max(4, words.byteLength) },
    dispose: () => buffer.destroy(),
  };
}

/** @throws {BindingError} if a list cannot be bound */
function checkList({ limits }: GPUDevice, { buffer, offset = 0, count }: ListedRows): number {
  const { minStorageBufferOffsetAlignment: step } = limits;
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new BindingError(`remap: rows: count must be a whole number, not ${count}`);
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % step !== 0) {
    throw new BindingError(
      `remap: rows: the offset must be a multiple of ${step} bytes, not ${offset}`,
    );
  }
  if (typeof buffer?.size !== "number" || offset + 4 * count > buffer.size) {
    throw new BindingError(
      `remap: rows: ${count} words from byte ${offset} on do not fit into the buffer`,
    );
  }
  requireUsage("remap: rows", buffer, "STORAGE");
  return count;
}
