import { describe, expect, it } from "vitest";
import { adamByThePaper } from "../../../tests/support/adamByThePaper.ts";
import { initialState } from "../figure.ts";
import { figure as rare } from "./rare.ts";

describe("rare", () => {
  const start = initialState(rare.controls);
  const errorOf = (state: typeof start, name: "sgd" | "adagrad" | "adam") =>
    rare
      .compute(state)
      [name].reduce((sum, { parameters: [a, b] }) => sum + (a! - 1) ** 2 + (b! - 1) ** 2, 0);

  it.each(["sgd", "adagrad", "adam"] as const)("begins with the best rate of %s", (name) => {
    const best = errorOf(start, name);
    for (let power = -1.5; power < 0.01; power += 0.05) {
      const rate = Number((10 ** power).toPrecision(3));
      expect(errorOf({ ...start, [name]: rate }, name)).toBeGreaterThanOrEqual(best);
    }
  });

  it("ranks AdaGrad before Adam before SGD, as docs/claims.md does", () => {
    const [sgd, adagrad, adam] = (["sgd", "adagrad", "adam"] as const).map((name) =>
      errorOf(start, name),
    );
    expect(adagrad).toBeLessThan(adam!);
    expect(adam).toBeLessThan(sgd!);
  });

  it("has the rare weight of a calm SGD end at 0.35", () => {
    const { sgd } = rare.compute({ ...start, sgd: 0.02 });
    expect(sgd.at(-1)!.parameters[1]).toBeCloseTo(0.35, 2);
  });

  it("scales a rare gradient by √k in Adam", () => {
    const every = 25;
    const move = adamByThePaper({ lr: 1, beta1: 0.9, beta2: 0.999, eps: 0 });
    // When v has settled: the change of a weight from one gradient to the next.
    let moved = 0;
    for (let step = 0; step < 8000; step++) {
      const by = move(step % every === 0 ? 1 : 0);
      if (step >= 8000 - every) moved -= by;
    }
    // v falls by 2.5 % between two gradients, and its root by half of that.
    expect(Math.abs(moved / Math.sqrt(every) - 1)).toBeLessThan(0.02);
  });
});
