/** The device that a peer runs on: each process has one of its own, on the same adapter. */
import type * as Webgpu from "../../src/webgpu/index.ts";
import { importPackage } from "../peers/peer.ts";

interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** Opens WebGPU as a page would find it: in `navigator.gpu`, with its constants among the globals. */
export async function openGpu(): Promise<GPU> {
  const { create, globals } = await importPackage<Dawn>("webgpu");
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // Libraries that are made for pages look for the browser's name, too.
  const navigator = Object.assign(globalThis.navigator ?? {}, { userAgent: "Node" });
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  return gpu;
}

/** @throws {Error} where there is no adapter */
export async function openDevice({
  requestDevice,
}: Pick<typeof Webgpu, "requestDevice">): Promise<GPUDevice> {
  const device = await requestDevice({ gpu: await openGpu() });
  device.onuncapturederror = ({ error }) => {
    throw new Error(`the device reports: ${error.message}`);
  };
  return device;
}

/** Such as `NVIDIA H100 80GB HBM3 (nvidia hopper)`. */
export function describeAdapter({ adapterInfo }: GPUDevice): string {
  const { device, description, vendor, architecture } = adapterInfo;
  const kind = [vendor, architecture].filter((each) => each !== "").join(" ");
  return `${[device, description].filter((each) => each !== "").join(", ")} (${kind})`;
}
