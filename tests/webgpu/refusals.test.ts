/** What an optimizer on a GPU is given wrongly, or in an unusual way: an error by name that changes nothing, or the right result. */
import { describe, expect, it } from "vitest";
import {
  adam,
  BindingError,
  chain,
  clipByGlobalNorm,
  EvaluationError,
  ema,
  frozen,
  HyperparameterError,
  partition,
  RestoreError,
  sgd,
} from "../../src/index.ts";
import { optimize, parameters, requestDevice } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";
import { bufferOf, fill, valuesOf } from "./buffers.ts";

const device = await testDevice();

describe("binding", () => {
  const bind = (...given: readonly unknown[]) =>
    optimize(...(given as Parameters<typeof optimize>));

  it("names what is of the wrong kind", async () => {
    const net = parameters(device, { w: [2] });
    const cases: [readonly unknown[], string][] = [
      [[net, device, sgd()], "optimize: the first argument must be a GPUDevice"],
      [[undefined, net, sgd()], "optimize: the first argument must be a GPUDevice"],
      [
        [device, net],
        "optimize: the third argument must be a rule such as adam(), with parentheses",
      ],
      [[device, net, sgd], "optimize: the third argument must be a rule"],
      [[device, net, sgd(), null], "optimize: the fourth argument must be an object with options"],
      [[device, net, sgd(), { nonfinite: "skip" }], "did you mean `nonFinite`?"],
      [[device, net, sgd(), { zeroGradients: 1 }], "zeroGradients must be true or false, not 1"],
      [[device, net, sgd(), { rows: "w" }], "rows must be true or false, not w"],
      [[device, net, sgd(), { groups: {} }], "groups must be a list of groups"],
      [[device, net, sgd(), { gradients: { w: net.w, v: net.w } }], "there is no parameter `v`"],
    ];
    for (const [given, message] of cases) {
      await expect(bind(...given)).rejects.toThrow(message);
      await expect(bind(...given)).rejects.toThrow(BindingError);
    }
    const wrong: unknown = { powerPreferenc: "low-power" };
    await expect(requestDevice(wrong as object)).rejects.toThrow("did you mean `powerPreference`?");
    expect(() => parameters(net as never, { w: [2] })).toThrow(
      "the first argument must be a GPUDevice",
    );
  });

  it("is called by mistake with something else, and says what it takes", async () => {
    const net = parameters(device, { w: [2] });
    const gpu = await optimize(device, net, sgd());
    for (const wrong of [null, 5, "x", []]) {
      expect(() => gpu.evaluate(wrong as never)).toThrow(
        new EvaluationError("evaluate: the first argument must be a function"),
      );
      expect(() => gpu.write(wrong as never)).toThrow(
        new RestoreError(["this is not a snapshot: pass the result of read()"]),
      );
      expect(() => gpu.zeroGradients(wrong as never)).toThrow(
        new BindingError("zeroGradients: encoder must be a GPUCommandEncoder that is not finished"),
      );
    }
    for (const wrong of [null, 5, "x"]) {
      expect(() => gpu.step(wrong as never)).toThrow(
        "step: gradients must be an object with the names of parameters",
      );
    }
    // None of it has counted as a step, or as an evaluation.
    gpu.step();
    expect((await gpu.report()).step).toBe(1);
    gpu.dispose();
  });

  it("of frozen parameters alone moves nothing", async () => {
    const net = parameters(device, { w: [2] });
    const gpu = await optimize(device, net, partition([{ match: /./, rule: frozen }], sgd()), {
      rows: true,
      zeroGradients: true,
    });
    fill(gpu, "w", 1, Number.NaN);
    gpu.step();
    gpu.step(undefined, { rows: {} });
    expect(await gpu.report()).toEqual({
      ...{
        step: 2,
        skippedSteps: 0,
        waitingSteps: 0,
        lr: undefined,
        lrs: {},
        gradientNorm: undefined,
      },
    });
    expect(await valuesOf(gpu, "w")).toEqual([0, 0]);
    expect([...(await gpu.readEvaluationWeights()).w]).toEqual([0, 0]);
    await gpu.writeState(await gpu.readState());
    gpu.dispose();
  });

  it("refuses gradients that are parts of parameters or of one another", async () => {
    const buffer = bufferOf(new Array(512).fill(1));
    const net = { x: { buffer, shape: [4] }, y: { buffer, offset: 256, shape: [4] } };
    const at = (x: number, y: number) => ({
      gradients: { x: { buffer, offset: x }, y: { buffer, offset: y } },
    });
    await expect(optimize(device, net, sgd(), at(256, 0))).rejects.toThrow(
      "parameter `x` and the gradient of `y` share elements",
    );
    await expect(optimize(device, net, sgd(), at(512, 520))).rejects.toThrow(
      "the gradient of `x` and the gradient of `y` share elements",
    );
    await expect(optimize(device, net, sgd(), at(16, 512))).rejects.toThrow(
      "parameter `x` and its gradient lie in one buffer, closer than a device can bind them",
    );
  });

  it("takes parameters and gradients that take turns in one buffer", async () => {
    const buffer = bufferOf(new Array(512).fill(1));
    const gpu = await optimize(
      device,
      { x: { buffer, shape: [4] }, y: { buffer, offset: 512, shape: [4] } },
      chain(clipByGlobalNorm(10), sgd({ lr: 1 })),
      { gradients: { x: { buffer, offset: 256 }, y: { buffer, offset: 768 } } },
    );
    gpu.step();
    expect(await valuesOf(gpu, "x")).toEqual([0, 0, 0, 0]);
    expect(await valuesOf(gpu, "y")).toEqual([0, 0, 0, 0]);
    gpu.dispose();
  });
});

