// Fits a picture with 2D Gaussians on the GPU. This program's shaders compute the gradients, and Gradus makes the steps.
import { setHyper } from "gradus";
import { cosine, type Schedule } from "gradus/schedules";
import { type GpuOptimizer, optimize, remap } from "gradus/webgpu";
import { numbers, type Splats, scatter, splatBytes, splatsIn } from "./attributes.ts";
import { type Choice, choices, type Optimizer, type Rates } from "./choices.ts";
import { densified } from "./densify.ts";
import { pass, read, storage, uniform, withinMemory } from "./device.ts";
import { checkCount, fewest, roomFor } from "./limits.ts";
import type { Picture } from "./picture.ts";
import {
  differentiating,
  type Layout,
  listing,
  preparedBytes,
  rendering,
  tilesOf,
} from "./shaders.ts";

export interface FitOptions {
  /** The number of splats at the end. */
  readonly count: number;
  /** Whether to begin with a quarter of them, and to add the others where they are needed. Default true. */
  readonly grow?: boolean;
  /** Default `"adam"`. */
  readonly choice?: Choice;
  /** Default: the rates of the choice. */
  readonly rates?: Rates;
  /** Steps until the learning rates have fallen to a tenth. After half of them, all splats are there. Default 1000. */
  readonly steps?: number;
  /** The seed of the first positions. Default 0. */
  readonly seed?: number;
}

/** The quality of a fit. */
export interface Quality {
  /** The mean squared error at the last step. */
  readonly loss: number;
  /** The number of tiles with more splats than they have room for. The rest is left out. */
  readonly overfull: number;
}

/** The buffers of a fit, without those of its optimizer. */
function buffersFor(
  device: GPUDevice,
  { pixels }: Picture,
  layout: Layout,
  { count }: { readonly count: number },
) {
  const { across, down } = tilesOf(layout);
  const buffers = {
    values: storage(device, splatBytes * count),
    gradients: storage(device, splatBytes * count),
    prepared: storage(device, preparedBytes * count),
    picture: storage(device, pixels.byteLength),
    /** The error of each pixel. */
    error: storage(device, pixels.byteLength),
    count: uniform(device),
    lengths: storage(device, 4 * across * down),
    lists: storage(device, 4 * across * down * layout.room),
    losses: storage(device, 4 * across * down),
    seen: storage(device, 4 * count),
    pull: storage(device, 4 * count),
  };
  device.queue.writeBuffer(buffers.picture, 0, pixels);
  return buffers;
}

type Buffers = ReturnType<typeof buffersFor>;

function destroy(buffers: Buffers): void {
  for (const buffer of Object.values(buffers)) {
    buffer.destroy();
  }
}

/** The shaders of a step, bound to their buffers. */
async function passesFor(device: GPUDevice, layout: Layout, buffers: Buffers) {
  const { values, gradients, prepared, count, picture, error } = buffers;
  const { lengths, lists, losses, seen, pull } = buffers;
  const [list, render, differentiate] = await Promise.all([
    pass(device, listing(layout), [values, count, prepared, lengths, lists, seen]),
    pass(device, rendering(layout), [prepared, lengths, lists, picture, error, losses]),
    pass(device, differentiating(layout), [prepared, count, error, gradients, pull]),
  ]);
  return { list, render, differentiate };
}

/** Binds an optimizer to the splats, with a schedule for each attribute. */
function optimizerFor(
  device: GPUDevice,
  { values, gradients }: Buffers,
  count: number,
  { choice, rates }: { readonly choice: Choice; readonly rates: Rates },
  schedule: (rate: number) => Schedule,
): Promise<GpuOptimizer<Splats>> {
  const { rule }: Optimizer = choices[choice];
  return optimize(device, splatsIn(values, count), rule, {
    gradients: splatsIn(gradients, count),
    // Splats that are not visible stay as they are.
    rows: true,
    groups: Object.entries(rates).map(([match, rate]) => ({ match, lr: schedule(rate) })),
  });
}

/** The schedule of a rate, for an optimizer that starts after `done` steps. */
const falling = (rate: number, steps: number, done: number): Schedule => {
  const schedule = cosine({ initial: rate, final: rate / 10, steps });
  return (step) => schedule(step + done);
};

interface Parts {
  readonly device: GPUDevice;
  readonly options: Required<FitOptions>;
  readonly layout: Layout;
  readonly buffers: Buffers;
  readonly passes: Awaited<ReturnType<typeof passesFor>>;
  readonly optimizer: GpuOptimizer<Splats>;
}

/** The number of rounds in which splats are added. */
const rounds = 10;

/** A picture, its splats, and the optimizer that moves them. */
export class Fit {
  readonly layout: Layout;
  readonly buffers: Buffers;
  readonly #parts: Parts;
  #optimizer: GpuOptimizer<Splats>;
  #count: number;
  /** The steps of all optimizers so far, and of those before the present one. */
  #steps = 0;
  #before = 0;

  private constructor(parts: Parts, count: number) {
    this.#parts = parts;
    this.#optimizer = parts.optimizer;
    this.#count = count;
    this.layout = parts.layout;
    this.buffers = parts.buffers;
  }

