/** Dispatches whose gradients are in other buffers at each step. */
import { bindGroupOf, type Dispatch, type Moving } from "../device/commands.ts";
import type { GpuTensor, Place } from "../tensor.ts";
import { type Binding, gradientIn, type Segment } from "./segments.ts";

/** Buffers that are bound until a step has a gradient. */
const placeholders = new WeakSet<GPUBuffer>();

const isPlaceholder = (buffer: GPUBuffer): boolean => placeholders.has(buffer);

/** The smallest binding of a shader. */
const leastBytes = 16;
// STORAGE | COPY_SRC: the names are not global everywhere.
const storageUsage = 0x80 | 0x4;

/** A placeholder for each gradient, which is bound by programs that read no gradient. */
export function placeholdersFor(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  owned: GPUBuffer[],
): Map<GpuTensor, Place> {
  return new Map(
    tensors.map((tensor) => {
      // Not one of Gradus' own buffers, because bytes after the end of another library's buffer must not be taken for padding.
      const label = "gradus placeholder of a gradient";
      const buffer = device.createBuffer({ label, size: leastBytes, usage: storageUsage });
      placeholders.add(buffer);
      owned.push(buffer);
      return [tensor, { buffer, offset: 0, storage: "float32" as const }];
    }),
  );
}

/** The bind groups to keep for one dispatch. Libraries take buffers from a pool, so the same ones return. */
const maxKept = 8;

/** A dispatch whose gradients are bound at each step. */
class MovingBinding implements Moving {
  readonly names: readonly string[];
  readonly #device: GPUDevice;
  readonly #dispatch: Dispatch;
  readonly #segments: readonly Segment[];
  readonly #first: number;
  readonly #kept: { readonly buffers: readonly GPUBuffer[]; readonly bindGroup: GPUBindGroup }[] =
    [];

  constructor(device: GPUDevice, dispatch: Dispatch, segments: readonly Segment[], first: number) {
    this.#device = device;
    this.#dispatch = dispatch;
    this.#segments = segments;
    this.#first = first;
    this.names = segments.map(({ pieces }) => pieces[0]!.tensor.name);
  }

  at(buffers: readonly GPUBuffer[]): GPUBindGroup {
    const known = this.#kept.find((each) =>
      each.buffers.every((buffer, index) => buffer === buffers[index]),
    );
    if (known !== undefined) {
      return known.bindGroup;
    }
    const { access, resources } = this.#dispatch;
    const gradients = buffers.map(
      (buffer, index) => [this.#first + index, gradientIn(this.#segments[index]!, buffer)] as const,
    );
    const all = { ...resources(), ...Object.fromEntries(gradients) };
    const bindGroup = bindGroupOf(this.#device, access, all);
    if (this.#kept.length === maxKept) {
      this.#kept.shift();
    }
    this.#kept.push({ buffers, bindGroup });
    return bindGroup;
  }
}

/**
 * How a dispatch binds the gradients of segments, if they are in other buffers at each step.
 * @param first the binding of the first segment's gradients
 */
export const movingIn = (segments: readonly Segment[], first: number): Dispatch["moving"] =>
  isPlaceholder(segments[0]!.gradient.buffer)
    ? (device, dispatch) => new MovingBinding(device, dispatch, segments, first)
    : undefined;

/** The binding until a step says where the gradient is, and for programs that read no gradient. */
export const boundGradient = ({ gradient }: Segment): Binding =>
  isPlaceholder(gradient.buffer)
    ? { buffer: gradient.buffer, offset: 0, size: leastBytes }
    : { ...gradient };
