import { adam, sgd } from "gradus";
import { describe, expect, it } from "vitest";
import { descend } from "./descend.ts";
import { normals } from "./noise.ts";
import { run } from "./run.ts";

describe("run", () => {
  it("has the start, and then the parameters and the state after each step", () => {
    const steps = run(sgd({ lr: 0.5, momentum: 0.5 }), (at) => at, [4, 8], 2);
    expect(steps.map(({ parameters }) => [...parameters])).toEqual([
      [4, 8],
      [2, 4],
      // The buffer is half of (4, 8), plus the gradient.
      [0, 0],
    ]);
    expect(steps.map(({ state }) => Object.keys(state))).toEqual([[], ["sgd.b"], ["sgd.b"]]);
    expect([...steps[2]!.state["sgd.b"]!]).toEqual([4, 8]);
  });

  it("stores the values of each step, not those of the last one", () => {
    const steps = run(adam(), (_, step) => [step], [0], 3);
    const means = steps.slice(1).map(({ state }) => state["adam.m"]![0]!);
    expect(new Set(means).size).toBe(3);
  });

  it("ends if the parameters are not finite", () => {
    const steps = run(sgd({ lr: 1e200 }), (at) => at, [1], 10);
    expect(steps.length).toBe(2);
    expect(descend(sgd({ lr: 1e200 }), (x, y) => [x, y], [1, 1], 10).length).toBe(2);
  });
});

describe("normals", () => {
  const count = 40_000;
  const drawn = normals(count);

  it("are the same each time", () => {
    expect(normals(count)).toEqual(drawn);
  });

  it("have a mean of 0 and a variance of 1", () => {
    const mean = drawn.reduce((sum, each) => sum + each, 0) / count;
    const variance = drawn.reduce((sum, each) => sum + each ** 2, 0) / count;
    // Five standard errors: of a mean 1 / sqrt(n), of a variance sqrt(2 / n).
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });
});
