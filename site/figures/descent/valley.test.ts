import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialState } from "../figure.ts";
import { figure } from "./valley.ts";

const beginning = initialState(figure.controls);
const computed = (state: Partial<typeof beginning>) => figure.compute({ ...beginning, ...state });
const lossAt = ([x, y]: readonly [number, number]) => (x ** 2 + 25 * y ** 2) / 2;

/** One direction of the valley, as in Sutskever et al. (2013), with the rate outside the momentum buffer. */
function transcribed(
  start: number,
  {
    lr,
    momentum,
    curvature,
    looksAhead,
  }: Record<"lr" | "momentum" | "curvature", number> & {
    looksAhead: boolean;
  },
): readonly number[] {
  let [at, buffer] = [start, 0];
  return Array.from({ length: 41 }, (_, step) => {
    if (step === 0) return at;
    const gradient = curvature * at;
    buffer = momentum * buffer + gradient;
    at -= lr * (looksAhead ? gradient + momentum * buffer : buffer);
    return at;
  });
}

describe("a ball in a valley", () => {
  it("agrees with the transcription", () => {
    const lr = fc.double({ min: 0.001, max: 0.05, noNaN: true });
    const momentum = fc.double({ min: 0, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(lr, momentum, (lr, momentum) => {
        const result = computed({ lr, momentum, steps: 40, nesterov: true });
        for (const [name, looksAhead] of [
          ["momentum", false],
          ["nesterov", true],
        ] as const) {
          const options = { lr, momentum, looksAhead };
          const along = transcribed(-9, { ...options, curvature: 1 });
          const across = transcribed(1.5, { ...options, curvature: 25 });
          // Nesterov's diverges at some of these rates.
          const room = 1e-11 * Math.max(...across.map(Math.abs), 10);
          result[name]!.forEach(([x, y], step) => {
            expect(Math.abs(x - along[step]!)).toBeLessThan(room);
            expect(Math.abs(y - across[step]!)).toBeLessThan(room);
          });
        }
      }),
    );
  });

  it("is gradient descent if there is no momentum", () => {
    const { plain, momentum } = computed({ momentum: 0 });
    expect(momentum).toEqual(plain);
  });

  it("shrinks by the root of μ in each step in a direction where it oscillates, whatever the curvature", () => {
    // With η 0.074 and μ 0.9, both directions oscillate: (1 + μ - ηλ)² < 4μ for λ 1 and 25.
    const ways = [1, 25].map((curvature) =>
      transcribed(1, { lr: 0.074, momentum: 0.9, curvature, looksAhead: false }),
    );
    const { momentum } = computed({ momentum: 0.9, steps: 40 });
    expect(momentum.at(-1)![0] / -9).toBeCloseTo(ways[0]!.at(-1)!, 10);
    expect(momentum.at(-1)![1] / 1.5).toBeCloseTo(ways[1]!.at(-1)!, 10);
    // The determinant of a step's matrix is μ: (xₜ₊₁ xₜ₋₁ - xₜ²) shrinks by exactly μ.
    for (const way of ways) {
      const area = (t: number) => way[t + 1]! * way[t - 1]! - way[t]! ** 2;
      for (let t = 2; t < 39; t++) expect(area(t) / area(t - 1)).toBeCloseTo(0.9, 8);
      expect(area(5)).toBeLessThan(0);
    }
  });

  it("is stable at rates up to 2 (1 + μ) / λ, Nesterov's up to a lower one: as the article says", () => {
    const across = (lr: number, name: "momentum" | "nesterov") =>
      transcribed(1, { lr, momentum: 0.5, curvature: 25, looksAhead: name === "nesterov" });
    const grows = (way: readonly number[]) => Math.abs(way.at(-1)!) > Math.abs(way.at(-10)!);
    expect(grows(across(0.119, "momentum"))).toBe(false);
    expect(grows(across(0.121, "momentum"))).toBe(true);
    expect(grows(across(0.0599, "nesterov"))).toBe(false);
    expect(grows(across(0.0601, "nesterov"))).toBe(true);
    const at = computed({ nesterov: true });
    expect(lossAt(at.nesterov!.at(-1)!)).toBeGreaterThan(1000);
    expect(lossAt(at.momentum.at(-1)!)).toBeLessThan(1e-5);
  });

  it("hardly oscillates with Nesterov's momentum at a moderate rate: as the article says", () => {
    const { momentum, nesterov } = computed({ lr: 0.03, momentum: 0.8, nesterov: true });
    const swing = (way: readonly (readonly [number, number])[]) =>
      Math.max(...way.slice(4).map(([, y]) => Math.abs(y)));
    expect(swing(momentum)).toBeGreaterThan(0.7);
    expect(swing(nesterov!)).toBeLessThan(0.15);
  });
});
