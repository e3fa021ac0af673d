// The numbers of a splat: eight in a row, in four attributes. Each attribute has its own learning rate.
import type { StridedRows } from "gradus/webgpu";
import type { Attribute } from "./choices.ts";
import type { Picture } from "./picture.ts";

/** The size of a splat, in numbers and in bytes. */
export const numbers = 8;
export const splatBytes = 4 * numbers;

/** The numbers of each attribute: position; the logarithm of the size along each axis; an angle; red, green and blue. */
export const attributes = {
  position: { first: 0, columns: 2 },
  scale: { first: 2, columns: 2 },
  rotation: { first: 4, columns: 1 },
  colour: { first: 5, columns: 3 },
} as const satisfies Record<Attribute, { readonly first: number; readonly columns: number }>;

export type Splats = Readonly<Record<Attribute, StridedRows>>;

/** The attributes of splats in a buffer, as strided rows for Gradus: the stride is one splat. */
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

/** The numbers of a grid of splats in the picture's colours, with small random offsets. @param seed of the offsets */
export function scatter({ width, height, pixels }: Picture, count: number, seed = 0) {
  const values = new Float32Array(numbers * count);
  const space = Math.sqrt((width * height) / count);
  const columns = Math.max(1, Math.round(width / space));
  const size = 0.5 * space;
  // Neighbours add up to 2 pi size² / space² at each place; their sum must be the picture's colour.
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
