/** The example does what it says. tests/browser/jaxJs.test.ts runs it on WebGPU. */
import { expect, it, vi } from "vitest";
import { train } from "../../examples/jax-js/mlp.ts";

it("tells the points of two spirals apart", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    expect(await train()).toBeGreaterThan(0.99);
    expect(log.mock.calls.map(([line]) => line.slice(0, 9))).toEqual([
      "step 200:",
      "step 400:",
      "step 600:",
      "step 800:",
      "step 1000",
    ]);
  } finally {
    log.mockRestore();
  }
});
