/** The messages of wrappers for wrong arguments. */
import { describe, expect, it } from "vitest";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { sophia } from "../optimizers/sophia.ts";
import { BindingError, GradientError } from "../runtime/errors.ts";
import { sparse } from "../runtime/gradients/sparse.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { unscale } from "../transforms/unscale.ts";
import { accumulate } from "./accumulate.ts";
import { curvature } from "./curvature.ts";
import { galore } from "./galore.ts";
import { lossScale } from "./lossScale.ts";
import { privatize } from "./privatize.ts";
import { sam } from "./sam.ts";
import { skipLimit } from "./skipLimit.ts";

const net = parameters({ w: [2, 2], b: [2] });
const privacy = { examples: 2, clip: 1, noiseMultiplier: 1, seed: 1 };
type Any = (...given: unknown[]) => unknown;
const [accumulated, galored, privatized, sammed, curved, scaled] = [
  ...[accumulate, galore, privatize, sam, curvature, lossScale],
] as unknown as [Any, Any, Any, Any, Any, Any];

function error(call: () => unknown): Error {
  try {
    call();
  } catch (thrown) {
    return thrown as Error;
  }
  throw new Error("nothing was thrown");
}

describe("a wrong rule", () => {
  it.each([
    ["accumulate", (rule: unknown) => accumulated(net, rule, { steps: 2 })],
    ["privatize", (rule: unknown) => privatized(net, rule, privacy)],
    ["galore", (rule: unknown) => galored(net, rule)],
  ])("of %s", (name, call) => {
    for (const rule of [adam, undefined, null, "adam", {}, 7]) {
      const thrown = error(() => call(rule));
      expect(thrown).toBeInstanceOf(BindingError);
      expect(thrown.message).toBe(
        `${name}: the second argument must be a rule such as adam(), with parentheses`,
      );
    }
  });

  it("as `each`", () => {
    for (const each of [adam, null, 1]) {
      const thrown = error(() => accumulated(net, adam(), { steps: 2, each }));
      expect(thrown).toBeInstanceOf(BindingError);
      expect(thrown.message).toContain("accumulate: `each` must be a rule");
    }
  });
});

it("wrong options", () => {
  const optimizer = optimize(net, sophia());
  const calls: [string, (options: unknown) => unknown][] = [
    ["accumulate", (options) => accumulated(net, adam(), options)],
    ["privatize", (options) => privatized(net, adam(), options)],
    ["galore", (options) => galored(net, adam(), options)],
    ["sam", (options) => sammed(optimizer, options)],
    ["curvature", (options) => curved(optimizer, options)],
    ["lossScale", (options) => scaled(options)],
  ];
  for (const [name, call] of calls) {
    for (const options of [null, 4, "4", [4]]) {
      const thrown = error(() => call(options));
      expect(thrown).toBeInstanceOf(BindingError);
      expect(thrown.message).toContain(`${name}: options are an object such as {`);
    }
  }
  for (const [, call] of calls.slice(0, 2)) {
    expect(error(() => call(undefined))).toBeInstanceOf(BindingError);
  }
});

it("invalid numbers for accumulate and limits, and schedules that return them", () => {
  const calls: [string, () => unknown][] = [
    ["reduction must be", () => accumulated(net, adam(), { steps: 2, reduction: "max" })],
    ["`skipAbove` must be", () => accumulated(net, adam(), { steps: 2, skipAbove: 0 })],
    ["`steps` must be a whole", () => accumulated(net, adam(), { steps: () => 1.5 })],
    ["`maxInARow` must be a whole", () => skipLimit(-1)],
    ["observe takes the report", () => skipLimit(1).observe(undefined as never)],
  ];
  for (const [message, call] of calls) {
    const thrown = error(call);
    expect(thrown).toBeInstanceOf(BindingError);
    expect(thrown.message).toContain(message);
  }
});

it("a wrong optimizer", () => {
  for (const given of [undefined, null, net, adam(), adam, 1]) {
    for (const [name, call] of [["sam", sammed] as const, ["curvature", curved] as const]) {
      const thrown = error(() => call(given));
      expect(thrown).toBeInstanceOf(BindingError);
      expect(thrown.message).toContain(`write ${name}(optimize(net, rule))`);
    }
  }
});

