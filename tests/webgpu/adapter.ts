/** WebGPU for tests in Node: Dawn, on software adapters by default. */
import { requestDevice } from "../../src/webgpu/index.ts";
import { softwareDrivers } from "./softwareDrivers.ts";

const HOW_TO_INSTALL = `a Vulkan loader, and drivers in software. A Chromium has
one, and Mesa one with float16 (that of Debian 12 is too old: take its backports'). Install them:
  Debian, Ubuntu   sudo apt-get install libvulkan1 chromium mesa-vulkan-drivers
  Fedora           sudo dnf install vulkan-loader chromium mesa-vulkan-drivers
or set GRADUS_GPU=hardware to use the machine's own GPU.`;

/** A name that TypeScript does not resolve: the package's types declare the same names as its own. */
const dawn: string = "webgpu";

/** @param flags of Dawn, such as `adapter=` with a part of a name */
async function open(flags: readonly string[]): Promise<GPU> {
  if (process.env["GRADUS_GPU"] !== "hardware") {
    // macOS and Windows have their own adapters, for which the Vulkan loader is not used.
    const drivers = softwareDrivers();
    if (drivers.length > 0) {
      process.env["VK_DRIVER_FILES"] ??= drivers.join(":");
    }
  }
  const { create, globals } = await import(dawn);
  Object.assign(globalThis, globals);
  return create(flags);
}

/** Node's entry to WebGPU. */
export const openGpu = (): Promise<GPU> => open([]);

async function openDevice(flags: readonly string[]): Promise<GPUDevice> {
  const device = await requestDevice({ gpu: await open(flags) });
  device.onuncapturederror = ({ error }) => {
    throw new Error(`the device reports: ${error.message}`);
  };
  return device;
}

const missing = (what: string, cause?: unknown) =>
  new Error(`No WebGPU ${what} was found, which the GPU tests need: ${HOW_TO_INSTALL}`, { cause });

async function openHalf(): Promise<GPUDevice> {
  const hasHalf = ({ features }: GPUDevice) => features.has("shader-f16");
  const first = await testDevice();
  const device = hasHalf(first) ? first : await openDevice(["adapter=llvmpipe"]).catch(() => first);
  if (!hasHalf(device)) {
    throw missing("adapter with float16");
  }
  return device;
}

let opened: Promise<GPUDevice> | undefined;
let openedHalf: Promise<GPUDevice> | undefined;

/** One device for all tests of a process. */
export function testDevice(): Promise<GPUDevice> {
  opened ??= openDevice([]).catch((error: unknown) => {
    throw missing("adapter", error);
  });
  return opened;
}

/** The same, with float16. */
export function halfDevice(): Promise<GPUDevice> {
  openedHalf ??= openHalf();
  return openedHalf;
}

/** The same device, limited to smaller bindings. */
export const limited = (device: GPUDevice, bytes: number): GPUDevice =>
  heldTo(device, { maxStorageBufferBindingSize: bytes });

/** The same device with lower limits. */
export function heldTo(
  device: GPUDevice,
  lower: Partial<Record<keyof GPUSupportedLimits, number>>,
): GPUDevice {
  const limits = new Proxy(device.limits, {
    get: (target, name) =>
      lower[name as keyof GPUSupportedLimits] ?? target[name as keyof GPUSupportedLimits],
  });
  return new Proxy(device, {
    get(target, name) {
      const value: unknown = name === "limits" ? limits : target[name as keyof GPUDevice];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
