/** Where gradients are, and what a step copies there. */
import { BindingError, GradientError } from "../../runtime/errors.ts";
import { didYouMean } from "../../suggest.ts";
import type { Faults } from "../device/faults.ts";
import { requireUsage } from "../device/usage.ts";
import {
  allocate,
  elementBytes,
  encodedAs,
  type GpuParameter,
  type GpuParameterSource,
  nameOf,
  padded,
  wordBytes,
} from "../parameters.ts";
import type { GpuOptimizerSource, Rebound } from "../settings.ts";
import { type GpuTensor, type Place, placeOf, refuseShared } from "../tensor.ts";

type GivenGradients = Readonly<Record<string, Omit<GpuParameter, "shape">>>;

const gradientOf = (name: string) => `the gradient of \`${name}\``;

/** @throws {BindingError} where the caller's gradients are missing, do not fit, or share elements with anything */
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
      return [tensor, placeOf(what, source, tensor.length, device)];
    }),
  );
  refuseSharedWith(places);
  return places;
}

/** @throws {BindingError} where parameters and gradients share elements */
export function refuseSharedWith(places: Iterable<readonly [GpuTensor, Place]>): void {
  const all = [...places];
  refuseShared([
    ...all.map(([{ name, parameter, length }]) => ({
      ...{ what: `parameter \`${name}\``, place: parameter, length },
    })),
    ...all.map(([{ name, length }, place]) => ({ what: gradientOf(name), place, length })),
  ]);
}

/** Where gradients are: the caller's, or in buffers of our own laid out like the parameters. */
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

/** Gradients in the form of parameters, by name. */
export const asParameters = (gradients: ReadonlyMap<GpuTensor, Place>) =>
  Object.freeze(
    Object.fromEntries(
      [...gradients].map(
        ([{ name, shape }, { buffer, offset, storage }]) =>
          [name, { buffer, offset, shape, type: storage }] as const,
      ),
    ),
  );

interface Copy {
  readonly from: Place;
  readonly to: Place;
  readonly bytes: number;
}

const copyBytes = (encoder: GPUCommandEncoder, { from, to, bytes }: Copy): void =>
  encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes);

/** Sets gradients to zero. @throws {BindingError} where a buffer of the caller's cannot be cleared */
function clearGradients(
  encoder: GPUCommandEncoder,
  gradients: ReadonlyMap<GpuTensor, Place>,
): void {
  for (const [{ name }, { buffer }] of gradients) {
    requireUsage(`zeroGradients: ${gradientOf(name)}`, buffer, "COPY_DST");
  }
  for (const [{ length }, { buffer, offset, storage }] of gradients) {
    encoder.clearBuffer(buffer, offset, wordBytes(length, storage));
  }
}

/** The same where a caller records it, or at once. */
export function zero(
  { device, gradients }: Pick<GpuOptimizerSource, "device" | "gradients">,
  faults: Faults,
  encoder: GPUCommandEncoder | undefined,
): void {
  if (encoder !== undefined) {
    faults.during(
      () => clearGradients(encoder, gradients),
      (why) => `zeroGradients: it could not be recorded, and is not done: ${why}`,
    );
    return;
  }
  const own = device.createCommandEncoder();
  clearGradients(own, gradients);
  device.queue.submit([own.finish()]);
}

/** Brings gradients that lie elsewhere to where a step reads them. */
export class GivenCopies {
  readonly #device: GPUDevice;
  readonly #tensors: readonly GpuTensor[];
  readonly #places: ReadonlyMap<GpuTensor, Place>;
  readonly #own: ReadonlySet<GPUBuffer>;
  /** By way of which those go that lie among the gradients themselves: a copy within a buffer is not allowed. */
  #between: GPUBuffer | undefined;

  constructor({ device, tensors, gradients }: Rebound & { readonly device: GPUDevice }) {
    this.#device = device;
    this.#tensors = tensors;
    this.#places = gradients;
    this.#own = new Set([...gradients.values()].map(({ buffer }) => buffer));
  }

  /** @throws {GradientError} where one is missing, or does not fit */
  check(given: GpuParameterSource | GivenGradients): Copy[] {
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

  /** All are read as they were before the first is written. */
  record(encoder: GPUCommandEncoder, copies: readonly Copy[]): void {
    const within = copies.filter(({ from }) => this.#own.has(from.buffer));
    const direct = copies.filter((copy) => !within.includes(copy));
    let end = 0;
    const back = within.map(({ from, to, bytes }): Copy => {
      const between = { ...from, buffer: this.#room(), offset: end };
      copyBytes(encoder, { from, to: between, bytes });
      end += bytes;
      return { from: between, to, bytes };
    });
    for (const copy of [...direct, ...back]) {
      copyBytes(encoder, copy);
    }
  }

  dispose(): void {
    this.#between?.destroy();
  }

  #copyOf(tensor: GpuTensor, source: Omit<GpuParameter, "shape">): Copy {
    const what = gradientOf(tensor.name);
    const to = this.#places.get(tensor)!;
    try {
      const given = { type: to.storage, ...source };
      const from = placeOf(what, given, tensor.length, this.#device, "COPY_SRC");
      const [own, other] = [to, from].map(({ storage }) => encodedAs(storage)?.encoding ?? storage);
      if (own !== other) {
        throw new BindingError(
          `${what} is kept as ${nameOf(to.storage)}, not ${nameOf(from.storage)}`,
        );
      }
      requireUsage(`where ${what} is kept`, to.buffer, "COPY_DST");
      return { from, to, bytes: wordBytes(tensor.length, to.storage) };
    } catch (error) {
      throw error instanceof BindingError ? new GradientError(error.message) : error;
    }
  }

  /** For as many as there may be, made for the first of them. */
  #room(): GPUBuffer {
    const bytes = [...this.#places].reduce(
      (sum, [{ length }, { storage }]) => sum + wordBytes(length, storage),
      0,
    );
    this.#between ??= allocate(this.#device, bytes, "gradus gradients among themselves");
    return this.#between;
  }
}
