/** Steps that a device refuses, and encoders of the caller's that never run: what is said, and how things go on. */
import { describe, expect, it, vi } from "vitest";
import { adam, chain, ema, polyakSgd } from "../../src/index.ts";
import { DeviceError, optimize, parameters, requestDevice } from "../../src/webgpu/index.ts";
import { openGpu } from "./adapter.ts";

const gpu = await openGpu();

async function quietDevice(): Promise<GPUDevice> {
  const device = await requestDevice({ gpu });
  device.onuncapturederror = (event) => event.preventDefault();
  return device;
}

const [device, other] = [await quietDevice(), await quietDevice()];

/** An optimizer at 1, 2 whose numbers depend on how many updates there were. */
async function bound() {
  const net = parameters(device, { w: [2] });
  device.queue.writeBuffer(net.w.buffer, net.w.offset, Float32Array.of(1, 2));
  const optimizer = await optimize(device, net, chain(adam({ lr: (t) => 1 / t }), ema(0.5)));
  const { buffer, offset } = optimizer.gradients.w;
  device.queue.writeBuffer(buffer, offset, Float32Array.of(1, -1));
  return optimizer;
}

type Optimizer = Awaited<ReturnType<typeof bound>>;

function gradient(alive: boolean, on = device) {
  // COPY_SRC | COPY_DST.
  const usage = 0x4 | 0x8;
  const buffer = on.createBuffer({ label: "given", size: 8, usage });
  on.queue.writeBuffer(buffer, 0, Float32Array.of(1, -1));
  if (!alive) {
    buffer.destroy();
  }
  return { w: { buffer } };
}

async function numbersOf(optimizer: Optimizer) {
  const snapshot = await optimizer.read();
  return { data: [...snapshot.parameters["w"]!.data], state: snapshot.state() };
}

/** What so many steps come to. */
async function numbersAfter(steps: number) {
  const optimizer = await bound();
  for (let i = 0; i < steps; i++) {
    optimizer.step(gradient(true));
  }
  const numbers = await numbersOf(optimizer);
  optimizer.dispose();
  return numbers;
}

describe("steps that the device refuses", () => {
  it("are told of by name once, and change nothing", async () => {
    const optimizer = await bound();
    optimizer.step(gradient(true));
    optimizer.step(gradient(false));
    optimizer.step(gradient(false));
    await expect(optimizer.report()).rejects.toThrow(
      /^report: the device refused 2 steps: the gradient of `w` that the last step was given: .*destroyed\. None of them was made: .* after step 1, and the next one is step 2$/,
    );
    expect(await optimizer.report()).toMatchObject({ step: 1, skippedSteps: 0, waitingSteps: 0 });
    expect(await numbersOf(optimizer)).toEqual(await numbersAfter(1));
    optimizer.step(gradient(true));
    expect(await numbersOf(optimizer)).toEqual(await numbersAfter(2));
    optimizer.dispose();
  });

  it("leave the first of those behind them to begin averages", async () => {
    const optimizer = await bound();
    optimizer.step(gradient(false));
    optimizer.step(gradient(true));
    optimizer.step(gradient(true, other));
    optimizer.step(gradient(true));
    await expect(optimizer.read()).rejects.toThrow("read: the device refused 2 steps");
    expect(await numbersOf(optimizer)).toEqual(await numbersAfter(2));
    optimizer.dispose();
  });

  it("are told of to each who asked before it was known, and counted once", async () => {
    const optimizer = await bound();
    for (let i = 0; i < 3; i++) {
      optimizer.step(gradient(false));
    }
    const asked = [optimizer.report(), optimizer.report(), optimizer.read()];
    optimizer.step(gradient(true));
    for (const each of asked) {
      await expect(each).rejects.toThrow("the device refused 3 steps");
    }
    optimizer.step(gradient(true));
    expect(await optimizer.report()).toMatchObject({ step: 2, lr: 1 / 2 });
    expect(await numbersOf(optimizer)).toEqual(await numbersAfter(2));
    optimizer.dispose();
  });

  it("leave out no other for their loss", async () => {
    const net = parameters(device, { w: [2] });
    const optimizer = await optimize(device, net, polyakSgd(), { nonFinite: "skip" });
    optimizer.step(gradient(false), { loss: Number.NaN });
    optimizer.step(gradient(true), { loss: 1 });
    await expect(optimizer.report()).rejects.toThrow("the device refused 1 step:");
    expect(await optimizer.report()).toMatchObject({ step: 1, skippedSteps: 0 });
    optimizer.dispose();
  });

  it("leave parameters and state to be read where only gradients are gone", async () => {
    const optimizer = await bound();
    optimizer.step();
    optimizer.gradients.w.buffer.destroy();
    optimizer.step();
    await expect(optimizer.read()).rejects.toThrow("the gradient of `w`: ");
    expect(await numbersOf(optimizer)).toEqual(await numbersAfter(1));
    optimizer.dispose();
  });

  it("are found where the caller listens for errors of their own", async () => {
    const optimizer = await bound();
    device.pushErrorScope("validation");
    optimizer.step(gradient(false));
    expect((await device.popErrorScope())?.message).toContain("destroyed");
    await expect(optimizer.report()).rejects.toThrow(DeviceError);
    optimizer.dispose();
  });
});

