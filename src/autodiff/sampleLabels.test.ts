import { describe, expect, it } from "vitest";
import { adam } from "../optimizers/adam.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { createTape } from "./createTape.ts";
import { sampleLabels } from "./sampleLabels.ts";

/** Rows of the same logits. */
function rowsOf(rows: number, logits: readonly number[]) {
  const tape = createTape(optimize(parameters({ w: [1] }), adam()));
  const tensor = tape.input([rows, logits.length]);
  for (let row = 0; row < rows; row++) tensor.data.set(logits, row * logits.length);
  return tensor;
}

const shares = [0.5, 0.25, 0.2, 0.05];
const logits = shares.map((share) => Math.log(share) + 3);

/** How far counts are from the shares, in Pearson's measure. */
function surprise(labels: ArrayLike<number>): number {
  const counts = shares.map(() => 0);
  for (const label of Array.from(labels)) counts[label]! += 1;
  return shares.reduce((sum, share, i) => {
    const expected = share * labels.length;
    return sum + (counts[i]! - expected) ** 2 / expected;
  }, 0);
}

/** Chi squared of three degrees of freedom is above this once in a million. */
const unlikely = 30.7;

describe("labels", () => {
  it("follow the shares, along rows and along seeds", () => {
    const many = rowsOf(20_000, logits);
    for (const seed of [0, 1, 2 ** 32, 2 ** 53 - 1]) {
      expect(surprise(sampleLabels(many, new Int32Array(20_000), seed))).toBeLessThan(unlikely);
    }
    const one = rowsOf(1, logits);
    const drawn = Int32Array.from({ length: 20_000 }, (_, seed) => {
      return sampleLabels(one, new Int32Array(1), seed)[0]!;
    });
    expect(surprise(drawn)).toBeLessThan(unlikely);
  });

  it("of neighbouring rows and seeds have nothing to do with each other", () => {
    const rows = 20_000;
    const tensor = rowsOf(rows, [0, 0]);
    const [first, second] = [7, 8].map((seed) => sampleLabels(tensor, new Int32Array(rows), seed));
    const agree = (shift: number, other: Int32Array) =>
      first!.reduce((sum, label, i) => sum + Number(label === other[(i + shift) % rows]), 0);
    for (const same of [agree(0, second!), agree(1, first!), agree(1, second!)]) {
      // Five standard deviations of tosses of a coin.
      expect(Math.abs(same - rows / 2)).toBeLessThan((5 * Math.sqrt(rows)) / 2);
    }
  });

  it("are the same for the same seed, and sure where the model is", () => {
    const tensor = rowsOf(50, [0, 900, -900]);
    expect([...sampleLabels(tensor, new Uint8Array(50), 3)]).toEqual(Array(50).fill(1));
    const open = rowsOf(50, logits);
    const draw = () => sampleLabels(open, new Uint8Array(50), 3);
    expect(draw()).toEqual(draw());
  });

  it("need a row each, and a seed", () => {
    const tensor = rowsOf(2, logits);
    expect(() => sampleLabels(tensor, new Uint8Array(3), 0)).toThrow("found [2, 4] and 3");
    expect(() => sampleLabels(tensor, new Uint8Array(2), 0.5)).toThrow("seed, found 0.5");
  });

  it("need a type that holds every class, for a narrow one would draw others", () => {
    const tensor = rowsOf(2, Array(300).fill(0));
    tensor.data[299] = 900;
    for (const labels of [new Uint8Array(2), new Int8Array(2) as unknown as Uint8Array]) {
      expect(() => sampleLabels(tensor, labels, 0)).toThrow(
        `sampleLabels: expected labels of a type that holds 299, found a ${labels.constructor.name}`,
      );
      expect([...labels]).toEqual([0, 0]);
    }
    expect(sampleLabels(tensor, new Int32Array(2), 0)[0]).toBe(299);
    expect(sampleLabels(rowsOf(1, Array(256).fill(0)), new Uint8Array(1), 0)).toHaveLength(1);
  });
});
