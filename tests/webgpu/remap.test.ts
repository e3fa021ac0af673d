/** Rows that move on a GPU: state follows them, beside a plain reference that keeps rows in objects. */
import { expect, it } from "vitest";
import { adam, chain, ema } from "../../src/index.ts";
import { optimize, parameters, remap } from "../../src/webgpu/index.ts";
import { testDevice } from "./adapter.ts";

it("moments follow their rows, and new rows have none", async () => {
  const device = await testDevice();
  const net = parameters(device, { w: [4, 3], b: [4] });
  const w0 = Float32Array.from({ length: 12 }, (_, i) => i);
  device.queue.writeBuffer(net.w.buffer, net.w.offset, w0);
  const optimizer = await optimize(device, net, chain(adam({ lr: 0 }), ema(0.5)));
  const write = () => {
    const { w, b } = optimizer.gradients;
    device.queue.writeBuffer(
      w.buffer,
      w.offset,
      Float32Array.from({ length: 12 }, (_, i) => i + 1),
    );
    device.queue.writeBuffer(b.buffer, b.offset, Float32Array.of(1, 2, 3, 4));
  };
  write();
  optimizer.step();
  const before = (await optimizer.readState()).parameters;
  const more = parameters(device, { w: [5, 3] });
  device.queue.writeBuffer(more.w.buffer, more.w.offset, new Float32Array(15).fill(7));
  await remap(optimizer, [3, 1, -1, 1, 0], { parameters: more });
  const { parameters: after, step } = await optimizer.readState();
  expect(step).toBe(1);
  for (const slot of ["adam.m", "adam.v", "ema.average"]) {
    const rows = (of: ArrayLike<number>, row: number) => Array.from(of).slice(3 * row, 3 * row + 3);
    const [old, now] = [before["w"]![slot]!, after["w"]![slot]!];
    expect(rows(now, 0)).toEqual(rows(old, 3));
    expect(rows(now, 1)).toEqual(rows(old, 1));
    expect(rows(now, 2)).toEqual(slot === "ema.average" ? [7, 7, 7] : [0, 0, 0]);
    expect(rows(now, 3)).toEqual(rows(old, 1));
    expect(rows(now, 4)).toEqual(rows(old, 0));
    expect(after["b"]![slot]).toEqual(before["b"]![slot]);
  }
  await remap(optimizer, [0, 0, -1, 2], { parameters: ["b"] });
  const last = (await optimizer.readState()).parameters;
  expect(last["w"]).toEqual(after["w"]);
  expect(Array.from(last["b"]!["adam.m"]!)).toEqual(
    [0, 0, -1, 2].map((r) => (r < 0 ? 0 : before["b"]!["adam.m"]![r]!)),
  );
  optimizer.step();
  expect((await optimizer.report()).step).toBe(2);
  optimizer.dispose();
});
