/** Buffers that are wrong in every possible way, in every role, and the reaction of an optimizer. */
import { adam, chain, ema } from "../../src/index.ts";
import {
  type GpuGradients,
  type GpuOptimizer,
  type GpuStepInputs,
  optimize,
} from "../../src/webgpu/index.ts";

/** A buffer and offset to pass to a step, or to bind an optimizer to. */
interface Place {
  readonly buffer: GPUBuffer;
  readonly offset?: number;
}

// By the names of `GPUBufferUsage`: STORAGE | COPY_SRC | COPY_DST.
const all = 0x80 | 0x4 | 0x8;
const words = 4;

function make(device: GPUDevice, numbers: ArrayBufferView, usage = all, size = 4 * words) {
  const buffer = device.createBuffer({ label: "mine", size, usage, mappedAtCreation: true });
  const { byteLength } = numbers;
  const bytes = new Uint8Array(numbers.buffer, 0, Math.min(size, byteLength));
  new Uint8Array(buffer.getMappedRange()).set(bytes, size > byteLength ? size - byteLength : 0);
  return buffer;
}

function whole(...given: Parameters<typeof make>): GPUBuffer {
  const buffer = make(...given);
  buffer.unmap();
  return buffer;
}

/** Makes a place with such contents, wrong in one way. */
type Way = (devices: Devices, contents: ArrayBufferView, beside: Place) => Place;

export interface Devices {
  readonly device: GPUDevice;
  readonly other: GPUDevice;
}

/** The ways in which a place may be wrong before it is used; the first one is right. */
export const ways: Readonly<Record<string, Way>> = {
  right: ({ device }, contents) => ({ buffer: whole(device, contents) }),
  "only to be stored in": ({ device }, contents) => ({ buffer: whole(device, contents, 0x80) }),
  "only to be copied from": ({ device }, contents) => ({ buffer: whole(device, contents, 0x4) }),
  "only to be copied to": ({ device }, contents) => ({ buffer: whole(device, contents, 0x8) }),
  "too small": ({ device }, contents) => ({ buffer: whole(device, contents, all, 8) }),
  destroyed({ device }, contents) {
    const buffer = whole(device, contents);
    buffer.destroy();
    return { buffer };
  },
  mapped: ({ device }, contents) => ({ buffer: make(device, contents) }),
  "of another device": ({ other }, contents) => ({ buffer: whole(other, contents) }),
  "at an odd place": ({ device }, contents) => ({
    buffer: whole(device, contents, all, 32),
    offset: 2,
  }),
  "too near to the end": ({ device }, contents) => ({
    buffer: whole(device, contents, all, 256 + 8),
    offset: 256,
  }),
  "at no place": ({ device }, contents) => ({ buffer: whole(device, contents), offset: -4 }),
  "the same as another": (_, __, beside) => beside,
  "overlapping another": (_, __, { buffer }) => ({ buffer, offset: 4 }),
};

export type Role = "parameter" | "gradient" | "given" | "rows" | "mask";

/** The contents of each role; a right step takes the same for both parameters. */
const contents: Readonly<Record<Role, ArrayBufferView>> = {
  parameter: Float32Array.of(1, 2, 3, 4),
  gradient: Float32Array.of(1, -1, 2, -2),
  given: Float32Array.of(1, -1, 2, -2),
  rows: Uint32Array.of(0, 1, 2, 3),
  mask: Uint32Array.of(1, 1, 1, 1),
};

export const roles = Object.keys(contents) as Role[];

/** An optimizer with two parameters; one of the buffers for its `a` may be wrong. */
export interface World {
  readonly gpu: GpuOptimizer;
  readonly devices: Devices;
  /** The arguments of each step. */
  readonly given: readonly [gradients: GpuGradients | undefined, inputs: GpuStepInputs];
  /** The place that is wrong. */
  readonly place: Place;
}

/** @param way how the place of this role is wrong */
export async function worldOf(devices: Devices, role: Role, way: Way): Promise<World> {
  const { device } = devices;
  const isRows = role === "rows" || role === "mask";
  // The buffer beside it is larger, so that it may overlap.
  const right = (of: Role): Place => ({ buffer: whole(device, contents[of], all, 16) });
  const besides = Object.fromEntries(roles.map((of) => [of, right(of)])) as Record<Role, Place>;
  const place = way(devices, contents[role], isRows ? besides.parameter : besides[role]);
  const of = (each: Role): Place => (each === role ? place : right(each));
  const both = (each: Role) => ({ a: of(each), b: besides[each] });
  const parameters = both("parameter");
  const net = {
    a: { ...parameters.a, shape: [words] },
    b: { ...parameters.b, shape: [words] },
  };
  const rule = chain(adam({ lr: (t) => 1 / t }), ema(0.5));
  const options = { gradients: both("gradient"), rows: isRows };
  const gpu = await optimize(device, net, rule, options);
  const rows =
    role === "rows" ? { ...place, count: words } : { mask: place.buffer, ...offsetOf(place) };
  return {
    ...{ gpu, devices, place },
    given: [role === "given" ? both("given") : undefined, isRows ? { rows: { a: rows } } : {}],
  };
}

const offsetOf = ({ offset }: Place) => (offset === undefined ? {} : { offset });

/** The calls of an optimizer, and their results. */
export const operations: Readonly<Record<string, (world: World) => unknown>> = {
  step: ({ gpu, given }) => gpu.step(...given),
  async "record into an encoder"({ gpu, given, devices: { device } }) {
    const encoder = device.createCommandEncoder();
    gpu.step(given[0], { ...given[1], encoder });
    gpu.step(given[0], { ...given[1], encoder });
    device.queue.submit([encoder.finish()]);
  },
  async report({ gpu, given }) {
    gpu.step(...given);
    return await gpu.report();
  },
  async read({ gpu, given }) {
    gpu.step(...given);
    return (await gpu.read()).state();
  },
  async restore({ gpu, given }) {
    gpu.step(...given);
    const state = await gpu.readState();
    gpu.step(...given);
    await gpu.writeState(state);
  },
  async write({ gpu, given }) {
    gpu.step(...given);
    const snapshot = await gpu.read();
    gpu.step(...given);
    gpu.write(snapshot);
  },
  evaluate({ gpu, given }) {
    gpu.step(...given);
    return gpu.evaluate(() => "evaluated");
  },
  async evaluation({ gpu, given }) {
    gpu.step(...given);
    return await gpu.readEvaluationWeights();
  },
  zeroGradients({ gpu, given }) {
    gpu.zeroGradients();
    gpu.step(...given);
  },
  dispose({ gpu, given }) {
    gpu.step(...given);
    gpu.dispose();
    return "disposed";
  },
};

/** All final numbers of an optimizer, unless it is disposed. */
export async function numbersOf({ gpu }: World): Promise<unknown> {
  const report = await gpu.report();
  const snapshot = await gpu.read();
  return { report, parameters: snapshot.parameters, state: snapshot.state() };
}
