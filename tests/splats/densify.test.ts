/** What becomes of splats where some are too many and others too few, in numbers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numbers } from "../../examples/splats/attributes.ts";
import { densified, fresh } from "../../examples/splats/densify.ts";

const picture = { width: 40, height: 30 };

type Splat = readonly [number, number, number, number, number, number, number, number];

const splat = (given: { x?: number; sizes?: readonly [number, number]; colour?: number } = {}) => {
  const { x = 20, sizes = [3, 2], colour = 0.5 } = given;
  const [along, across] = sizes.map(Math.log) as [number, number];
  return [x, 15, along, across, 0.4, colour, 0.6 * colour, -0.2 * colour] satisfies Splat;
};

function densify(splats: readonly Splat[], pull: readonly number[], most: number) {
  const given = Float32Array.from(splats.flat());
  const { values, rows } = densified(given, Float32Array.from(pull), most, picture);
  const splat = (i: number) => [...values.subarray(numbers * i, numbers * (i + 1))];
  return { splats: Array.from(rows, (_, i) => splat(i)), rows: [...rows], given };
}

/** The integral of a splat's red, the mean place of it, and its covariance. */
function momentsOf(splats: readonly (readonly number[])[]) {
  const each = splats.map(([x, y, along, across, angle, red]) => {
    const [a, b] = [Math.exp(2 * along!), Math.exp(2 * across!)];
    const [c, s] = [Math.cos(angle!), Math.sin(angle!)];
    const covariance = [c * c * a + s * s * b, c * s * (a - b), s * s * a + c * c * b] as const;
    return { mass: red! * Math.sqrt(a * b), x: x!, y: y!, covariance };
  });
  const mass = each.reduce((sum, { mass }) => sum + mass, 0);
  const mean = (of: (one: (typeof each)[number]) => number) =>
    each.reduce((sum, one) => sum + (one.mass * of(one)) / mass, 0);
  const [x, y] = [mean((one) => one.x), mean((one) => one.y)];
  const covariance = [
    mean((one) => one.covariance[0] + (one.x - x) ** 2),
    mean((one) => one.covariance[1] + (one.x - x) * (one.y - y)),
    mean((one) => one.covariance[2] + (one.y - y) ** 2),
  ];
  return [mass, x, y, ...covariance];
}

describe("densified", () => {
  it("splits a large splat in two that come to the same light, place and spread", () => {
    const { splats, rows, given } = densify([splat()], [1], 2);
    expect(rows).toEqual([fresh, fresh]);
    const before = momentsOf([[...given]]);
    // Numbers of float32, each of them rounded a few times.
    momentsOf(splats).forEach((value, i) => {
      expect(Math.abs(value - before[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(before[i]!)));
    });
    expect(splats[0]).not.toEqual(splats[1]);
  });

  it("clones a small one: it keeps its row, its twin is a size away, and both have half of the colour", () => {
    const small = splat({ sizes: [0.8, 0.5] });
    const { splats, rows, given } = densify([small], [1], 2);
    expect(rows).toEqual([0, fresh]);
    const [original, twin] = splats as [number[], number[]];
    expect(original.slice(0, 5)).toEqual([...given.subarray(0, 5)]);
    expect(twin.slice(2, 5)).toEqual([...given.subarray(2, 5)]);
    expect(Math.hypot(twin[0]! - original[0]!, twin[1]! - original[1]!)).toBeCloseTo(0.8, 5);
    for (const { at } of [{ at: 5 }, { at: 6 }, { at: 7 }]) {
      expect([original[at], twin[at]]).toEqual([given[at]! / 2, given[at]! / 2]);
    }
  });

  it("chooses those that are pulled about most", () => {
    const { rows } = densify([splat(), splat(), splat(), splat()], [1, 4, 2, 3], 6);
    expect(rows).toEqual([0, fresh, fresh, 2, fresh, fresh]);
  });

  it.each([
    ["transparent", splat({ colour: 0.005 })],
    ["tiny", splat({ sizes: [0.1, 0.1] })],
    ["outside", splat({ x: -30 })],
  ])("prunes one that is %s, and lets others stay where they are", (_, useless) => {
    const { rows, splats, given } = densify([splat(), useless, splat({ x: 5 })], [9, 9, 9], 2);
    expect(rows).toEqual([0, 2]);
    expect(splats.flat()).toEqual([...given.subarray(0, 8), ...given.subarray(16, 24)]);
  });

  it("leaves one where none is of use, as of a black picture", () => {
    const black = splat({ colour: 0 });
    expect(densify([black, black, black], [0, 0, 0], 1).rows).toEqual([0]);
  });

  it("never makes more than it may, keeps the order, and follows each row once", () => {
    const one = fc
      .tuple(
        fc.double({ min: -50, max: 90, noNaN: true }),
        fc.double({ min: 0.05, max: 9, noNaN: true }),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
      )
      .map(([x, size, colour, pull]) => ({
        splat: splat({ x, sizes: [size, 1], colour }),
        pull,
      }));
    fc.assert(
      fc.property(fc.array(one, { minLength: 1 }), fc.nat(40), (all, most) => {
        const { rows, splats } = densify(
          all.map(({ splat }) => splat),
          all.map(({ pull }) => pull),
          most,
        );
        const followed = rows.filter((row) => row !== fresh);
        expect(splats.flat().every(Number.isFinite)).toBe(true);
        expect(followed).toEqual([...new Set(followed)].sort((a, b) => a - b));
        expect(rows.length).toBeLessThanOrEqual(Math.max(most, all.length));
      }),
    );
  });
});
