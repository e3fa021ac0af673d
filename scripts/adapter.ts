// Prints the GPU adapter that the tests will use in Node, or how to get one.
import { testDevice } from "../tests/webgpu/adapter.ts";

try {
  const device = await testDevice();
  console.log(`${device.adapterInfo.vendor} ${device.adapterInfo.architecture}, through Dawn`);
  device.destroy();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
