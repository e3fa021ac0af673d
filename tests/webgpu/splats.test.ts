/** The example's shaders: their gradients against finite differences in float64, and that a fit gets better. */
import { describe, expect, it } from "vitest";
import { attributes, numbers } from "../../examples/splats/attributes.ts";
import type { Attribute } from "../../examples/splats/choices.ts";
import { densified, fresh } from "../../examples/splats/densify.ts";
import { read } from "../../examples/splats/device.ts";
import { landscape, type Picture } from "../../examples/splats/picture.ts";
import { Fit } from "../../examples/splats/splats.ts";
import { testDevice } from "./adapter.ts";

/** How far WGSL allows sines and cosines to be off. */
const accuracy = 2 ** -11;

type Values = Readonly<Record<Attribute, Float64Array>>;

const names = Object.keys(attributes) as Attribute[];

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

/** The attributes of all splats in a buffer. */
async function attributesIn({ count }: Fit, buffer: GPUBuffer): Promise<Values> {
  const [bytes] = await read(device, [buffer]);
  const all = new Float32Array(bytes!).subarray(0, numbers * count);
  return Object.fromEntries(
    names.map((name) => {
      const { first, columns } = attributes[name];
      return [
        name,
        Float64Array.from(all.filter((_, k) => inside((k % numbers) - first, columns))),
      ];
    }),
  ) as unknown as Values;
}

const inside = (column: number, columns: number) => column >= 0 && column < columns;

/** Writes attributes of all splats, side by side. */
function write({ buffers: { values } }: Fit, given: Values): void {
  const count = given.rotation.length;
  const all = new Float32Array(numbers * count);
  for (const name of names) {
    const { first, columns } = attributes[name];
    given[name].forEach((value, k) => {
      all[numbers * Math.floor(k / columns) + first + (k % columns)] = value;
    });
  }
  device.queue.writeBuffer(values, 0, all);
}

const valuesOf = (fit: Fit): Promise<Values> => attributesIn(fit, fit.buffers.values);

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
    const fit = await Fit.of(device, picture, { count, grow: false });
    const start = await valuesOf(fit);
    const before = Array.from({ length: 100 }, (_, phase) => moved(start, phase)).find(
      (values) => clearance(values, picture) > 0.01,
    )!;
    write(fit, before);
    step(fit);
    expect(Math.abs((await fit.quality()).loss / lossOf(before, before, picture) - 1)).toBeLessThan(
      accuracy,
    );
    const gradients = await attributesIn(fit, fit.buffers.gradients);
    for (const name of names) {
      const gradient = gradients[name];
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
    const fit = await Fit.of(device, landscape(64, 48), { count: 200, steps: 60, grow: false });
    const losses: number[] = [];
    for (let k = 0; k < 60; k++) {
      step(fit);
      losses.push((await fit.quality()).loss);
    }
    expect(losses.at(-1)).toBeLessThan(0.1 * losses[0]!);
    fit.dispose();
  });

  it.each([1, 2])(
    "are better where they are densified than where all are there at once, seed %i",
    async (seed) => {
      const [count, steps] = [60, 120];
      const decibels = async (grow: boolean) => {
        const fit = await Fit.of(device, landscape(48, 32), { count, grow, steps, seed });
        for (let k = 0; k < steps; k++) {
          await fit.densify();
          step(fit);
        }
        expect(fit.count).toBe(count);
        const { loss } = await fit.quality();
        fit.dispose();
        return -10 * Math.log10(loss);
      };
      // Two decibels as a rule; sums on a device are in no fixed order.
      expect(await decibels(true)).toBeGreaterThan((await decibels(false)) + 0.5);
    },
  );

  it("stay as they are where nobody sees them", async () => {
    const fit = await Fit.of(device, landscape(40, 24), { count: 20, grow: false });
    // The first splat's position.
    device.queue.writeBuffer(fit.buffers.values, 0, Float32Array.of(-500, -500));
    const before = await valuesOf(fit);
    step(fit);
    step(fit);
    const after = await valuesOf(fit);
    for (const name of names) {
      const own = (values: Values) => [...values[name].subarray(0, attributes[name].columns)];
      expect(own(after)).toEqual(own(before));
      expect(after[name]).not.toEqual(before[name]);
    }
    fit.dispose();
  });

  it("keep their moments where others come and go", async () => {
    const fit = await Fit.of(device, landscape(48, 32), { count: 40, steps: 40 });
    for (const count of [11, 13]) {
      step(fit);
      step(fit);
      const [values, pull] = await read(device, [fit.buffers.values, fit.buffers.pull]);
      const now = new Float32Array(values!).subarray(0, numbers * fit.count);
      const { rows } = densified(now, new Float32Array(pull!), count, fit.layout);
      const before = (await fit.optimizer.readState()).parameters;
      expect(await fit.densify()).toBe(true);
      const after = (await fit.optimizer.readState()).parameters;
      expect(rows.length).toBe(count);
      expect(rows).toContain(fresh);
      for (const moment of ["m", "v"]) {
        for (const name of names) {
          const row = (state: typeof before, i: number) => {
            const { columns } = attributes[name];
            return [...state[name]![`adam.${moment}`]!].slice(columns * i, columns * (i + 1));
          };
          const expected = [...rows].map((from) =>
            from === fresh ? row(after, 0).map(() => 0) : row(before, from),
          );
          const found = [...rows].map((_, i) => row(after, i));
          expect(found, `${moment} of ${name}`).toEqual(expected);
          expect(found.flat().some((value) => value !== 0)).toBe(true);
        }
      }
    }
    fit.dispose();
  });

  it("go on with other rates, and with another optimizer", async () => {
    const fit = await Fit.of(device, landscape(40, 24), { count: 20, grow: false });
    step(fit);
    fit.setRates({ position: 0 });
    const start = await valuesOf(fit);
    step(fit);
    const held = await valuesOf(fit);
    expect(held.position).toEqual(start.position);
    expect(held.colour).not.toEqual(start.colour);
    await fit.use("lion", { position: 0.5, scale: 0, rotation: 0, colour: 0 });
    // It begins with the splats that the other one has left.
    expect(await valuesOf(fit)).toEqual(held);
    expect((await fit.optimizer.report()).step).toBe(0);
    step(fit);
    expect(fit.steps).toBe(3);
    const { position, colour } = await valuesOf(fit);
    expect(colour).toEqual(held.colour);
    // Lion moves each number by its rate, which has fallen by two of a thousand steps.
    const moves = position.map((value, i) => Math.abs(value - held.position[i]!));
    expect(Math.max(...moves)).toBeGreaterThan(0.499);
    expect(Math.max(...moves)).toBeLessThan(0.501);
    fit.dispose();
  });

  it("say of how many tiles they are too many, and that they have run away", async () => {
    const fit = await Fit.of(device, landscape(64, 48), { count: 500, grow: false });
    step(fit);
    expect((await fit.quality()).overfull).toBe(0);
    const { room } = fit.layout;
    expect(room).toBeLessThan(500);
    const crowd = Float32Array.from({ length: 500 * numbers }, (_, k) => [8, 8, 0, 0][k % 8] ?? 0);
    device.queue.writeBuffer(fit.buffers.values, 0, crowd);
    step(fit);
    expect((await fit.quality()).overfull).toBe(1);
    device.queue.writeBuffer(fit.buffers.values, 0, crowd.fill(Number.NaN, 5, 8));
    step(fit);
    await expect(fit.quality()).rejects.toThrow("not finite");
    fit.dispose();
  });
});
