import { adam, type Rule, sgd } from "gradus";
import { describe, expect, it } from "vitest";
import { normals } from "../noise.ts";
import { run } from "../run.ts";
import { watchedAdam } from "./correction.ts";
import { newLines, stageNames, stages } from "./stages.ts";

const settings = { lr: 0.05, beta1: 0.8, beta2: 0.97, eps: 1e-3 };
const noises = normals(40);
/** The gradient of a bowl, with noise. */
const gradient = ([x, y]: Float64Array, step: number) => [
  x! + noises[2 * step - 2]!,
  9 * y! + noises[2 * step - 1]!,
];
const pathOf = (rule: Rule) =>
  run(rule, gradient, [3, -2], 20).map(({ parameters }) => [...parameters]);

describe("stages of Adam", () => {
  it("begin with gradient descent and end with the library's Adam, to the last bit", () => {
    expect(pathOf(stages.gradient.rule(settings))).toEqual(pathOf(sgd({ lr: settings.lr })));
    expect(pathOf(stages.Adam.rule(settings))).toEqual(pathOf(adam(settings)));
  });

  it("are Adam without eps once they are corrected, as is the rule that shows its averages", () => {
    const { eps: _, ...rest } = settings;
    const without = pathOf(adam({ ...rest, eps: 0 }));
    expect(pathOf(stages.corrected.rule(settings))).toEqual(without);
    expect(pathOf(watchedAdam(rest))).toEqual(without);
  });

  it("each have one line more than the previous one; the second line of both is from momentum and RMSprop", () => {
    const counts = stageNames.map((name) => newLines(name).filter(Boolean).length);
    expect(counts).toEqual([1, 2, 2, 2, 1, 1]);
  });
});
