/** What Gradus uses of TensorFlow.js' WebGPU backend beyond its public face: how tensors lie in buffers. */
import { backend, getBackend, type Tensor } from "@tensorflow/tfjs-core";

type DataId = Tensor["dataId"];

/** How the backend keeps a tensor. */
export interface TensorData {
  /** Null while its values are on the CPU alone. */
  resource: GPUBuffer | object | null | undefined;
  /** Whether the buffer stays when the last tensor of it is disposed. */
  external?: boolean;
  /** Tensors and variables that have it. */
  readonly refCount: number;
}

/** The backend, as of 4.22. */
export interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { has(id: DataId): boolean; get(id: DataId): TensorData };
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number): GPUBuffer;
    releaseBuffer(buffer: GPUBuffer): void;
  };
  /** Where kernels are recorded that are not submitted yet. */
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(id: DataId): void;
}

const methods = ["endComputePassEncoder", "submitQueue", "uploadToGPU"] as const;

/**
 * TensorFlow.js' backend.
 * @throws {Error} where it is another one, or none that this version of Gradus knows
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

/** Submits the kernels that are recorded: what is submitted next comes behind them. */
export function flush(backend: WebgpuBackend): void {
  if (backend.commandEncoder !== null) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** The buffer of a tensor, which is taken to the device if it is not there. */
export function bufferOf(backend: WebgpuBackend, { dataId }: Pick<Tensor, "dataId">): GPUBuffer {
  // Of a tensor on another backend this moves it here first.
  const data = backend.tensorMap.get(dataId);
  backend.uploadToGPU(dataId);
  return data.resource as GPUBuffer;
}

// STORAGE | COPY_SRC | COPY_DST, as of all its tensors: its buffers are found again by size and usage.
const usage = 0x80 | 0x4 | 0x8;

/** A buffer from the backend's pool. @param size in bytes */
export const acquire = ({ bufferManager }: WebgpuBackend, size: number): GPUBuffer =>
  bufferManager.acquireBuffer(size, usage);
