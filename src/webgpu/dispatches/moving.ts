/** Dispatches whose gradient is in another buffer at each step. */
import { bindings } from "../../compilers/wgsl/layout.ts";
import { bindGroupOf, type Dispatch, type Moving } from "../device/commands.ts";
import type { GpuTensor, Place } from "../tensor.ts";
import { type Binding, gradientIn, type Segment } from "./segments.ts";

/** What stands for a gradient until a step has one. */
const placeholders = new WeakSet<GPUBuffer>();

const isPlaceholder = (buffer: GPUBuffer): boolean => placeholders.has(buffer);

/** The least that shaders may bind. */
const leastBytes = 16;
// STORAGE | COPY_SRC: the names are not global everywhere.
const storageUsage = 0x80 | 0x4;

/** A placeholder for each gradient: programs that read no gradient have it bound. */
export function placeholdersFor(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  owned: GPUBuffer[],
): Map<GpuTensor, Place> {
  return new Map(
    tensors.map((tensor) => {
      // Not among Gradus' own: what is behind the end of the library's buffers must not be taken for padding.
      const label = "gradus placeholder of a gradient";
      const buffer = device.createBuffer({ label, size: leastBytes, usage: storageUsage });
      placeholders.add(buffer);
      owned.push(buffer);
      return [tensor, { buffer, offset: 0, storage: "float32" as const }];
    }),
  );
}

/** Bind groups to keep for one dispatch: libraries take their buffers from a pool, and the same ones return. */
const mostKept = 8;

/** A dispatch whose gradient is bound when its step is made. */
class MovingBinding implements Moving {
  readonly name: string;
  readonly #device: GPUDevice;
  readonly #dispatch: Dispatch;
  readonly #bindingOf: (buffer: GPUBuffer) => GPUBufferBinding;
  readonly #kept = new Map<GPUBuffer, GPUBindGroup>();

  constructor(
    device: GPUDevice,
    dispatch: Dispatch,
    name: string,
    bindingOf: (buffer: GPUBuffer) => GPUBufferBinding,
  ) {
    this.#device = device;
    this.#dispatch = dispatch;
    this.name = name;
    this.#bindingOf = bindingOf;
  }

  at(buffer: GPUBuffer): GPUBindGroup {
    const known = this.#kept.get(buffer);
    if (known !== undefined) {
      return known;
    }
    const { access, resources } = this.#dispatch;
    const made = bindGroupOf(this.#device, access, {
      ...resources(),
      [bindings.gradient]: this.#bindingOf(buffer),
    });
    if (this.#kept.size === mostKept) {
      this.#kept.delete(this.#kept.keys().next().value!);
    }
    this.#kept.set(buffer, made);
    return made;
  }
}

/** How the dispatches of a segment bind its gradient, where that is another buffer at each step. */
export function movingIn(segment: Segment): Dispatch["moving"] {
  const { name } = segment.pieces[0]!.tensor;
  return isPlaceholder(segment.gradient.buffer)
    ? (device, dispatch) =>
        new MovingBinding(device, dispatch, name, (buffer) => gradientIn(segment, buffer))
    : undefined;
}

/** What is bound until a step says where the gradient is, and by programs that read none. */
export const boundGradient = ({ gradient }: Segment): Binding =>
  isPlaceholder(gradient.buffer)
    ? { buffer: gradient.buffer, offset: 0, size: leastBytes }
    : { ...gradient };
