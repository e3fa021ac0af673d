/** Rules that are off in some steps. */
import { describe, expect, it } from "vitest";
import { adam } from "../optimizers/adam.ts";
import { dog } from "../optimizers/dog.ts";
import { scheduleFreeSgd } from "../optimizers/scheduleFreeSgd.ts";
import { sgd } from "../optimizers/sgd.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { clipByNorm } from "../transforms/clipByNorm.ts";
import { ema } from "../transforms/ema.ts";
import { lookahead } from "../transforms/lookahead.ts";
import { projectNonNegative } from "../transforms/projectNonNegative.ts";
import { chain } from "./define.ts";
import type { Rule } from "./definition.ts";
import { partition } from "./partition.ts";
import { when } from "./when.ts";

const start = [1, -2, 3];
const gradientAt = (t: number) => start.map((_, i) => Math.sin(t * (i + 1)));

function run(rule: Rule, steps: readonly number[]) {
  const net = parameters({ w: [3] }, { type: "float64" });
  net.w.data.set(start);
  const optimizer = optimize(net, rule);
  for (const t of steps) optimizer.step({ w: gradientAt(t) });
  return { net, optimizer };
}

const odd = (step: number) => step % 2 === 1;
const all = [1, 2, 3, 4, 5, 6, 7];

describe("a step in which a rule is off, with `otherwise: zero`, changes nothing", () => {
  it.each([
    ["adam", () => adam({ lr: 0.1 }) as Rule],
    ["an average of evaluated weights", () => scheduleFreeSgd({ lr: 0.1, warmupSteps: 3 }) as Rule],
    ["what all share", () => dog({ lr: 1 }) as Rule],
    ["a chain", () => chain(clipByNorm(0.5), adam({ lr: 0.1 }), ema({ debias: true })) as Rule],
    ["branches", () => partition([{ match: "w", rule: adam({ lr: 0.1 }) }]) as Rule],
    ["within another", () => when(() => true, adam({ lr: 0.1 }) as Rule)],
  ])("%s", (_, make) => {
    const some = run(when(odd, make(), { otherwise: "zero" }), all);
    const alone = run(make(), all.filter(odd));
    const near = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).forEach((value, i) => void expect(value).toBeCloseTo(b[i]!, 13));
    near(some.net.w.data, alone.net.w.data);
    near(some.optimizer.evaluationWeights().w, alone.optimizer.evaluationWeights().w);
    for (const [name, values] of Object.entries(alone.optimizer.state().parameters["w"]!)) {
      near(some.optimizer.state().parameters["w"]![name]!, values);
    }
  });
});

it("a transform that is off lets gradients, directions and parameters through", () => {
  const rule = chain(when(odd, clipByNorm(0.1)), sgd({ lr: 1 }), when(odd, projectNonNegative()));
  const { net } = run(rule as Rule, [1, 2]);
  const [one, two] = [gradientAt(1), gradientAt(2)];
  const norm = Math.hypot(...one);
  start.forEach((p, i) => {
    expect(net.w.data[i]).toBeCloseTo(Math.max(0, p - (0.1 / norm) * one[i]!) - two[i]!, 14);
  });
});

it("lookahead counts the steps in which it is on", () => {
  const { optimizer } = run(
    chain(sgd({ lr: 1 }), when(odd, lookahead({ syncPeriod: 2, slowStepSize: 1 }))) as Rule,
    [1, 2, 3],
  );
  expect([...optimizer.state().parameters["w"]!["lookahead.ticks"]!]).toEqual([2]);
});

it("refuses invalid rules, conditions and values of `otherwise`", () => {
  expect(() => when(odd, adam as never)).toThrow("when: the second argument is not a rule");
  expect(() => when(true as never, adam())).toThrow("when: the first argument must be a function");
  expect(() => when(odd, adam(), { otherwise: "stop" as never })).toThrow(
    'when: otherwise must be "pass" or "zero", not "stop"',
  );
});
