import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formats, nearest } from "../../tests/support/nearest.ts";
import { runs } from "../../tests/support/properties.ts";
import { block8, fromFloat32 } from "../index.ts";
import { countIn, keptIn, numbersOf } from "./keptNumbers.ts";

describe.each(formats.map(([storage, format]) => [storage.name, storage, format] as const))(
  "%s",
  (_, storage, format) => {
    const kept = (value: number) => numbersOf(keptIn(Float64Array.of(value), storage), storage)[0]!;

    it("is the nearest number to a float64, which rounding twice would miss", () => {
      fc.assert(
        fc.property(fc.double(), (value) => {
          expect(kept(value)).toBe(nearest(value, format));
        }),
        runs(2000),
      );
      // Numbers so close to the middle of two that float32 cannot tell them from it.
      for (let bits = 1; bits < 0x7c00; bits += 7) {
        const [low, high] = [bits, bits + 1].map(storage.encoding!.decode) as [number, number];
        const half = low + (high - low) / 2;
        const values = [half, half * (1 + 2 ** -40), half * (1 - 2 ** -40)];
        for (const value of values.flatMap((each) => [each, -each])) {
          const [bits] = fromFloat32([value], storage);
          const found = storage.encoding!.decode(bits!);
          if (!Object.is(found, kept(value)) || !Object.is(found, nearest(value, format))) {
            throw new Error(`${value} became ${kept(value)}, not ${nearest(value, format)}`);
          }
        }
      }
    });
  },
);

it.each([0, 1, 255, 256, 257, 1000])(
  "blocks have %d numbers, with their last one cut short",
  (length) => {
    const numbers = Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(i + 1)));
    const bytes = keptIn(numbers, block8);
    expect(bytes.length).toBe(length + 4 * Math.ceil(length / 256));
    expect(countIn(block8, bytes.length)).toBe(length);
    const found = numbersOf(bytes, block8);
    expect(found.length).toBe(length);
    // There is a sign, and a mantissa of 3 bits: half a unit is a sixteenth.
    for (const [i, each] of found.entries()) {
      expect(Math.abs(each - numbers[i]!)).toBeLessThanOrEqual(Math.abs(numbers[i]!) / 16 + 2e-5);
    }
  },
);
