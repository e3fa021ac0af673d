/** The places of gradients, and the copies to them before a step. */
import { BindingError, GradientError } from "../../runtime/errors.ts";
import { didYouMean } from "../../suggest.ts";
import { clearPlace, copyPlace } from "../device/copying.ts";
import type { Faults } from "../device/faults.ts";
import { requireUsage } from "../device/usage.ts";
import {
  allocate,
  allocateInterleaved,
  elementBytes,
  encodedAs,
  type GpuGradient,
  nameOf,
  padded,
  wordBytes,
} from "../parameters.ts";
import type {
  GpuGradients,
  GpuOptimizerSource,
  Rebound,
  Taken,
  TakesGradients,
} from "../settings.ts";
import { extentOf, type GpuTensor, type Place, placeOf, refuseShared, sizesOf } from "../tensor.ts";

type GivenGradients = Readonly<Record<string, GpuGradient>>;

const gradientOf = (name: string) => `the gradient of \`${name}\``;

/** @throws {BindingError} where the caller's gradients are missing, do not fit, or overlap with anything */
function givenPlaces(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  given: GivenGradients,
): Map<GpuTensor, Place> {
  const names = tensors.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new BindingError(
      `optimize: gradients: there is no parameter \`${unknown}\`${didYouMean(unknown, names)}`,
    );
  }
  const places = new Map(
    tensors.map((tensor) => {
      const what = gradientOf(tensor.name);
      const source = given[tensor.name];
      if (source === undefined) {
        throw new BindingError(`${what} is missing`);
      }
      return [tensor, placeOf(what, source, sizesOf(tensor), device)];
    }),
  );
  refuseSharedWith(places);
  return places;
}

/** @throws {BindingError} where parameters and gradients overlap */
export function refuseSharedWith(places: Iterable<readonly [GpuTensor, Place]>): void {
  const all = [...places];
  refuseShared([
    ...all.map(([{ name, parameter, length }]) => ({
      ...{ what: `parameter \`${name}\``, place: parameter, length },
    })),
    ...all.map(([{ name, length }, place]) => ({ what: gradientOf(name), place, length })),
  ]);
}

/** Gradients for parameters that are interleaved in a buffer: interleaved in the same way. */
function mirror(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  places: Map<GpuTensor, Place>,
  owned: GPUBuffer[],
): void {
  const first = Math.min(...tensors.map(({ parameter }) => parameter.offset));
  const end = ({ parameter, length }: GpuTensor) => parameter.offset + extentOf(parameter, length);
  const size = Math.ceil((Math.max(...tensors.map(end)) - first) / 4) * 4;
  const buffer = allocateInterleaved(device, size, "gradus gradients");
  owned.push(buffer);
  for (const tensor of tensors) {
    const { parameter } = tensor;
    places.set(tensor, { ...parameter, buffer, offset: parameter.offset - first });
  }
}

/** The places of gradients: the caller's, or in Gradus' own buffers with the same layout as the parameters. */
export function gradientPlaces(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  given: GivenGradients | undefined,
  owned: GPUBuffer[],
): Map<GpuTensor, Place> {
  if (given !== undefined) {
    return givenPlaces(device, tensors, given);
  }
  const places = new Map<GpuTensor, Place>();
  const buffers = new Map<GPUBuffer, GpuTensor[]>();
  for (const tensor of tensors) {
    const { buffer } = tensor.parameter;
    buffers.set(buffer, [...(buffers.get(buffer) ?? []), tensor]);
  }
  for (const list of buffers.values()) {
    if (list.some(({ parameter }) => parameter.strided)) {
      mirror(device, list, places, owned);
      continue;
    }
    const bytes = ({ length, parameter }: GpuTensor) =>
      padded(length) * elementBytes(parameter.storage);
    const size = list.reduce((sum, tensor) => sum + bytes(tensor), 0);
    const buffer = allocate(device, size, "gradus gradients");
    owned.push(buffer);
    let offset = 0;
    const inOrder = [...list].sort((a, b) => a.parameter.offset - b.parameter.offset);
    for (const tensor of inOrder) {
      places.set(tensor, { buffer, offset, storage: tensor.parameter.storage });
      offset += bytes(tensor);
    }
  }
  return places;
}

function described(shape: readonly number[], strided: Place["strided"]) {
  return strided && { stride: 4 * strided.stride, rows: shape[0]!, columns: strided.columns };
}

/** Gradients in the form of parameters, by name. */
export const asParameters = (gradients: ReadonlyMap<GpuTensor, Place>) =>
  Object.freeze(
    Object.fromEntries(
      [...gradients].map(
        ([{ name, shape }, { buffer, offset, storage, strided }]) =>
          [name, { buffer, offset, shape, type: storage, ...described(shape, strided) }] as const,
      ),
    ),
  );

