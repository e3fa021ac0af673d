// The pictures to fit: one that is drawn here, or the user's own.
import { Failure } from "./device.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and an unused number, from 0 to 1, row by row. */
  readonly pixels: Float32Array<ArrayBuffer>;
}

type Colour = readonly [number, number, number];

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** The coverage at a `distance` from an edge, smooth over one pixel. */
const edge = (distance: number): number => Math.min(1, Math.max(0, distance + 0.5));

/** An evening at a lake: sky, sun, two ridges, and all of them in the water. */
export function landscape(width: number, height: number): Picture {
  const pixels = new Float32Array(4 * width * height);
  const shore = 0.62;
  const ridge = (x: number, base: number, rough: number) =>
    base + rough * (Math.sin(5.1 * x) + 0.5 * Math.sin(11.7 * x + 1) + 0.25 * Math.sin(29 * x));
  const land = (x: number, y: number): Colour => {
    const up = y / shore;
    let colour = mix([0.16, 0.2, 0.42], [0.98, 0.62, 0.35], up ** 1.4);
    const sun = Math.hypot((x - 0.68) * (width / height), y - 0.42) - 0.09;
    colour = mix(colour, [1, 0.9, 0.6], edge(-sun * height));
    colour = mix(colour, [0.36, 0.3, 0.45], edge((y - ridge(x, 0.45, 0.05)) * height));
    return mix(colour, [0.12, 0.16, 0.22], edge((y - ridge(x + 0.4, 0.55, 0.03)) * height));
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [(column + 0.5) / width, (row + 0.5) / height];
      const depth = y - shore;
      const wave = 0.006 * Math.sin(900 * depth ** 1.5);
      const colour =
        depth < 0
          ? land(x, y)
          : mix(land(x + wave, shore - 1.4 * depth), [0.1, 0.14, 0.28], 0.3 + 0.5 * depth);
      pixels.set(colour, 4 * (row * width + column));
    }
  }
  return { width, height, pixels };
}

/**
 * Reads a picture from a file, and scales it down so that it can be fitted quickly. Works only in a page.
 * @param longest the most pixels of its longest side
 * @throws Failure if the file is not a picture that the browser can read
 */
export async function pictureOf(file: File, longest: number): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Failure(
      `${file.name} is not a picture that this browser can read. Use PNG, JPEG, WebP, AVIF or GIF.`,
    );
  });
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  // Transparent parts become white.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, pixels: Float32Array.from(data, (value) => value / 255) };
}
