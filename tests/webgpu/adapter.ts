/** WebGPU for tests in Node: Dawn, on a software adapter unless asked otherwise. */
import { requestDevice } from "../../src/webgpu/index.ts";
import { softwareDriver } from "./softwareDriver.ts";

const HOW_TO_INSTALL = `No WebGPU adapter was found, which the GPU tests need: a Vulkan loader, and a driver. A Chromium has one
in software. Install both:
  Debian, Ubuntu   sudo apt-get install libvulkan1 chromium
  Fedora           sudo dnf install vulkan-loader chromium
or set GRADUS_GPU=hardware to use the machine's own GPU.`;

/** By a name that TypeScript does not follow: the package's types and its own declare the same names. */
const dawn: string = "webgpu";

/** Node's entry to WebGPU. */
export async function openGpu(): Promise<GPU> {
  if (process.env["GRADUS_GPU"] !== "hardware") {
    // macOS and Windows have adapters of their own, in which the loader has no part.
    const driver = softwareDriver();
    if (driver !== undefined) {
      process.env["VK_DRIVER_FILES"] ??= driver;
    }
  }
  const { create, globals } = await import(dawn);
  Object.assign(globalThis, globals);
  return create([]);
}

let opened: Promise<GPUDevice> | undefined;

async function openDevice(): Promise<GPUDevice> {
  const gpu = await openGpu();
  const device = await requestDevice({ gpu }).catch((error: unknown) => {
    throw new Error(HOW_TO_INSTALL, { cause: error });
  });
  device.onuncapturederror = ({ error }) => {
    throw new Error(`the device reports: ${error.message}`);
  };
  return device;
}

/** One device for all tests of a process. */
export function testDevice(): Promise<GPUDevice> {
  opened ??= openDevice();
  return opened;
}
