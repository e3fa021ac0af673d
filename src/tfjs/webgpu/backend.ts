/** The internals of TensorFlow.js' WebGPU backend that Gradus uses: the buffers of tensors. */
import { backend, getBackend, type Tensor } from "@tensorflow/tfjs-core";

type DataId = Tensor["dataId"];

/** The backend's data of a tensor. */
export interface TensorData {
  /** Null while its values are only on the CPU. */
  resource: GPUBuffer | object | null | undefined;
  /** Whether the buffer is kept when its last tensor is disposed. */
  external?: boolean;
  /** The number of tensors and variables that use it. */
  readonly refCount: number;
}

/** The backend, as of version 4.22. */
export interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { has(id: DataId): boolean; get(id: DataId): TensorData };
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number): GPUBuffer;
    releaseBuffer(buffer: GPUBuffer): void;
  };
  /** The encoder of recorded kernels that are not submitted yet. */
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(id: DataId): void;
}

const methods = ["endComputePassEncoder", "submitQueue", "uploadToGPU"] as const;

/**
 * TensorFlow.js' backend.
 * @throws {Error} where another backend is active, or one that this version of Gradus does not know
 */
export function webgpuBackend(): WebgpuBackend {
  const found = backend() as unknown as Partial<WebgpuBackend>;
  if (getBackend() !== "webgpu") {
    throw new Error(
      `TensorFlow.js runs on ${getBackend()} now, not on webgpu: call tf.setBackend("webgpu")`,
    );
  }
  const isKnown =
    found.device !== undefined &&
    found.tensorMap !== undefined &&
    found.bufferManager !== undefined &&
    methods.every((name) => typeof found[name] === "function");
  if (!isKnown) {
    throw new Error(
      "this version of @tensorflow/tfjs-backend-webgpu keeps its tensors differently from 4.22: install 4.22",
    );
  }
  return found as WebgpuBackend;
}

/** Submits recorded kernels, so that later submissions come after them. */
export function flush(backend: WebgpuBackend): void {
  if (backend.commandEncoder !== null) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** The buffer of a tensor. A tensor that is not on the device is moved there. */
export function bufferOf(backend: WebgpuBackend, { dataId }: Pick<Tensor, "dataId">): GPUBuffer {
  // If the tensor is on another backend, this moves it here first.
  const data = backend.tensorMap.get(dataId);
  backend.uploadToGPU(dataId);
  return data.resource as GPUBuffer;
}

// STORAGE | COPY_SRC | COPY_DST, as for all its tensors: its pool finds buffers by size and usage.
const usage = 0x80 | 0x4 | 0x8;

/** A buffer from the backend's pool. @param size in bytes */
export const acquire = ({ bufferManager }: WebgpuBackend, size: number): GPUBuffer =>
  bufferManager.acquireBuffer(size, usage);