describe("a step", () => {
  it("reads gradients as they were before it, wherever they are", async () => {
    const net = parameters(device, { x: [2], y: [2] });
    device.queue.writeBuffer(net.x.buffer, net.x.offset, Float32Array.of(1, 2));
    device.queue.writeBuffer(net.y.buffer, net.y.offset, Float32Array.of(10, 20));
    const gpu = await optimize(device, net, sgd({ lr: 1 }));
    // Each other's values.
    gpu.step({ x: net.y, y: net.x });
    expect(await valuesOf(gpu, "x")).toEqual([-9, -18]);
    expect(await valuesOf(gpu, "y")).toEqual([9, 18]);
    // Each other's gradients, and one's own.
    fill(gpu, "x", 1, 2);
    fill(gpu, "y", 3, 4);
    gpu.step({ x: gpu.gradients.y, y: gpu.gradients.x });
    expect(await valuesOf(gpu, "x")).toEqual([-12, -22]);
    expect(await valuesOf(gpu, "y")).toEqual([8, 16]);
    gpu.step({ x: gpu.gradients.x, y: gpu.gradients.x });
    expect(await valuesOf(gpu, "x")).toEqual([-15, -26]);
    expect(await valuesOf(gpu, "y")).toEqual([5, 12]);
    gpu.dispose();
  });

  it("that throws has changed nothing", async () => {
    const net = parameters(device, { w: [2] });
    let lr = 1;
    const gpu = await optimize(device, net, sgd({ lr: () => lr }), { rows: true });
    fill(gpu, "w", 1, 1);
    gpu.step();
    const step = (inputs: unknown) => () => gpu.step(undefined, inputs as object);
    const given = (gradients: unknown) => () => gpu.step(gradients as never);
    const encoder = device.createCommandEncoder();
    const unread = bufferOf([0, 0], { usage: 0x80 });
    const words = (size: number, usage = 0x80) => device.createBuffer({ size, usage });
    const cases: [unknown, string][] = [
      [{ los: 1 }, "step: unknown option `los`; did you mean `loss`?"],
      [{ gradients: {} }, "unknown option `gradients`"],
      [[1, 2], "unknown option `0`"],
      [null, "step: inputs must be an object, such as step(undefined, { loss })"],
      [{ encoder: device }, "encoder must be a GPUCommandEncoder"],
      [{ rows: { v: {} } }, "rows of `v`: there is no such parameter"],
      [{ rows: { w: [1] } }, "rows of `w`: they are { buffer, count }"],
      [{ rows: { w: { mask: words(4) } } }, "2 words from byte 0 on are not in the buffer"],
      [{ rows: { w: { mask: words(8, 0x8) } } }, "needs the usage GPUBufferUsage.STORAGE"],
      [{ rows: { w: { buffer: words(512), count: 1, offset: 4 } } }, "a multiple of 256 bytes"],
      [{ rows: { w: { buffer: words(8), count: 3 } } }, "up to 2, not 3"],
    ];
    for (const [inputs, message] of cases) {
      expect(step(inputs), message).toThrow(message);
    }
    const gradients: [unknown, string][] = [
      [null, "step: gradients must be an object"],
      [{}, "the gradient of `w` is missing"],
      [{ w: { buffer: unread } }, "needs the usage GPUBufferUsage.COPY_SRC"],
      [{ w: net.w, v: net.w }, "there is no parameter `v`"],
      // As they were given once.
      [
        { encoder },
        "`encoder` is not a parameter: step takes gradients and then inputs, so write step(undefined, { encoder })",
      ],
      [{ gradients: { w: net.w } }, "so write step(gradients)"],
    ];
    for (const [wrong, message] of gradients) {
      expect(given(wrong), message).toThrow(message);
    }
    lr = Number.NaN;
    for (const options of [{}, { encoder }]) {
      expect(step(options)).toThrow(HyperparameterError);
    }
    lr = 2;
    expect(await gpu.report()).toMatchObject({ step: 1, lr: 1 });
    expect(await valuesOf(gpu, "w")).toEqual([-1, -1]);
    for (let i = 0; i < 256; i++) gpu.step(undefined, { encoder });
    device.queue.submit([encoder.finish()]);
    expect(await valuesOf(gpu, "w")).toEqual([-513, -513]);
    gpu.dispose();
  });

  it("takes no rows of what has none", async () => {
    const gpu = await optimize(device, parameters(device, { s: [], w: [3] }), sgd({ lr: 1 }), {
      rows: true,
    });
    fill(gpu, "w", 1, 1, 1);
    fill(gpu, "s", 1);
    const buffer = device.createBuffer({ size: 8, usage: 0x80 | 0x8 });
    // The second is no row.
    device.queue.writeBuffer(buffer, 0, Uint32Array.of(1, 2 ** 31));
    expect(() => gpu.step(undefined, { rows: { s: { buffer, count: 1 } } })).toThrow(
      "it is a single number",
    );
    gpu.step(undefined, { rows: { w: { buffer, count: 2 } } });
    expect(await valuesOf(gpu, "w")).toEqual([0, -1, 0]);
    expect(await valuesOf(gpu, "s")).toEqual([-1]);
    gpu.dispose();
  });
});