interface Copy {
  readonly from: Place;
  readonly to: Place;
  readonly length: number;
}

/** Sets gradients to zero. @throws {BindingError} where a caller's buffer cannot be cleared */
function clearGradients(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  gradients: ReadonlyMap<GpuTensor, Place>,
): void {
  for (const [{ name }, { buffer }] of gradients) {
    requireUsage(`zeroGradients: ${gradientOf(name)}`, buffer, "COPY_DST");
  }
  for (const [{ length }, place] of gradients) {
    clearPlace(device, encoder, place, length);
  }
}

/** The same, recorded into a caller's encoder, or submitted at once. */
export function zero(
  { device, gradients }: Pick<GpuOptimizerSource, "device" | "gradients">,
  faults: Faults,
  encoder: GPUCommandEncoder | undefined,
): void {
  if (encoder !== undefined) {
    faults.during(
      () => clearGradients(device, encoder, gradients),
      (why) => `zeroGradients: it could not be recorded, and is not done: ${why}`,
    );
    return;
  }
  const own = device.createCommandEncoder();
  clearGradients(device, own, gradients);
  device.queue.submit([own.finish()]);
}

/** Copies gradients in other places to where a step reads them. */
export class GivenCopies implements TakesGradients {
  readonly #device: GPUDevice;
  readonly #tensors: readonly GpuTensor[];
  readonly #places: ReadonlyMap<GpuTensor, Place>;
  readonly #own: ReadonlySet<GPUBuffer>;
  /** A buffer for gradients that are in the gradients' own buffers: copies within a buffer are not allowed. */
  #between: GPUBuffer | undefined;

  constructor({ device, tensors, gradients }: Rebound & { readonly device: GPUDevice }) {
    this.#device = device;
    this.#tensors = tensors;
    this.#places = gradients;
    this.#own = new Set([...gradients.values()].map(({ buffer }) => buffer));
  }

  /** Copies gradients that are elsewhere; without any, steps read what is there. */
  take(given: GpuGradients | undefined): Taken {
    const copies = given === undefined ? [] : this.#check(given);
    return {
      record: (encoder) => this.#record(encoder, copies),
      placed: (commands) => commands,
    };
  }

  dispose(): void {
    this.#between?.destroy();
  }

  #check(given: GivenGradients): Copy[] {
    const names = this.#tensors.map(({ name }) => name);
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new GradientError(`there is no parameter \`${unknown}\`${didYouMean(unknown, names)}`);
    }
    return this.#tensors.flatMap((tensor) => {
      const source = given[tensor.name];
      if (source === undefined) {
        throw new GradientError(`${gradientOf(tensor.name)} is missing`);
      }
      const copy = this.#copyOf(tensor, source);
      const { from, to } = copy;
      return from.buffer === to.buffer && from.offset === to.offset ? [] : [copy];
    });
  }

  /** All are read before the first is written, so that gradients may exchange places. */
  #record(encoder: GPUCommandEncoder, copies: readonly Copy[]): void {
    const within = copies.filter(({ from }) => this.#own.has(from.buffer));
    const direct = copies.filter((copy) => !within.includes(copy));
    let end = 0;
    const back = within.map(({ from, to, length }): Copy => {
      const between = { buffer: this.#room(), offset: end, storage: from.storage };
      copyPlace(this.#device, encoder, from, between, length);
      end += wordBytes(length, from.storage);
      return { from: between, to, length };
    });
    for (const { from, to, length } of [...direct, ...back]) {
      copyPlace(this.#device, encoder, from, to, length);
    }
  }

  #copyOf(tensor: GpuTensor, source: GpuGradient): Copy {
    const what = gradientOf(tensor.name);
    const to = this.#places.get(tensor)!;
    try {
      const given = { type: to.storage, ...source };
      const strided = source?.stride !== undefined || to.strided !== undefined;
      const usage = strided ? "STORAGE" : "COPY_SRC";
      const from = placeOf(what, given, sizesOf(tensor), this.#device, usage);
      const [own, other] = [to, from].map(({ storage }) => encodedAs(storage)?.encoding ?? storage);
      if (own !== other) {
        throw new BindingError(
          `${what} is kept as ${nameOf(to.storage)}, not ${nameOf(from.storage)}`,
        );
      }
      requireUsage(`where ${what} is kept`, to.buffer, "COPY_DST");
      return { from, to, length: tensor.length };
    } catch (error) {
      throw error instanceof BindingError ? new GradientError(error.message) : error;
    }
  }

  /** Large enough for all gradients; made when it is first needed. */
  #room(): GPUBuffer {
    const bytes = [...this.#places].reduce(
      (sum, [{ length }, { storage }]) => sum + wordBytes(length, storage),
      0,
    );
    this.#between ??= allocate(this.#device, bytes, "gradus gradients among themselves");
    return this.#between;
  }
}
