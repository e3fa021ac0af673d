/** Requests devices with more than WebGPU's lowest limits, and keeps the pipelines of each device. */
import { BindingError, checkOptions } from "../../runtime/errors.ts";
import { DeviceError } from "../errors.ts";
import { scoped } from "./scopes.ts";

/** Options of {@link requestDevice}. */
export interface RequestDeviceOptions {
  /** Default: `navigator.gpu`; in Node, `create([])` of the package `webgpu`. */
  readonly gpu?: GPU;
  /** Which adapter to prefer, if there are several. Default: the system's choice. */
  readonly powerPreference?: GPUPowerPreference;
}

/** In Node, a GPU object that is garbage collected stops answering, so it is kept as long as its devices. */
const origins = new WeakMap<GPUDevice, GPU>();

const limits = ["maxBufferSize", "maxStorageBufferBindingSize"] as const;
const features: readonly GPUFeatureName[] = ["shader-f16", "timestamp-query"];

/**
 * Requests a device with buffers and bindings as large as its adapter allows, and with float16 if it has it. Any other
 * device works as well: arrays larger than its bindings are split.
 *
 * @throws {DeviceError} where there is no WebGPU, or no adapter
 * @throws {BindingError} where an option does not exist
 * @example
 * // In Node: requestDevice({ gpu: create([]) }), with `create` of the package `webgpu`.
 * const device = await requestDevice({ powerPreference: "low-power" });
 * const { w } = parameters(device, { w: [2, 3] });
 * w.buffer.size >= 24; // true: bytes
 */
export async function requestDevice(options: RequestDeviceOptions = {}): Promise<GPUDevice> {
  checkOptions("requestDevice", options, ["gpu", "powerPreference"]);
  const gpu = options.gpu ?? globalThis.navigator?.gpu;
  if (gpu === undefined) {
    throw new DeviceError(
      "there is no WebGPU here: in Node pass `gpu: create([])` from the package `webgpu`; a page must be served by https or from localhost",
    );
  }
  const { powerPreference = "high-performance" } = options;
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter === null) {
    throw new DeviceError("WebGPU found no adapter: there is no GPU, or no driver for it");
  }
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
    requiredFeatures: features.filter((name) => adapter.features.has(name)),
  });
  origins.set(device, gpu);
  return device;
}

/** Promises while they are compiled. */
const pipelines = new WeakMap<
  GPUDevice,
  Map<string, GPUComputePipeline | Promise<GPUComputePipeline>>
>();
const layouts = new WeakMap<GPUDevice, Map<string, GPUBindGroupLayout>>();

/** @throws {BindingError} where it is not a device, but an adapter or parameters, for example */
export function checkDevice(where: string, device: Partial<GPUDevice> | null | undefined): void {
  if (typeof device?.createBindGroup !== "function" || typeof device.queue !== "object") {
    throw new BindingError(
      `${where}: the first argument must be a GPUDevice, such as that of await requestDevice()`,
    );
  }
}

/** How a shader uses each binding, by the binding's number. */
export type Access = Readonly<Record<number, "read" | "write">>;

/** Shaders that use their bindings in the same way share a layout, and so their bind groups. */
export function bindGroupLayout(device: GPUDevice, access: Access): GPUBindGroupLayout {
  const known = layouts.get(device) ?? new Map<string, GPUBindGroupLayout>();
  layouts.set(device, known);
  const key = JSON.stringify(access);
  let layout = known.get(key);
  if (layout === undefined) {
    layout = device.createBindGroupLayout({
      entries: Object.entries(access).map(([binding, use]) => ({
        binding: Number(binding),
        visibility: 4,
        buffer: { type: use === "read" ? "read-only-storage" : "storage" },
      })),
    });
    known.set(key, layout);
  }
  return layout;
}

function pipelinesOf(device: GPUDevice) {
  const known =
    pipelines.get(device) ?? new Map<string, GPUComputePipeline | Promise<GPUComputePipeline>>();
  pipelines.set(device, known);
  return known;
}

function descriptorOf(device: GPUDevice, module: GPUShaderModule, access: Access) {
  const bindGroupLayouts = [bindGroupLayout(device, access)];
  return { layout: device.createPipelineLayout({ bindGroupLayouts }), compute: { module } };
}

/** Compiles a shader, unless the device has it already. */
export async function compile(device: GPUDevice, code: string, access: Access): Promise<void> {
  const known = pipelinesOf(device);
  const pipeline = known.get(code) ?? compiled(device, code, access);
  known.set(code, pipeline);
  known.set(code, await pipeline);
}

/** A shader's pipeline. Usually it was compiled before, so that nothing has to wait for it. */
export function pipelineOf(device: GPUDevice, code: string, access: Access): GPUComputePipeline {
  const known = pipelinesOf(device);
  let pipeline = known.get(code);
  if (pipeline === undefined || pipeline instanceof Promise) {
    const module = device.createShaderModule({ code });
    pipeline = device.createComputePipeline(descriptorOf(device, module, access));
    known.set(code, pipeline);
  }
  return pipeline;
}

async function compiled(
  device: GPUDevice,
  code: string,
  access: Access,
): Promise<GPUComputePipeline> {
  // Errors in the module are reported for the pipeline, too.
  const { result: module } = scoped(device, () => device.createShaderModule({ code }));
  try {
    return await device.createComputePipelineAsync(descriptorOf(device, module, access));
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    const details = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`);
    throw new DeviceError(`a shader does not compile: ${details.join("; ") || String(error)}`);
  }
}
