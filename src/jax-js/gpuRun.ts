/** Steps on WebGPU, on jax-js' own device. Nothing is read back, and no call waits for the device. */
import { DType, getWebGPUDevice, numpy } from "@jax-js/jax";
import type { Rule } from "../rule/definition.ts";
import { BindingError } from "../runtime/errors.ts";
import type { OptimizeOptions } from "../runtime/optimize.ts";
import type { StepInputs } from "../runtime/settings.ts";
import { optimize } from "../webgpu/optimize.ts";
import type { GpuOptimizer } from "../webgpu/optimizer.ts";
import { type GpuParameter, parameters } from "../webgpu/parameters.ts";
import type { Run } from "./run.ts";
import type { Described, Leaf, Leaves } from "./trees.ts";

/** One parameter in Gradus. */
interface Held extends Described {
  readonly shape: number[];
  readonly place: Required<GpuParameter>;
  readonly bytes: number;
}

/** The buffer of an array, which stays alive. This submits the work that the array depends on. */
const bufferOf = (leaf: Leaf): GPUBuffer => leaf.ref.gpuBufferSync();

function checkLeaves(leaves: Leaves): void {
  for (const [name, { dtype, device }] of leaves) {
    if (device !== "webgpu" || dtype !== DType.Float32) {
      throw new BindingError(
        `initAsync: parameter \`${name}\` is ${dtype} on ${device}, but others are on WebGPU: there all must be float32, moved with devicePut()`,
      );
    }
  }
}

export class GpuRun implements Run<GpuOptimizer> {
  readonly optimizer: GpuOptimizer;
  readonly parameters: ReadonlyMap<string, Held>;
  readonly #device: GPUDevice;
  /** The arrays that have the present numbers of the parameters. */
  #known: Leaves = new Map();
  #isShared = false;

  private constructor(device: GPUDevice, held: ReadonlyMap<string, Held>, optimizer: GpuOptimizer) {
    this.#device = device;
    this.parameters = held;
    this.optimizer = optimizer;
  }

  /** Starts with these parameters. */
  static async of(rule: Rule, options: OptimizeOptions, leaves: Leaves): Promise<GpuRun> {
    checkLeaves(leaves);
    const device = getWebGPUDevice();
    const shapes = [...leaves].map(([name, { shape }]) => [name, shape] as const);
    const net = parameters(device, Object.fromEntries(shapes));
    const { threads: _threads, backend: _backend, ...others } = options;
    const run = new GpuRun(
      device,
      new Map(
        shapes.map(([name, shape]) => {
          const bytes = 4 * shape.reduce((a, b) => a * b, 1);
          return [name, { shape, dtype: DType.Float32, place: net[name]!, bytes }];
        }),
      ),
      await optimize(device, net, rule, others),
    );
    run.#load(leaves);
    return run;
  }

  step(
    asked: "parameters" | "updates",
    gradients: Leaves,
    given: Leaves | undefined,
    inputs: StepInputs | undefined,
  ): Leaves {
    if (given !== undefined) {
      this.#load(given);
    }
    const buffers = [...gradients].map(([name, leaf]) => [name, { buffer: bufferOf(leaf) }]);
    const before = asked === "updates" ? (given ?? this.copies()) : undefined;
    this.optimizer.step(Object.fromEntries(buffers), inputs);
    const made = this.copies();
    if (before === undefined) {
      this.#know(made);
      return made;
    }
    this.#know(new Map());
    return new Map(
      [...made].map(([name, leaf]) => {
        const old = before.get(name)!;
        return [name, leaf.sub(given === undefined ? old : old.ref)];
      }),
    );
  }

  copies(): Leaves {
    const made = new Map(
      [...this.parameters].map(([name, { shape }]) => [
        name,
        numpy.zeros(shape, { dtype: DType.Float32, device: "webgpu" }) as Leaf,
      ]),
    );
    // The step writes Gradus' own buffers, not jax-js': computations that jax-js has not run yet may still read those.
    this.#copy(made, (encoder, { place, bytes }, buffer) =>
      encoder.copyBufferToBuffer(place.buffer, place.offset, buffer, 0, bytes),
    );
    return made;
  }

  fork(): never {
    throw new BindingError(
      "on WebGPU a state that is kept with `.ref` cannot be stepped, because its copy would be asynchronous: make another with initAsync(), and pass `await state.optimizer.read()` to its write()",
    );
  }

  share(): void {
    this.#isShared = true;
    this.#know(new Map());
  }

  dispose(): void {
    this.optimizer.dispose();
    for (const buffer of new Set([...this.parameters.values()].map(({ place }) => place.buffer))) {
      buffer.destroy();
    }
  }

  #know(leaves: Leaves): void {
    this.#known = new Map(this.#isShared ? [] : leaves);
  }

  #load(leaves: Leaves): void {
    const others = new Map([...leaves].filter(([name, leaf]) => this.#known.get(name) !== leaf));
    this.#copy(others, (encoder, { place, bytes }, buffer) =>
      encoder.copyBufferToBuffer(buffer, 0, place.buffer, place.offset, bytes),
    );
    this.#know(leaves);
  }

  /** Submits a copy for each of these arrays. */
  #copy(
    leaves: Leaves,
    record: (encoder: GPUCommandEncoder, held: Held, buffer: GPUBuffer) => void,
  ): void {
    // This comes before the encoder, because it submits the work that the arrays depend on.
    const buffers = [...leaves].map(([name, leaf]) => [name, bufferOf(leaf)] as const);
    const encoder = this.#device.createCommandEncoder();
    for (const [name, buffer] of buffers) {
      record(encoder, this.parameters.get(name)!, buffer);
    }
    this.#device.queue.submit([encoder.finish()]);
  }
}