  /** @throws Failure if there are more splats than the picture or the device allows */
  static async of(device: GPUDevice, picture: Picture, given: FitOptions): Promise<Fit> {
    const { choice = "adam" } = given;
    const options = {
      ...{ choice, rates: choices[choice].rates, grow: true, steps: 1000, seed: 0 },
      ...given,
    };
    checkCount(device.limits, picture, options.count);
    const { width, height } = picture;
    const layout = { width, height, room: roomFor(picture, options.count) };
    const buffers = await withinMemory(device, () => buffersFor(device, picture, layout, options));
    const count = options.grow ? Math.max(fewest, Math.round(options.count / 4)) : options.count;
    try {
      device.queue.writeBuffer(buffers.values, 0, scatter(picture, count, options.seed));
      device.queue.writeBuffer(buffers.count, 0, Uint32Array.of(count));
      const [passes, optimizer] = await Promise.all([
        passesFor(device, layout, buffers),
        optimizerFor(device, buffers, count, options, (rate) => falling(rate, options.steps, 0)),
      ]);
      return new Fit({ device, options, layout, buffers, passes, optimizer }, count);
    } catch (error) {
      destroy(buffers);
      throw error;
    }
  }

  /** The present number of splats. */
  get count(): number {
    return this.#count;
  }

  get optimizer(): GpuOptimizer<Splats> {
    return this.#optimizer;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Continues with another optimizer, which starts from the present splats. */
  async use(choice: Choice, rates: Rates = choices[choice].rates): Promise<void> {
    const { device, buffers, options } = this.#parts;
    const before = this.#steps;
    const schedule = (rate: number) => falling(rate, options.steps, before);
    const chosen = { choice, rates };
    const next = await optimizerFor(device, buffers, this.#count, chosen, schedule);
    this.#optimizer.dispose();
    [this.#optimizer, this.#before] = [next, before];
  }

  /** Sets learning rates from the next step on. */
  setRates(rates: Partial<Rates>): void {
    const { steps } = this.#parts.options;
    for (const [match, rate] of Object.entries(rates)) {
      setHyper(this.#optimizer, { lr: falling(rate, steps, this.#before) }, { match });
    }
  }

  /** Records a step: it lists the splats of each tile, renders them, and computes gradients and the update. */
  step(encoder: GPUCommandEncoder): void {
    const { device, passes, buffers, layout } = this.#parts;
    const { across, down } = tilesOf(layout);
    encoder.clearBuffer(buffers.lengths);
    const compute = encoder.beginComputePass();
    passes.list(compute, Math.ceil(this.#count / 64));
    passes.render(compute, across, down);
    // One workgroup per splat, in several rows, because a dispatch is limited in each dimension.
    const wide = Math.min(this.#count, device.limits.maxComputeWorkgroupsPerDimension);
    passes.differentiate(compute, wide, Math.ceil(this.#count / wide));
    compute.end();
    const marked = { mask: buffers.seen };
    const rows = { position: marked, scale: marked, rotation: marked, colour: marked };
    this.#optimizer.step(undefined, { encoder, rows });
    this.#steps++;
  }

  /**
   * Adds splats where they are needed and removes those that are not visible, ten times during the first half of the steps. The optimizer
   * continues: the moments of each splat follow it to its new row.
   * @returns whether it did so at this step
   */
  async densify(): Promise<boolean> {
    const { options, device, buffers, layout } = this.#parts;
    const round = (this.#steps * 2 * rounds) / options.steps;
    if (!options.grow || !Number.isInteger(round) || round < 1 || round > rounds) {
      return false;
    }
    const [all, pull] = await read(device, [buffers.values, buffers.pull]);
    const before = new Float32Array(all!).subarray(0, numbers * this.#count);
    // From a quarter to all splats, by the same factor in each round.
    const most = Math.round(options.count * 4 ** (round / rounds - 1));
    const { values, rows } = densified(before, new Float32Array(pull!), most, layout);
    device.queue.writeBuffer(buffers.values, 0, values);
    try {
      this.#optimizer = await remap(this.#optimizer, rows, {
        parameters: splatsIn(buffers.values, rows.length),
        gradients: splatsIn(buffers.gradients, rows.length),
      });
    } catch (error) {
      device.queue.writeBuffer(buffers.values, 0, before);
      throw error;
    }
    device.queue.writeBuffer(buffers.count, 0, Uint32Array.of(rows.length));
    device.queue.writeBuffer(buffers.pull, 0, new Float32Array(options.count));
    this.#count = rows.length;
    return true;
  }

  /** @throws GradientError if the fit has diverged; it can continue with lower rates */
  async quality(): Promise<Quality> {
    const { device, buffers, layout } = this.#parts;
    const [losses, lengths] = await read(device, [buffers.losses, buffers.lengths]);
    await this.#optimizer.report();
    return {
      loss: new Float32Array(losses!).reduce((a, b) => a + b, 0),
      overfull: new Uint32Array(lengths!).filter((length) => length > layout.room).length,
    };
  }

  /** Frees its memory on the device. */
  dispose(): void {
    this.#optimizer.dispose();
    destroy(this.buffers);
  }
}
