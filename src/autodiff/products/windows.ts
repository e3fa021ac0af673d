/** Where the windows of convolutions and pooling lie in images. */
import { check, printShape } from "../errors.ts";
import { printValue } from "../options.ts";
import type { Shaped } from "../tensor.ts";

/** One number for both directions, or [vertical, horizontal]. */
export type Both = number | readonly [vertical: number, horizontal: number];

/** Images [batch, height, width, channels], and the windows that go over them. */
export interface Windows {
  readonly images: number;
  readonly channels: number;
  /** Sizes of an image, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Sizes of a window. */
  readonly lines: number;
  readonly columns: number;
  readonly stride: readonly [vertical: number, horizontal: number];
  /** Pixels of zeros around the image. */
  readonly padding: readonly [vertical: number, horizontal: number];
  /** How many windows there are below and beside each other. */
  readonly outHeight: number;
  readonly outWidth: number;
}

/** What an operation's options say, by the name of each. */
export interface WindowOptions {
  readonly size: Both;
  readonly stride: Both;
  readonly padding: Both;
}

const isWhole = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least;

function readBoth(operation: string, name: string, value: Both, least: 0 | 1): [number, number] {
  const pair = typeof value === "number" ? [value, value] : value;
  check(
    Array.isArray(pair) && pair.length === 2 && pair.every((size) => isWhole(size, least)),
    () => {
      const kind = least === 1 ? "positive whole number" : "whole number, 0 or more,";
      return `${operation}: expected ${name} as a ${kind} or two, found ${printValue(value)}`;
    },
  );
  return [pair[0]!, pair[1]!];
}

/** Throws an error that names the operation unless at least one window fits. */
export function windowsOn(operation: string, x: Shaped, options: WindowOptions): Windows {
  const [images = 0, height = 0, width = 0, channels = 0] = x.shape;
  check(x.shape.length === 4, () => {
    return `${operation}: expected x [batch, height, width, channels], found ${printShape(x.shape)}`;
  });
  const [lines, columns] = readBoth(operation, "size", options.size, 1);
  const stride = readBoth(operation, "stride", options.stride, 1);
  const padding = readBoth(operation, "padding", options.padding, 0);
  const [high, wide] = [height + 2 * padding[0], width + 2 * padding[1]];
  check(high >= lines && wide >= columns, () => {
    return (
      `${operation}: expected images of at least ${lines} x ${columns} pixels` +
      `${padding[0] + padding[1] > 0 ? " with their padding" : ""}, found ${high} x ${wide}`
    );
  });
  return {
    ...{ images, height, width, channels, lines, columns, stride, padding },
    outHeight: Math.floor((high - lines) / stride[0]) + 1,
    outWidth: Math.floor((wide - columns) / stride[1]) + 1,
  };
}
