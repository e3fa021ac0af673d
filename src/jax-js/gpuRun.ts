/** Steps on WebGPU, on jax-js' own device: nothing is read back, and nothing is waited for. */
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

/** One parameter, as Gradus has it. */
interface Held extends Described {
  readonly shape: number[];
  readonly place: Required<GpuParameter>;
  readonly bytes: number;
}

/** The buffer of an array that stays alive, with all that it waits for submitted. */
const bufferOf = (leaf: Leaf): GPUBuffer => leaf.ref.gpuBufferSync();

function checkLeaves(leaves: Leaves): void {
  for (const [name, { dtype, device }] of leaves) {
    if (device !== "webgpu" || dtype !== DType.Float32) {
      throw new BindingError(
        `initAsync: parameter \`${name}\` is ${dtype} on ${device}, and others are on WebGPU: there all are float32, moved by devicePut()`,
      );
    }
  }
}

export class GpuRun implements Run<GpuOptimizer> {
  readonly optimizer: GpuOptimizer;
  readonly parameters: ReadonlyMap<string, Held>;
  readonly #device: GPUDevice;
  /** The arrays whose numbers are the parameters' as they are. */
  #known: Leaves = new Map();
  #isShared = false;

  private constructor(device: GPUDevice, held: ReadonlyMap<string, Held>, optimizer: GpuOptimizer) {
    this.#device = device;
    this.parameters = held;
    this.optimizer = optimizer;
  }

  /** Begins with these parameters. */
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
    // The step writes Gradus' own buffers and not jax-js': what jax-js has not computed yet may still read those.
    this.#copy(made, (encoder, { place, bytes }, buffer) =>
      encoder.copyBufferToBuffer(place.buffer, place.offset, buffer, 0, bytes),
    );
    return made;
  }

  fork(): never {
    throw new BindingError(
      "on WebGPU a state that is held elsewhere (`.ref`) cannot be stepped, since its copy would have to be waited for: begin another with initAsync(), and take over `await state.optimizer.read()` with its write()",
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
    // Before there is an encoder: what arrays wait for is submitted by this.
    const buffers = [...leaves].map(([name, leaf]) => [name, bufferOf(leaf)] as const);
    const encoder = this.#device.createCommandEncoder();
    for (const [name, buffer] of buffers) {
      record(encoder, this.parameters.get(name)!, buffer);
    }
    this.#device.queue.submit([encoder.finish()]);
  }
}
