/** The page for tests of WebGPU. */
import { sgd } from "../../src/index.ts";
import { optimize, parameters, requestDevice } from "../../src/webgpu/index.ts";
import { storages } from "../support/storages.ts";
import { mistakesOf, operators } from "../webgpu/conformance.ts";
import { mistakesOfStorage, places } from "../webgpu/storages.ts";
import { apart } from "../webgpu/trajectories.ts";

/** The errors for destroyed buffers and devices. */
export async function refusals(): Promise<string[]> {
  const device = await requestDevice();
  const bound = () => optimize(device, parameters(device, { w: [4] }), sgd());
  const told = (promise: Promise<unknown>) =>
    promise.then(
      () => "nothing",
      (error: Error) => `${error.name}: ${error.message}`,
    );
  const [first, second, third] = [await bound(), await bound(), await bound()];
  first.gradients.w.buffer.destroy();
  first.step();
  second.parameters.w.buffer.destroy();
  const found = [await told(first.report()), await told(second.read())];
  found.push(await told(optimize(device, second.parameters, sgd())));
  third.step();
  const reporting = told(third.report());
  device.destroy();
  return [...found, await reporting, await told(third.report())];
}

/** The distance of each rule's trajectory from the CPU's, and the mistakes of operators and storages. */
export async function run(
  names: readonly string[],
  steps: number,
): Promise<{ apart: Record<string, number>; mistakes: string[] }> {
  const device = await requestDevice();
  const found: Record<string, number> = {};
  for (const name of names) {
    found[name] = await apart(device, name, steps);
  }
  const mistakes: string[] = [];
  for (const text of Object.keys(operators)) {
    mistakes.push(...(await mistakesOf(device, text)));
  }
  for (const storage of storages) {
    for (const place of Object.values(places)) {
      mistakes.push(...(await mistakesOfStorage(device, storage, place)));
    }
  }
  device.destroy();
  return { apart: found, mistakes };
}
