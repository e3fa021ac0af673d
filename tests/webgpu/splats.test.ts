/** The example's shaders: their gradients against finite differences in float64, and that a fit gets better. */
import { describe, expect, it } from "vitest";
import type { Attribute } from "../../examples/splats/choices.ts";
import { landscape, type Picture } from "../../examples/splats/picture.ts";
import { Fit } from "../../examples/splats/splats.ts";
import { read } from "../../src/webgpu/device/transfer.ts";
import { testDevice } from "./adapter.ts";

/** How far WGSL allows sines and cosines to be off. */
const accuracy = 2 ** -11;

type Values = Readonly<Record<Attribute, Float64Array>>;

const width = { position: 2, scale: 2, rotation: 1, colour: 3 } as const;
const names = Object.keys(width) as Attribute[];

/** How far a pixel is from a splat's centre along its axes, by its sizes, squared. */
function distance({ position, scale, rotation }: Values, i: number, x: number, y: number): number {
  const [dx, dy] = [x + 0.5 - position[2 * i]!, y + 0.5 - position[2 * i + 1]!];
  const [cosine, sine] = [Math.cos(rotation[i]!), Math.sin(rotation[i]!)];
  const u = (cosine * dx + sine * dy) * Math.exp(-scale[2 * i]!);
  const v = (cosine * dy - sine * dx) * Math.exp(-scale[2 * i + 1]!);
  return u * u + v * v;
}

/** The mean squared error, where splats reach as far as those of `reaching` do. */
function lossOf(values: Values, reaching: Values, { width, height, pixels }: Picture): number {
  let sum = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const colour = [0, 0, 0];
    for (let i = 0; i < values.rotation.length; i++) {
      if (distance(reaching, i, x, y) < 12) {
        const weight = Math.exp(-0.5 * distance(values, i, x, y));
        colour.forEach((_, k) => {
          colour[k]! += weight * values.colour[3 * i + k]!;
        });
      }
    }
    sum += colour.reduce((all, value, k) => all + (value - pixels[4 * pixel + k]!) ** 2, 0);
  }
  return sum / (3 * width * height);
}

function slope(values: Values, name: Attribute, index: number, picture: Picture): number {
  const step = 1e-5;
  const at = (by: number) => {
    const moved = Float64Array.from(values[name]);
    moved[index]! += by;
    return lossOf({ ...values, [name]: moved }, values, picture);
  };
  return (at(step) - at(-step)) / (2 * step);
}

async function valuesOf({ optimizer }: Fit): Promise<Values> {
  const { parameters } = await optimizer.read();
  return Object.fromEntries(
    names.map((name) => [name, Float64Array.from(parameters[name]!.data)]),
  ) as unknown as Values;
}

/** Away from the grid, where some gradients are nought. */
const moved = (values: Values, phase: number): Values =>
  Object.fromEntries(
    names.map((name) => [
      name,
      values[name].map((value, i) => Math.fround(value + 0.3 * Math.sin(5 * i + phase))),
    ]),
  ) as unknown as Values;

/** How near a pixel comes to where a splat ends: it would count or not by a rounding. */
function clearance(values: Values, { width, height }: Picture): number {
  let least = Number.POSITIVE_INFINITY;
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let i = 0; i < values.rotation.length; i++) {
      const squared = distance(values, i, pixel % width, Math.floor(pixel / width));
      least = Math.min(least, Math.abs(squared - 12));
    }
  }
  return least;
}

const device = await testDevice();

function step(fit: Fit): void {
  const encoder = device.createCommandEncoder();
  fit.step(encoder);
  device.queue.submit([encoder.finish()]);
}

describe("splats", () => {
  it("have the gradient of the error that they are shown to have", async () => {
    const picture = landscape(40, 24);
    const count = 8;
    const fit = await Fit.of(device, picture, { count });
    const start = await valuesOf(fit);
    const before = Array.from({ length: 100 }, (_, phase) => moved(start, phase)).find(
      (values) => clearance(values, picture) > 0.01,
    )!;
    for (const name of names) {
      const { buffer, offset } = fit.optimizer.parameters[name];
      device.queue.writeBuffer(buffer, offset, Float32Array.from(before[name]));
    }
    step(fit);
    expect(Math.abs((await fit.quality()).loss / lossOf(before, before, picture) - 1)).toBeLessThan(
      accuracy,
    );
    for (const name of names) {
      const { buffer, offset } = fit.optimizer.gradients[name];
      const gradient = new Float32Array(width[name] * count);
      await read(device, [{ buffer, offset, array: gradient, storage: "float32" }]);
      const pixels = picture.width * picture.height;
      const expected = Array.from(
        gradient,
        (_, index) => pixels * slope(before, name, index, picture),
      );
      const largest = Math.max(...expected.map(Math.abs));
      const apart = Math.max(...expected.map((value, index) => Math.abs(value - gradient[index]!)));
      expect(largest, name).toBeGreaterThan(1e-6);
      // Distances of up to sqrt(12) sizes are off by as many times that.
      expect(apart / largest, name).toBeLessThan(Math.sqrt(12) * accuracy);
    }
    fit.dispose();
  });

  it("come closer to the picture", async () => {
    const fit = await Fit.of(device, landscape(64, 48), { count: 200, steps: 60 });
    const losses: number[] = [];
    for (let k = 0; k < 60; k++) {
      step(fit);
      losses.push((await fit.quality()).loss);
    }
    expect(losses.at(-1)).toBeLessThan(0.1 * losses[0]!);
    fit.dispose();
  });

  it("stay as they are where nobody sees them", async () => {
    const fit = await Fit.of(device, landscape(40, 24), { count: 20 });
    const { buffer, offset } = fit.optimizer.parameters.position;
    device.queue.writeBuffer(buffer, offset, Float32Array.of(-500, -500));
    const before = await valuesOf(fit);
    step(fit);
    step(fit);
    const after = await valuesOf(fit);
    for (const name of names) {
      const own = (values: Values) => [...values[name].subarray(0, width[name])];
      expect(own(after)).toEqual(own(before));
      expect(after[name]).not.toEqual(before[name]);
    }
    fit.dispose();
  });
});
