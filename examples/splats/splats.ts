// Fits a picture with 2D Gaussians: this program's shaders make the gradients, Gradus steps on them, all on the GPU.
import { setHyper } from "gradus";
import { cosine, type Schedule } from "gradus/schedules";
import { type GpuOptimizer, optimize, remap } from "gradus/webgpu";
import { scatter, type Splats, splatBytes, splatsIn } from "./attributes.ts";
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
  /** Splats at the end. */
  readonly count: number;
  /** Whether it begins with a quarter of them, and adds the others where they are needed. Default true. */
  readonly grow?: boolean;
  /** Default `"adam"`. */
  readonly choice?: Choice;
  /** By default those of the choice. */
  readonly rates?: Rates;
  /** Until the learning rates have fallen to a tenth. By half of them all splats are there. Default 1000. */
  readonly steps?: number;
  /** Of where the first splats are. Default 0. */
  readonly seed?: number;
}

/** How good a fit is. */
export interface Quality {
  /** The mean squared error at the last step. */
  readonly loss: number;
  /** Tiles in which there were more splats than they have room for: what is beyond is left out. */
  readonly overfull: number;
}

/** All that a fit keeps on the device besides what its optimizer does. */
function buffersFor(device: GPUDevice, { pixels, ...size }: Picture, count: number, room: number) {
  const { across, down } = tilesOf(size);
  const buffers = {
    values: storage(device, splatBytes * count),
    gradients: storage(device, splatBytes * count),
    prepared: storage(device, preparedBytes * count),
    picture: storage(device, pixels.byteLength),
    /** By how much each pixel is off. */
    error: storage(device, pixels.byteLength),
    count: uniform(device),
    lengths: storage(device, 4 * across * down),
    lists: storage(device, 4 * across * down * room),
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

/** The shaders of a step, bound to what they read and write. */
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
  choice: Choice,
  rates: Rates,
  schedule: (rate: number) => Schedule,
): Promise<GpuOptimizer<Splats>> {
  const { rule }: Optimizer = choices[choice];
  return optimize(device, splatsIn(values, count), rule, {
    gradients: splatsIn(gradients, count),
    // Splats that are not seen stay as they are.
    rows: true,
    groups: Object.entries(rates).map(([match, rate]) => ({ match, lr: schedule(rate) })),
  });
}

/** A rate's schedule for an optimizer that begins when so many steps are done. */
const falling = (rate: number, steps: number, done: number): Schedule => {
  const schedule = cosine({ initial: rate, final: rate / 10, steps });
  return (step) => schedule(step + done);
};

interface Parts {
  readonly device: GPUDevice;
  readonly layout: Layout;
  readonly buffers: Buffers;
  readonly passes: Awaited<ReturnType<typeof passesFor>>;
  readonly optimizer: GpuOptimizer<Splats>;
}

/** A picture, its splats, and the optimizer that moves them. */
export class Fit {
  /** Splats that there are. */
  readonly count: number;
  readonly layout: Layout;
  readonly buffers: Buffers;
  readonly #parts: Parts;
  readonly #decay: number;
  #optimizer: GpuOptimizer<Splats>;
  /** Steps of all its optimizers, and of those before this one. */
  #steps = 0;
  #before = 0;

  private constructor(parts: Parts, count: number, decay: number) {
    this.#parts = parts;
    this.#optimizer = parts.optimizer;
    this.#decay = decay;
    this.count = count;
    this.layout = parts.layout;
    this.buffers = parts.buffers;
  }

  /** @throws Failure where there are more splats than the picture or the device takes */
  static async of(device: GPUDevice, picture: Picture, options: FitOptions): Promise<Fit> {
    const { count, choice = "adam", rates = choices[choice].rates, steps = 1000 } = options;
    checkCount(device.limits, picture, count);
    const room = roomFor(picture, count);
    const buffers = await withinMemory(device, () => buffersFor(device, picture, count, room));
    try {
      const layout = layoutOf(picture, count, room);
      device.queue.writeBuffer(buffers.values, 0, scatter(layout, picture, count));
      device.queue.writeBuffer(buffers.count, 0, Uint32Array.of(count));
      const [passes, optimizer] = await Promise.all([
        passesFor(device, layout, buffers),
        optimizerFor(device, buffers, count, choice, rates, (rate) => falling(rate, steps, 0)),
      ]);
      return new Fit({ device, layout, buffers, passes, optimizer }, count, steps);
    } catch (error) {
      destroy(buffers);
      throw error;
    }
  }

  get optimizer(): GpuOptimizer<Splats> {
    return this.#optimizer;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Goes on with another optimizer, which begins with the splats as they are. */
  async use(choice: Choice, rates: Rates = choices[choice].rates): Promise<void> {
    const { device, buffers } = this.#parts;
    const before = this.#steps;
    const schedule = (rate: number) => falling(rate, this.#decay, before);
    const next = await optimizerFor(device, buffers, this.count, choice, rates, schedule);
    this.#optimizer.dispose();
    [this.#optimizer, this.#before] = [next, before];
  }

  /** Sets learning rates from the next step on. */
  setRates(rates: Partial<Rates>): void {
    for (const [match, rate] of Object.entries(rates)) {
      setHyper(this.#optimizer, { lr: falling(rate, this.#decay, this.#before) }, { match });
    }
  }

  /** Records a step: which splats are where, the picture they make, gradients, and the update. */
  step(encoder: GPUCommandEncoder): void {
    const { device, passes, buffers, layout } = this.#parts;
    const { across, down } = tilesOf(layout);
    encoder.clearBuffer(buffers.lengths);
    const compute = encoder.beginComputePass();
    passes.list(compute, Math.ceil(this.count / 64));
    passes.render(compute, across, down);
    // A workgroup a splat, in rows: a dispatch has no more than so many side by side.
    const wide = Math.min(this.count, device.limits.maxComputeWorkgroupsPerDimension);
    passes.differentiate(compute, wide, Math.ceil(this.count / wide));
    compute.end();
    const marked = { mask: buffers.seen };
    const rows = { position: marked, scale: marked, rotation: marked, colour: marked };
    this.#optimizer.step(undefined, { encoder, rows });
    this.#steps++;
  }

  /** @throws GradientError where the fit has run away: with lower rates it can go on */
  async quality(): Promise<Quality> {
    const { device, buffers, layout } = this.#parts;
    const [losses, lengths] = await read(device, [buffers.losses, buffers.lengths]);
    await this.#optimizer.report();
    return {
      loss: new Float32Array(losses!).reduce((a, b) => a + b, 0),
      overfull: new Uint32Array(lengths!).filter((length) => length > layout.room).length,
    };
  }

  /** Gives all of its memory on the device back. */
  dispose(): void {
    this.#optimizer.dispose();
    destroy(this.buffers);
  }
}
