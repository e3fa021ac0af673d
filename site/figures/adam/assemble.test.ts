import { describe, expect, it } from "vitest";
import { adamByThePaper } from "../../../tests/support/adamByThePaper.ts";
import { initialState } from "../figure.ts";
import { figure as assemble, noises as valleyNoises } from "./assemble.ts";

/** Rounding: sums of a hundred steps, in float64. */
const digits = 9;

describe("assemble", () => {
  it("ends where the paper's algorithm does", () => {
    const state = { ...initialState(assemble.controls), beta1: 0.8, beta2: 0.95, eps: 0.1 };
    const moves = [adamByThePaper(state), adamByThePaper(state)] as const;
    const at = [-6, 2] as [number, number];
    for (let step = 0; step < state.steps; step++) {
      at[0] += moves[0](at[0] + valleyNoises[2 * step]!);
      at[1] += moves[1](8 * at[1] + valleyNoises[2 * step + 1]!);
    }
    const { parameters } = assemble.compute(state).steps.at(-1)!;
    expect(parameters[0]).toBeCloseTo(at[0], digits);
    expect(parameters[1]).toBeCloseTo(at[1], digits);
  });
});

describe("the text on the stages", () => {
  const start = initialState(assemble.controls);
  /** The largest change of a weight in each step, in learning rates. */
  const movesOf = (stage: string) =>
    assemble.compute({ ...start, stage }).moves.map((move) => Math.max(...move.map(Math.abs)));

  it("has a first step of 32 learning rates with RMSprop, of about three with both, of about one with correction", () => {
    expect(movesOf("RMSprop")[0]).toBeCloseTo(31.6, 1);
    expect(movesOf("both")[0]).toBeCloseTo(3.16, 2);
    expect(Math.max(...movesOf("corrected"))).toBeLessThan(1.01);
  });

  it("has no effect of ε at its default, and leaves momentum with a rate of η/ε if ε is large", () => {
    const endOf = (state: object) => [
      ...assemble.compute({ ...start, ...state }).steps.at(-1)!.parameters,
    ];
    const [corrected, whole] = [endOf({ stage: "corrected" }), endOf({})];
    for (const i of [0, 1]) expect(whole[i]).toBeCloseTo(corrected[i]!, 6);
    // In the middle of a run: m is corrected by then, and the root of v, at most 4, is small compared with 10.
    const { steps } = assemble.compute({ ...start, eps: 10 });
    const ratios = steps.slice(60).map(({ state: { "assembled.m": m } }, i) => {
      const before = steps[59 + i]!.parameters[0]!;
      return (before - steps[60 + i]!.parameters[0]!) / ((start.lr / 10) * m![0]!);
    });
    for (const ratio of ratios)
      expect(ratio).toSatisfy((each: number) => each > 0.65 && each < 1.01);
  });
});
