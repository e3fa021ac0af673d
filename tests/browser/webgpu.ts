/** What tests of WebGPU run in a page. */
import { requestDevice } from "../../src/webgpu/index.ts";
import { mistakesOf, operators } from "../webgpu/conformance.ts";
import { accepted, apart } from "../webgpu/trajectories.ts";

/** How far each optimizer's trajectory is from the CPU's, and where operators are wrong. */
export async function run(): Promise<{ apart: Record<string, number>; mistakes: string[] }> {
  const device = await requestDevice();
  const found: Record<string, number> = {};
  for (const name of accepted) {
    found[name] = await apart(device, name);
  }
  const mistakes: string[] = [];
  for (const text of Object.keys(operators)) {
    mistakes.push(...(await mistakesOf(device, text)));
  }
  device.destroy();
  return { apart: found, mistakes };
}
