// What a splat is: eight numbers side by side, in four attributes, each of which has a learning rate of its own.
import type { StridedRows } from "gradus/webgpu";
import type { Attribute } from "./choices.ts";
import type { Picture } from "./picture.ts";

/** Numbers of a splat, and bytes. */
export const numbers = 8;
export const splatBytes = 4 * numbers;

/** Which of its numbers an attribute has: position, the logarithm of the size along each axis, an angle, red, green and blue. */
export const attributes = {
  position: { first: 0, columns: 2 },
  scale: { first: 2, columns: 2 },
  rotation: { first: 4, columns: 1 },
  colour: { first: 5, columns: 3 },
} as const satisfies Record<Attribute, { readonly first: number; readonly columns: number }>;

export type Splats = Readonly<Record<Attribute, StridedRows>>;

/** The attributes of so many splats in a buffer, as Gradus takes them: rows that lie a splat apart. */
export const splatsIn = (buffer: GPUBuffer, rows: number): Splats => {
  const of = ({ first, columns }: { readonly first: number; readonly columns: number }) => ({
    ...{ buffer, rows, columns },
    ...{ offset: 4 * first, stride: splatBytes },
  });
  return {
    position: of(attributes.position),
    scale: of(attributes.scale),
    rotation: of(attributes.rotation),
    colour: of(attributes.colour),
  };
};

/** The numbers of a grid of splats in the picture's colours, each a little off its place. @param seed of how it is off */
export function scatter({ width, height, pixels }: Picture, count: number, seed = 0) {
  const values = new Float32Array(numbers * count);
  const space = Math.sqrt((width * height) / count);
  const columns = Math.max(1, Math.round(width / space));
  const size = 0.5 * space;
  // What neighbours add up to at a place, 2 pi size² / space², is to be the picture's colour.
  const share = space ** 2 / (2 * Math.PI * size ** 2);
  for (let i = 0; i < count; i++) {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [right, down] = [0.3 * Math.sin(7 * i + seed), 0.3 * Math.sin(11 * i + 2 * seed)];
    const x = Math.min((column + 0.5 + right) * space, width - 1);
    const y = Math.min((row + 0.5 + down) * space, height - 1);
    const pixel = 4 * (Math.floor(y) * width + Math.floor(x));
    const colour = [0, 1, 2].map((channel) => share * pixels[pixel + channel]!);
    values.set([x, y, Math.log(size), Math.log(size), 0, ...colour], numbers * i);
  }
  return values;
}
