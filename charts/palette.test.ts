import { describe, expect, it } from "vitest";
import { BACKGROUND, DARK, LIGHT, styleOf } from "./palette.ts";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

// Machado, Oliveira & Fernandes, A physiologically-based model for simulation of color vision
// deficiency, 2009, table 1 at severity 1; in linear sRGB.
const VISIONS: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

// Ottosson, A perceptual color space for image processing, 2020.
const TO_LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_OKLAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

function multiply(matrix: Matrix, [x, y, z]: Triple): Triple {
  const row = ([a, b, c]: Triple) => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function map([x, y, z]: Triple, change: (value: number) => number): Triple {
  return [change(x), change(y), change(z)];
}

function linear(hex: string): Triple {
  const channel = (i: number) => {
    const value = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function seen(hex: string, vision: Matrix): Triple {
  const light = map(multiply(vision, linear(hex)), (value) => Math.min(1, Math.max(0, value)));
  return multiply(TO_OKLAB, map(multiply(TO_LMS, light), Math.cbrt));
}

function distance(a: Triple, b: Triple): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each([
  ["light", LIGHT, BACKGROUND.light],
  ["dark", DARK, BACKGROUND.dark],
] as const)("the %s colours", (_, colors, background) => {
  it.each(colors)("%s has a contrast of 3:1 to the background", (color) => {
    expect(contrast(color, background)).toBeGreaterThanOrEqual(3);
  });

  // 0.076 is the smallest distance among the eight colours of Okabe and Ito.
  it.each(Object.keys(VISIONS))("stay apart in %s", (name) => {
    const views = colors.map((color) => seen(color, VISIONS[name]!));
    for (const [i, a] of views.entries()) {
      for (const [j, b] of views.slice(0, i).entries()) {
        expect(distance(a, b), `${colors[i]} and ${colors[j]}`).toBeGreaterThan(0.09);
      }
    }
  });
});

describe("styleOf", () => {
  it("gives sixteen series sixteen different pairs of colour and dash", () => {
    const styles = Array.from({ length: 16 }, (_, i) => JSON.stringify(styleOf(i)));
    expect(new Set(styles).size).toBe(16);
  });

  it("gives neighbours different dashes", () => {
    for (let i = 1; i < 16; i++) expect(styleOf(i).dash).not.toBe(styleOf(i - 1).dash);
  });
});