describe("what others do on the device", () => {
  it("is not the optimizer's error, nor unheard", async () => {
    const heard: string[] = [];
    const listen = ({ error }: GPUUncapturedErrorEvent) => heard.push(error.message);
    device.addEventListener("uncapturederror", listen);
    const wrong = () => device.createBuffer({ label: "another's", size: 16, usage: 0x1 | 0x80 });
    const binding = bound();
    wrong();
    const optimizer = await binding;
    optimizer.step();
    wrong();
    const asked = optimizer.report();
    wrong();
    expect((await asked).step).toBe(1);
    const encoder = device.createCommandEncoder();
    optimizer.step(undefined, { encoder });
    optimizer.zeroGradients(encoder);
    optimizer.evaluate(wrong);
    optimizer.write(await optimizer.read());
    await device.queue.onSubmittedWorkDone();
    expect((await optimizer.report()).step).toBe(1);
    expect(heard).toHaveLength(4);
    device.removeEventListener("uncapturederror", listen);
    optimizer.dispose();
  });
});

describe("an encoder", () => {
  it("that is finished is told of by the next call, and its steps are not made", async () => {
    for (const next of ["evaluate", "report", "read", "readEvaluationWeights"] as const) {
      const optimizer = await bound();
      const encoder = device.createCommandEncoder();
      encoder.finish();
      optimizer.step(undefined, { encoder });
      const told = /^step: it could not be recorded, and is not made: .*finished$/;
      if (next === "evaluate") {
        await vi.waitFor(() => expect(() => optimizer.evaluate(() => 0)).toThrow(told));
      } else {
        await expect(optimizer[next]()).rejects.toThrow(told);
      }
      expect((await optimizer.report()).step).toBe(0);
      optimizer.step();
      expect(await numbersOf(optimizer)).toEqual(await numbersAfter(1));
      optimizer.zeroGradients(encoder);
      await expect(optimizer.report()).rejects.toThrow("zeroGradients: it could not be recorded");
      optimizer.dispose();
    }
  });

  it("of another device, or one that is not submitted, leaves steps that wait", async () => {
    const optimizer = await bound();
    const foreign = other.createCommandEncoder();
    optimizer.step(undefined, { encoder: foreign });
    other.queue.submit([foreign.finish()]);
    device.queue.submit([device.createCommandEncoder().finish()]);
    const encoder = device.createCommandEncoder();
    optimizer.step(undefined, { encoder });
    expect(await optimizer.report()).toMatchObject({ step: 0, waitingSteps: 2 });
    device.queue.submit([encoder.finish()]);
    expect(await optimizer.report()).toMatchObject({ step: 1, waitingSteps: 1 });
    optimizer.step();
    expect(await optimizer.report()).toMatchObject({ step: 2, waitingSteps: 1 });
    expect(await numbersOf(optimizer)).toEqual(await numbersAfter(2));
    optimizer.dispose();
  });

  it("whose commands are submitted twice has run once", async () => {
    const optimizer = await bound();
    const encoder = device.createCommandEncoder();
    optimizer.step(undefined, { encoder });
    const commands = encoder.finish();
    device.queue.submit([commands]);
    device.queue.submit([commands]);
    expect(await optimizer.report()).toMatchObject({ step: 1, waitingSteps: 0 });
    expect(await numbersOf(optimizer)).toEqual(await numbersAfter(1));
    optimizer.dispose();
  });

  it("whose buffer is destroyed before it is submitted has steps that cannot run", async () => {
    for (const isGiven of [false, true]) {
      const optimizer = await bound();
      const encoder = device.createCommandEncoder();
      const given = gradient(true);
      optimizer.step(isGiven ? given : undefined, { encoder });
      const { buffer } = isGiven ? given.w : optimizer.gradients.w;
      buffer.destroy();
      device.queue.submit([encoder.finish()]);
      await expect(optimizer.report()).rejects.toThrow(
        /^report: of the steps that were recorded 1 cannot run: the gradient of `w`.*destroyed/,
      );
      optimizer.dispose();
    }
  });
});

describe("weights to evaluate", () => {
  it("that cannot be put in the parameters' place, or stay there, are told of", async () => {
    for (const during of [false, true]) {
      const net = parameters(device, { w: [2] });
      const optimizer = await optimize(device, net, chain(adam(), ema(0.5)));
      optimizer.step();
      if (!during) {
        net.w.buffer.destroy();
      }
      optimizer.evaluate(() => net.w.buffer.destroy());
      await expect(optimizer.report()).rejects.toThrow(
        during
          ? "evaluate: the parameters still hold the weights to evaluate: parameter `w`"
          : "evaluate: the parameters were not replaced: parameter `w`",
      );
      optimizer.dispose();
    }
  });
});
