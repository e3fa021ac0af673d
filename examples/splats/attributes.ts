// What a splat is: eight numbers, in four attributes with a learning rate each, and where they are in a buffer.
import type { Picture } from "./picture.ts";
import type { Layout } from "./shaders.ts";

/** Two numbers of position, two of the logarithm of the size along each axis, an angle, and a colour. */
const shapes = (count: number) =>
  ({
    position: [count, 2],
    scale: [count, 2],
    rotation: [count],
    colour: [count, 3],
  }) as const;

export function attributesOf(buffer: GPUBuffer, count: number) {
  const { position, scale, rotation, colour } = shapes(count);
  return {
    position: { buffer, offset: 0, shape: position },
    scale: { buffer, offset: 8 * count, shape: scale },
    rotation: { buffer, offset: 16 * count, shape: rotation },
    colour: { buffer, offset: 20 * count, shape: colour },
  };
}

export type Attributes = ReturnType<typeof attributesOf>;

export const layoutOf = ({ width, height }: Picture, count: number, room: number): Layout => ({
  ...{ width, height, room },
  position: { offset: 0, stride: 2 },
  scale: { offset: 2 * count, stride: 2 },
  rotation: { offset: 4 * count, stride: 1 },
  colour: { offset: 5 * count, stride: 3 },
});

/** A grid of splats in the picture's colours, each a little off its place. */
export function scatter(layout: Layout, { width, height, pixels }: Picture, count: number) {
  const values = new Float32Array(8 * count);
  const space = Math.sqrt((width * height) / count);
  const columns = Math.max(1, Math.round(width / space));
  const size = 0.5 * space;
  // What neighbours add up to at a place, 2 pi size² / space², is to be the picture's colour.
  const share = space ** 2 / (2 * Math.PI * size ** 2);
  const { position, scale, colour } = layout;
  for (let i = 0; i < count; i++) {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const x = Math.min((column + 0.5 + 0.3 * Math.sin(7 * i)) * space, width - 1);
    const y = Math.min((row + 0.5 + 0.3 * Math.sin(11 * i)) * space, height - 1);
    const pixel = 4 * (Math.floor(y) * width + Math.floor(x));
    values.set([x, y], position.offset + position.stride * i);
    values.fill(
      Math.log(size),
      scale.offset + scale.stride * i,
      scale.offset + scale.stride * i + 2,
    );
    values.set(
      [0, 1, 2].map((channel) => share * pixels[pixel + channel]!),
      colour.offset + colour.stride * i,
    );
  }
  return values;
}
