// Prints the GPU adapters that the tests will use in Node, or how to get them.
import { halfDevice, testDevice } from "../tests/webgpu/adapter.ts";

try {
  for (const [what, device] of [
    ["", await testDevice()],
    ["; for float16 ", await halfDevice()],
  ] as const) {
    const { vendor, architecture } = device.adapterInfo;
    process.stdout.write(`${what}${vendor} ${architecture}, through Dawn`);
    device.destroy();
  }
  console.log();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
