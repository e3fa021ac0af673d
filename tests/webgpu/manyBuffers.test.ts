/** Gradients that have a buffer each: one dispatch looks at several of them. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  adam,
  chain,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  type Rule,
} from "../../src/index.ts";
import type { NonFinitePolicy } from "../../src/runtime/settings.ts";
import { optimize } from "../../src/webgpu/index.ts";
import { optimizeNow } from "../../src/webgpu/optimizeNow.ts";
import { heldTo, testDevice } from "./adapter.ts";
import { bufferOf } from "./buffers.ts";

const device = await testDevice();
const { maxStorageBuffersPerShaderStage: most } = device.limits;

/** The same for each number: what is compiled is known by the device. */
const held = new Map<number, GPUDevice>();

function heldToBuffers(buffers: number): GPUDevice {
  const lower = { maxStorageBuffersPerShaderStage: buffers };
  const on = held.get(buffers) ?? heldTo(device, lower);
  held.set(buffers, on);
  return on;
}

/** So few that each gradient has a dispatch of its own. */
const alone = 3;

const rules = {
  "one that looks alone": () => adam({ lr: 0.1 }) as Rule,
  // Its limit is compared with gradients where it is not known to be ordinary: it is read with them.
  "a limit that changes": () =>
    chain(clipByValue({ maxValue: (step: number) => 0.5 + 1 / step }), adam({ lr: 0.1 })) as Rule,
  "a norm of all": () => chain(clipByGlobalNorm(1), adam({ lr: 0.1 })) as Rule,
  "a norm of each": () => chain(clipByNorm(1), adam({ lr: 0.1 })) as Rule,
};

const numbers = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, index) => Math.sin(1 + 1.3 * index + seed));

/** Lengths around those of blocks, and others. */
const lengths = [1, 2048, 3, 2049, 5000, 4, 8192, 7, 6001, 12, 1023] as const;

const sized = (all: readonly number[]) =>
  all.map((length, index) => [`w${index}`, length] as const);

/** Buffers of their own for parameters. */
const netOf = (all: readonly number[]) =>
  Object.fromEntries(
    sized(all).map(([name, length], index) => [
      name,
      { buffer: bufferOf(numbers(length, index)), shape: [length] },
    ]),
  );

/** The last one's is a bit of a buffer with others' numbers around it, which are no numbers. */
function gradientsOf(all: readonly number[], step: number, wild?: readonly [number, number]) {
  return sized(all).map(([name, length], index) => {
    const given = numbers(length, 10 * step + index);
    if (wild?.[0] === index) {
      given[wild[1]] = step % 2 === 0 ? Number.NaN : Number.NEGATIVE_INFINITY;
    }
    return [name, Float32Array.of(...given, Number.NaN, Number.NaN)] as const;
  });
}

/** Steps by gradients that are in other buffers each time. */
function moving(
  make: () => Rule,
  all: readonly number[],
  buffers: number,
  nonFinite: NonFinitePolicy,
) {
  const on = heldToBuffers(buffers);
  const optimizer = optimizeNow(on, netOf(all), make(), { nonFinite });
  const step = (t: number, wild?: readonly [number, number]) =>
    optimizer.step(
      Object.fromEntries(
        gradientsOf(all, t, wild).map(([name, given]) => [name, { buffer: bufferOf(given) }]),
      ),
    );
  return { gpu: optimizer.optimizer, step };
}

let dispatches = 0;
beforeEach(() => {
  const original = GPUComputePassEncoder.prototype.dispatchWorkgroups;
  vi.spyOn(GPUComputePassEncoder.prototype, "dispatchWorkgroups").mockImplementation(function (
    this: GPUComputePassEncoder,
    ...given
  ) {
    dispatches += 1;
    original.apply(this, given);
  });
});
afterEach(() => void vi.restoreAllMocks());

