/** What an optimizer on a GPU has in common with those on the CPU, and what it says under another name. */
import { describe, expect, it } from "vitest";
import { polyakSgd } from "../../src/index.ts";
import { GpuOptimizer, optimize, parameters } from "../../src/webgpu/index.ts";
import { contracted } from "../seams/contract.ts";
import { testDevice } from "./adapter.ts";

const alike = ["parameters", "gradients", "step", "zeroGradients", "evaluate", "dispose"] as const;
/** What they do at once, of which a device gives promises. */
const promised = {
  state: "readState",
  restore: "writeState",
  evaluationWeights: "readEvaluationWeights",
  stateViews: "read",
  steps: "report",
} as const;

describe("the contract", () => {
  it("is kept, and whatever returns a promise has a name of its own", async () => {
    const device = await testDevice();
    const gpu = await optimize(device, parameters(device, { w: [2] }), polyakSgd());
    for (const name of [...alike, Symbol.dispose]) expect(name in gpu, String(name)).toBe(true);
    for (const [atOnce, later] of Object.entries(promised)) {
      expect(atOnce in gpu, atOnce).toBe(false);
      expect(GpuOptimizer.prototype).toHaveProperty(later);
    }
    expect(Object.keys(contracted)).toContain("optimize");
    gpu.dispose();
  });

  it("takes gradients and then inputs", async () => {
    const device = await testDevice();
    const net = parameters(device, { w: [2] });
    const gpu = await optimize(device, net, polyakSgd());
    const { buffer, offset } = gpu.gradients.w;
    const given = device.createBuffer({ size: 8, usage: 0x4 | 0x8 });
    device.queue.writeBuffer(given, 0, Float32Array.of(0, 2));
    device.queue.writeBuffer(buffer, offset, Float32Array.of(2, 0));
    // A loss of 2 by the square of the gradient's norm, times the gradient.
    gpu.step(undefined, { loss: 2 });
    gpu.step({ w: { buffer: given } }, { loss: 2 });
    expect([...(await gpu.readEvaluationWeights()).w]).toEqual([-1, -1]);
    gpu.dispose();
  });
});