it("a wrong closure or report", () => {
  const sharpness = sam(optimize(net, sgd()));
  for (const closure of [undefined, null, 1, { gradients: {} }]) {
    const thrown = error(() => sharpness.step(closure as never));
    expect(thrown).toBeInstanceOf(GradientError);
    expect(thrown.message).toContain("sam: step takes a function");
  }
  for (const report of [undefined, null, {}, 1]) {
    const thrown = error(() => lossScale().observe(report as never));
    expect(thrown).toBeInstanceOf(BindingError);
    expect(thrown.message).toContain("scale.observe(optimizer.step())");
  }
  for (const state of [undefined, null, 1]) {
    expect(error(() => lossScale().restore(state as never))).toBeInstanceOf(BindingError);
  }
});

describe("wrong gradients", () => {
  const rows = [
    [1, 2],
    [3, 4],
  ];
  const bad: unknown[] = [rows, "1234", null, 1, ["1", "2", "3", "4"], [1, 2, 3, null]];
  const b = [0, 0];

  it("galore says what is wrong with each", () => {
    using optimizer = galore(net, adam());
    for (const w of [...bad, [rows, rows, rows, rows], sparse([0], [1, 2])]) {
      const thrown = error(() => optimizer.step({ w: w as number[], b }));
      expect(thrown).toBeInstanceOf(GradientError);
      expect(thrown.message).toContain("the gradient of `w`");
    }
    expect(
      error(() => optimizer.step({ w: [rows, rows, rows, rows] as never, b })).message,
    ).toContain("no number at element 0, but object: pass all rows in one flat array");
    expect(error(() => optimizer.step({ w: [1, 2, 3, 4], c: b } as never)).message).toContain(
      "`c`",
    );
  });

  it("sam and curvature need them by name", () => {
    const sharpness = sam(optimize(net, sgd()));
    const observer = curvature(optimize(net, sophia()));
    for (const given of [null, "w", 3]) {
      expect(() => sharpness.step(() => ({ gradients: given }) as never)).toThrow(GradientError);
      expect(() => observer.observe(given as never)).toThrow(GradientError);
    }
  });

  it("sam accepts sparse ones", () => {
    const own = parameters({ e: [3, 2] }, { type: "float64" });
    using optimizer = optimize(own, sgd({ lr: 1 }));
    using sharpness = sam(optimizer, { rho: 5 });
    const places: number[][] = [];
    sharpness.step(() => {
      places.push([...own.e.data]);
      return { gradients: { e: sparse([1], [3, 4]) } };
    });
    expect(places).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0, 0, 3, 4, 0, 0],
    ]);
    expect([...own.e.data].map((x) => x + 0)).toEqual([0, 0, -3, -4, 0, 0]);
  });
});

describe("a scale that may change while micro-steps wait", () => {
  const scale = lossScale();

  it("is refused in the rule, also in groups, and allowed in `each`", () => {
    const changing = chain(unscale(scale), adam());
    const fixed = chain(unscale(1024), adam());
    expect(() => accumulate(net, changing, { steps: 2 })).toThrow(
      "accumulate: `unscale` in the rule divides the sum of micro-steps by the last one's scale; write `each: unscale(scale)`",
    );
    const groups = [{ match: "w", scale }];
    expect(() => accumulate(net, fixed, { steps: 2, groups })).toThrow(BindingError);
    expect(() => privatize(net, changing, privacy)).toThrow("privatize: `unscale`");
    accumulate(net, fixed, { steps: 2 }).dispose();
    accumulate(net, changing, { steps: 1 }).dispose();
    accumulate(net, adam(), { steps: 2, each: unscale(scale) }).dispose();
  });

  it("in `each`, gives a sum of unscaled gradients", () => {
    const own = parameters({ w: [1] }, { type: "float64" });
    const dynamic = lossScale({ initial: 4, growthInterval: 1 });
    using micro = accumulate(own, sgd({ lr: 1 }), { steps: 2, each: unscale(dynamic) });
    for (const gradient of [1, 3]) {
      dynamic.observe(micro.step({ w: [gradient * dynamic()] }));
    }
    expect(own.w.data[0]).toBe(-2);
  });
});
