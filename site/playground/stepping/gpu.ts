/** Steps on a GPU, by WebGPU. Gradients go there before each step, and the weights come back behind it. */
import { type Optimizer, optimize, type Rule, sgd } from "gradus";
import * as webgpu from "gradus/webgpu";
import type { Net, Numbers, Stepping, Steps } from "./stepping.ts";

/** A GPU that steps can be made on. */
export interface Gpu {
  readonly device: GPUDevice;
  /** What it is called, and whether it is none but software that computes as one. */
  readonly name: string;
  readonly stepping: Stepping;
  /** Says why it is gone, once it is. */
  readonly lost: Promise<string>;
}

/** @throws Error with a sentence, where there is none */
export async function openGpu(): Promise<Gpu> {
  if (navigator.gpu === undefined) throw new Error("This browser offers no GPU: it has no WebGPU.");
  return gpuOf(
    await webgpu.requestDevice().catch((error: Error) => {
      throw new Error(`This browser offers no GPU: ${error.message}.`);
    }),
  );
}

export function gpuOf(device: GPUDevice): Gpu {
  const { vendor, architecture, description, isFallbackAdapter } = device.adapterInfo;
  const words = [vendor, architecture].filter((word) => word !== "").join(" ");
  const name = description || words || "of no name";
  return {
    device,
    name: isFallbackAdapter ? `${name}, which is software on the processor` : name,
    stepping: { type: "float32", bind: (net, rule, seed) => new GpuSteps(device, net, rule, seed) },
    lost: device.lost.then(({ message }) =>
      `The GPU was lost${message === "" ? "" : `: ${message}`}`.replace(/[.\s]*$/, "."),
    ),
  };
}

// MAP_READ | COPY_DST: the names are not global everywhere.
const readUsage = 0x1 | 0x8;
const mapRead = 0x1;

export class GpuSteps<A extends Numbers> implements Steps<A> {
  /** Has the gradients in this worker's memory, and makes no step. */
  readonly trainable: Optimizer<Net<A>>;
  readonly entered: Promise<void>;
  readonly #device: GPUDevice;
  readonly #net: Net<A>;
  readonly #weights: Readonly<Record<string, Required<webgpu.GpuParameter>>>;
  /** What comes back: the weights, and behind them those for evaluation where they are others. */
  readonly #returned: GPUBuffer;
  /** Bytes of the weights. */
  readonly #size: number;
  readonly #evaluated: ReadonlyMap<string, Float32Array> | undefined;
  #optimizer: webgpu.GpuOptimizer | undefined;
  #isDisposed = false;

  constructor(device: GPUDevice, net: Net<A>, rule: Rule, seed: number) {
    this.trainable = optimize(net, sgd(), { threads: 1 });
    this.#device = device;
    this.#net = net;
    const all = Object.entries(net);
    this.#weights = webgpu.parameters(
      device,
      Object.fromEntries(all.map(([name, { shape }]) => [name, shape])),
    );
    for (const [name, { data }] of all) {
      const { buffer, offset } = this.#weights[name]!;
      device.queue.writeBuffer(buffer, offset, Float32Array.from(data));
    }
    this.#size = all.reduce((sum, [, { data }]) => sum + 4 * data.length, 0);
    const hasOthers = rule.parts.some(({ definition }) => definition.evaluation !== undefined);
    this.#evaluated = hasOthers
      ? new Map(all.map(([name, { data }]) => [name, Float32Array.from(data)]))
      : undefined;
    const size = this.#size * (hasOthers ? 2 : 1);
    this.#returned = device.createBuffer({ size, usage: readUsage });
    this.entered = this.#enter(rule, seed);
    // Whoever waits for it hears it.
    this.entered.catch(() => {});
  }

  async #enter(rule: Rule, seed: number): Promise<void> {
    const options = { nonFinite: "allow", seed } as const;
    const optimizer = await webgpu.optimize(this.#device, this.#weights, rule, options);
    if (this.#isDisposed) optimizer.dispose();
    else this.#optimizer = optimizer;
  }

  async step(loss: number): Promise<void> {
    const { gradients } = this.#optimizer!;
    for (const [name, gradient] of Object.entries(this.trainable.gradients)) {
      const { buffer, offset } = gradients[name]!;
      // Not every engine takes what lies in a memory of WebAssembly.
      this.#device.queue.writeBuffer(buffer, offset, Float32Array.from(gradient));
    }
    this.stepAlone(loss);
    this.#copyBack(0);
    if (this.#evaluated !== undefined) this.#optimizer!.evaluate(() => this.#copyBack(this.#size));
    await this.#returned.mapAsync(mapRead);
    const numbers = new Float32Array(this.#returned.getMappedRange());
    let at = 0;
    for (const { data } of Object.values(this.#net)) {
      data.set(numbers.subarray(at, at + data.length));
      at += data.length;
    }
    for (const data of this.#evaluated?.values() ?? []) {
      data.set(numbers.subarray(at, at + data.length));
      at += data.length;
    }
    this.#returned.unmap();
  }

  /** One step by the gradients that the GPU has, whose weights stay there. Nothing is waited for. */
  stepAlone(loss: number): void {
    this.#optimizer!.step(undefined, { loss });
  }

  #copyBack(to: number): void {
    const encoder = this.#device.createCommandEncoder();
    let at = to;
    for (const [name, { data }] of Object.entries(this.#net)) {
      const { buffer, offset } = this.#weights[name]!;
      encoder.copyBufferToBuffer(buffer, offset, this.#returned, at, 4 * data.length);
      at += 4 * data.length;
    }
    this.#device.queue.submit([encoder.finish()]);
  }

  evaluate<T>(callback: () => T): T {
    if (this.#evaluated === undefined) return callback();
    const kept = Object.values(this.#net).map(({ data }) => data.slice());
    for (const [name, data] of this.#evaluated) this.#net[name]!.data.set(data);
    try {
      return callback();
    } finally {
      Object.values(this.#net).forEach(({ data }, i) => {
        data.set(kept[i]!);
      });
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#optimizer?.dispose();
    this.#returned.destroy();
    for (const buffer of new Set(Object.values(this.#weights).map(({ buffer }) => buffer)))
      buffer.destroy();
    this.trainable.dispose();
  }
}
