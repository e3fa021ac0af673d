/** The device of a peer. Each process has its own device, on the same adapter. */
import type * as Webgpu from "../../src/webgpu/index.ts";
import { importPackage } from "../peers/peer.ts";

interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** Opens WebGPU as in a page: `navigator.gpu`, with its constants as globals. */
export async function openGpu(): Promise<GPU> {
  const { create, globals } = await importPackage<Dawn>("webgpu");
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // Libraries for pages also read the browser's name.
  const navigator = Object.assign(globalThis.navigator ?? {}, { userAgent: "Node" });
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  return gpu;
}

/** @throws {Error} if there is no adapter */
export async function openDevice({
  requestDevice,
}: Pick<typeof Webgpu, "requestDevice">): Promise<GPUDevice> {
  const device = await requestDevice({ gpu: await openGpu() });
  device.onuncapturederror = ({ error }) => {
    throw new Error(`the device reports: ${error.message}`);
  };
  return device;
}

/** A name such as `NVIDIA H100 80GB HBM3 (nvidia hopper)`. */
export function describeAdapter({ adapterInfo }: GPUDevice): string {
  const { device, description, vendor, architecture } = adapterInfo;
  const kind = [vendor, architecture].filter((each) => each !== "").join(" ");
  return `${[device, description].filter((each) => each !== "").join(", ")} (${kind})`;
}
