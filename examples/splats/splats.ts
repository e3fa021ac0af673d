// Fits a picture with 2D Gaussians: this program's shaders make the gradients, Gradus steps on them, all on the GPU.
import { adam } from "gradus";
import { cosine } from "gradus/schedules";
import { type GpuOptimizer, optimize, parameters } from "gradus/webgpu";
import type { Picture } from "./picture.ts";
import { capacity, differentiating, type Layout, listing, rendering, tilesOf } from "./shaders.ts";

/** Two numbers of position, two of the logarithm of the size along each axis, an angle, and a colour. */
const attributes = (count: number) => ({
  position: [count, 2],
  scale: [count, 2],
  rotation: [count],
  colour: [count, 3],
});

/** In pixels, in their logarithms, in radians, and in parts of white. */
const rates = { position: 0.3, scale: 0.03, rotation: 0.05, colour: 0.01 };

export type Splats = ReturnType<typeof parameters<ReturnType<typeof attributes>>>;

export interface Fit {
  readonly optimizer: GpuOptimizer<Splats>;
  readonly layout: Layout;
  /** What the pixels should be, and by how much they are off. */
  readonly picture: GPUBuffer;
  readonly error: GPUBuffer;
  /** Records a step: which splats are where, the picture they make, gradients, and the update. */
  step(encoder: GPUCommandEncoder): void;
  /** The mean squared error at the last step. */
  loss(): Promise<number>;
}

// STORAGE | COPY_SRC | COPY_DST, and MAP_READ | COPY_DST: TypeScript's own library does not have WebGPU's constants.
const onDevice = 0x80 | 0x4 | 0x8;
const readable = 0x1 | 0x8;
const mapForReading = 0x1;

const storage = (device: GPUDevice, size: number): GPUBuffer =>
  device.createBuffer({ size, usage: onDevice });

/** A grid of splats in the picture's colours, each a little off its place. */
function scatter(device: GPUDevice, splats: Splats, { width, height, pixels }: Picture): void {
  const count = splats.rotation.shape[0]!;
  const space = Math.sqrt((width * height) / count);
  const columns = Math.round(width / space);
  const write = ({ buffer, offset }: Splats["rotation"], values: readonly number[]) =>
    device.queue.writeBuffer(buffer, offset, Float32Array.from(values));
  const places = Array.from({ length: count }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [x, y] = [column + 0.5 + 0.3 * Math.sin(7 * i), row + 0.5 + 0.3 * Math.sin(11 * i)];
    return [Math.min(x * space, width - 1), Math.min(y * space, height - 1)] as const;
  });
  const size = 0.5 * space;
  // What neighbours add up to at a place, 2 pi size² / space², is to be the picture's colour.
  const share = space ** 2 / (2 * Math.PI * size ** 2);
  write(splats.position, places.flat());
  write(splats.scale, Array(2 * count).fill(Math.log(size)));
  write(
    splats.colour,
    places.flatMap(([x, y]) => {
      const pixel = 4 * (Math.floor(y) * width + Math.floor(x));
      return [0, 1, 2].map((channel) => share * pixels[pixel + channel]!);
    }),
  );
}

/** A shader with what it is bound to, in the order of its bindings. */
async function pass(device: GPUDevice, code: string, buffers: readonly GPUBuffer[]) {
  const compute = { module: device.createShaderModule({ code }) };
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return (encoder: GPUComputePassEncoder, x: number, y = 1) => {
    encoder.setPipeline(pipeline);
    encoder.setBindGroup(0, bindGroup);
    encoder.dispatchWorkgroups(x, y);
  };
}

/** The buffers of the shaders, besides those that Gradus makes. */
function buffersFor(device: GPUDevice, { pixels, ...size }: Picture, count: number) {
  const { across, down } = tilesOf(size);
  const picture = storage(device, pixels.byteLength);
  device.queue.writeBuffer(picture, 0, pixels);
  return {
    picture,
    error: storage(device, pixels.byteLength),
    lengths: storage(device, 4 * across * down),
    lists: storage(device, 4 * across * down * capacity),
    seen: storage(device, 4 * count),
    losses: storage(device, 4 * across * down),
  };
}

async function sumOf(device: GPUDevice, buffer: GPUBuffer): Promise<number> {
  const copy = device.createBuffer({ size: buffer.size, usage: readable });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(mapForReading);
  const sum = new Float32Array(copy.getMappedRange()).reduce((a, b) => a + b, 0);
  copy.destroy();
  return sum;
}

/** @param steps until the learning rates have fallen to a tenth */
export async function fitPicture(
  device: GPUDevice,
  target: Picture,
  count: number,
  steps = 1000,
): Promise<Fit> {
  const splats = parameters(device, attributes(count));
  scatter(device, splats, target);
  const optimizer = await optimize(device, splats, adam(), {
    groups: Object.entries(rates).map(([match, initial]) => ({
      match,
      lr: cosine({ initial, final: initial / 10, steps }),
    })),
    rows: true,
  });

  const { width, height } = target;
  const at = (name: keyof Splats) => splats[name].offset / 4;
  const layout: Layout = {
    ...{ width, height, count, position: at("position"), scale: at("scale") },
    ...{ rotation: at("rotation"), colour: at("colour") },
  };
  const { picture, error, lengths, lists, seen, losses } = buffersFor(device, target, count);
  // `parameters()` put all attributes into one buffer, and gradients lie like them.
  const [values, gradients] = [splats.position.buffer, optimizer.gradients.position.buffer];
  const [list, render, differentiate] = await Promise.all([
    pass(device, listing(layout), [values, lengths, lists, seen]),
    pass(device, rendering(layout), [values, lengths, lists, picture, error, losses]),
    pass(device, differentiating(layout), [values, error, gradients]),
  ]);
  const { across, down } = tilesOf(target);
  const rows = Object.fromEntries(Object.keys(splats).map((name) => [name, { mask: seen }]));

  const step = (encoder: GPUCommandEncoder) => {
    encoder.clearBuffer(lengths);
    const compute = encoder.beginComputePass();
    list(compute, Math.ceil(count / 64));
    render(compute, across, down);
    differentiate(compute, count);
    compute.end();
    optimizer.step(undefined, { encoder, rows });
  };
  return { optimizer, layout, picture, error, step, loss: () => sumOf(device, losses) };
}