describe.each(Object.entries(rules))("of a rule with %s", (_, make) => {
  it("the bits are those of a dispatch for each, whatever the device binds", async () => {
    const found: unknown[] = [];
    const counts: number[] = [];
    for (const buffers of [alone, 5, most]) {
      const { gpu, step } = moving(make, lengths, buffers, "throw");
      step(0);
      dispatches = 0;
      step(1);
      counts.push(dispatches);
      step(2);
      const snapshot = await gpu.read();
      const { parameters, step: made } = { ...snapshot, step: snapshot.state() };
      found.push({ parameters, made, norm: (await gpu.report()).gradientNorm });
      gpu.dispose();
    }
    for (const other of found.slice(1)) {
      expect(other).toEqual(found[0]);
    }
    // The more it binds, the fewer. With eight four to six gradients go together: those of whole vectors, and others.
    expect(counts.toSorted((a, b) => b - a)).toEqual(counts);
    expect(counts[0]! - counts.at(-1)!).toBeGreaterThanOrEqual(lengths.length - 4);
  });

  it("one that is not finite is found wherever it is, and what is behind the end is not looked at", async () => {
    const { gpu, step } = moving(make, lengths, most, "skip");
    step(0);
    const before = (await gpu.read()).parameters;
    const places = lengths.flatMap((length, index) =>
      [0, length - 1].map((at) => [index, at] as const),
    );
    for (const [t, place] of places.entries()) {
      step(t, place);
    }
    const { parameters } = await gpu.read();
    expect(parameters).toEqual(before);
    expect(await gpu.report()).toMatchObject({ step: 1, skippedSteps: places.length });
    step(1);
    expect(await gpu.report()).toMatchObject({ step: 2, skippedSteps: places.length });
    gpu.dispose();
  });
});

it("gradients of any sizes, any of which is not finite or none", async () => {
  const length = fc.oneof(fc.nat(20), fc.nat(9000));
  const cases = fc
    .array(length, { minLength: 1, maxLength: 20 })
    .filter((all) => all.some((each) => each > 0))
    .chain((all) =>
      fc.record({
        all: fc.constant(all),
        buffers: fc.constantFrom(4, 5, most),
        wild: fc.option(
          fc
            .constantFrom(...all.flatMap((each, index) => (each > 0 ? [index] : [])))
            .chain((index) => fc.tuple(fc.constant(index), fc.nat(all[index]! - 1))),
          { nil: undefined },
        ),
      }),
    );
  await fc.assert(
    fc.asyncProperty(cases, async ({ all, buffers, wild }) => {
      const { gpu, step } = moving(rules["one that looks alone"], all, buffers, "skip");
      step(1, wild);
      const { step: made, skippedSteps } = await gpu.report();
      gpu.dispose();
      expect({ made, skippedSteps }).toEqual(
        wild ? { made: 0, skippedSteps: 1 } : { made: 1, skippedSteps: 0 },
      );
    }),
    { numRuns: 25 },
  );
});

it("two variables may have one gradient", async () => {
  const one = { buffer: bufferOf(numbers(5, 1)) };
  const wild = { buffer: bufferOf([1, 2, 3, 4, Number.NaN]) };
  const optimizer = optimizeNow(device, netOf([5, 5, 5]), rules["a norm of all"](), {});
  optimizer.step({ w0: one, w1: one, w2: one });
  expect((await optimizer.optimizer.report()).gradientNorm).toBeCloseTo(
    Math.sqrt(3) * Math.hypot(...numbers(5, 1)),
    5,
  );
  optimizer.step({ w0: one, w1: wild, w2: one });
  await expect(optimizer.optimizer.report()).rejects.toThrow("not finite");
  optimizer.optimizer.dispose();
});

it("gradients of the caller's that stay where they are are read so too, at their offsets", async () => {
  const offset = 256;
  const runs = [];
  for (const buffers of [alone, most]) {
    const on = heldToBuffers(buffers);
    const gradients = Object.fromEntries(
      gradientsOf(lengths, 3).map(([name, given], index) => [
        name,
        {
          buffer: bufferOf(given.subarray(0, -2), { offset: offset * index }),
          offset: offset * index,
        },
      ]),
    );
    const optimizer = await optimize(on, netOf(lengths), rules["a norm of all"](), { gradients });
    dispatches = 0;
    optimizer.step();
    const { parameters } = await optimizer.read();
    runs.push({ parameters, dispatches });
    optimizer.dispose();
  }
  expect(runs[1]!.parameters).toEqual(runs[0]!.parameters);
  expect(runs[1]!.dispatches).toBeLessThan(runs[0]!.dispatches);
});