describe("what is read and written", () => {
  it("fits, or nothing is written", async () => {
    const rule = () => chain(adam({ lr: 1 }), ema(0.5));
    const gpu = await optimize(device, parameters(device, { a: [2], b: [2] }), rule());
    fill(gpu, "a", 1, 1);
    gpu.step();
    const before = await gpu.read();
    const others = [
      await optimize(device, parameters(device, { a: [2] }), rule()),
      await optimize(device, parameters(device, { a: [2], b: [3] }), rule()),
      await optimize(device, parameters(device, { a: [2], b: [2] }), adam({ lr: 1 })),
    ];
    for (const other of others) {
      const snapshot = await other.read();
      expect(() => gpu.write(snapshot)).toThrow(RestoreError);
      other.dispose();
    }
    const after = await gpu.read();
    expect(after.parameters).toEqual(before.parameters);
    expect(after.state()).toEqual(before.state());
    gpu.dispose();
  });

  it("is in buffers that can be copied, or an error says which is not", async () => {
    const buffer = bufferOf([1, 2], { usage: 0x80 });
    const gpu = await optimize(device, { w: { buffer, shape: [2] } }, sgd());
    await expect(gpu.read()).rejects.toThrow(
      "read: parameter `w`: its buffer needs the usage GPUBufferUsage.COPY_SRC",
    );
    gpu.dispose();
  });

  it("of parameters is left alone by restore()", async () => {
    const net = parameters(device, { w: [1] });
    const gpu = await optimize(device, net, sgd({ lr: 1, momentum: 0.5 }));
    fill(gpu, "w", 1);
    gpu.step();
    const state = await gpu.readState();
    const restoring = gpu.writeState(state);
    device.queue.writeBuffer(net.w.buffer, net.w.offset, Float32Array.of(7));
    await restoring;
    expect(await valuesOf(gpu, "w")).toEqual([7]);
    gpu.dispose();
  });
});
