/** Steps by some rows: means and norms are of what is given, and the rest is left alone. */
import { describe, expect, test } from "vitest";
import {
  accumulate,
  adafactor,
  adam,
  cautious,
  chain,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
  clipUpdateByBlockRms,
  defineOptimizer,
  ema,
  GradientError,
  optimize,
  parameters,
  partition,
  type Rule,
  sgd,
  sparse,
} from "../../src/index.ts";
import { thrownBy } from "../support/situations.ts";

const kinds = ["from parameters()", "of my own"] as const;

/** A table of 1000 rows of two. */
function table(kind: (typeof kinds)[number]) {
  const net = parameters({ e: [1000, 2] }, { type: "float64" });
  return kind === "of my own" ? { e: { data: new Float64Array(2000), shape: [1000, 2] } } : net;
}

describe.each(kinds)("I step by two of a thousand rows, %s, and", (kind) => {
  /** Where elements 0, 1, 14, 15 go. */
  const moved = (rule: Rule, values: readonly number[], rows = [0, 7]) => {
    const net = table(kind);
    using optimizer = optimize(net, rule);
    optimizer.step({ e: sparse(rows, values) });
    const touched = new Set(rows.flatMap((row) => [2 * row, 2 * row + 1]));
    expect([...net.e.data.keys()].every((i) => touched.has(i) || net.e.data[i] === 0)).toBe(true);
    return [...touched].map((i) => net.e.data[i]!);
  };

  test("a clip by root mean square divides by four elements", () => {
    expect(moved(chain(clipByBlockRms(1), sgd({ lr: 1 })), [3, -3, 3, 3])).toEqual([
      -1,
      3 / 3,
      -1,
      -1,
    ]);
    expect(moved(chain(sgd({ lr: 1 }), clipUpdateByBlockRms(1)), [3, -3, 3, 3])).toEqual([
      -1, 1, -1, -1,
    ]);
  });

  test("a cautious step counts who agrees among them", () => {
    expect(moved(chain(sgd({ lr: 1 }), cautious()), [1, 1, 1, 1])).toEqual([-1, -1, -1, -1]);
  });

  test("a row that is given three times counts once, with its sum", () => {
    const rule = chain(clipByBlockRms(1), sgd({ lr: 1 }));
    expect(moved(rule, [1, 1, 3, 3, 1, 1, 1, 1], [0, 7, 0, 0])).toEqual([-1, -1, -1, -1]);
    expect(moved(sgd({ lr: 1 }), [1, 1, 3, 3, 1, 1, 1, 1], [0, 7, 0, 0])).toEqual([-3, -3, -3, -3]);
  });

  test("a rule of mine sees their mean, and the tensor's size", () => {
    const rule = defineOptimizer({
      ...{ name: "mine", hyper: { lr: 1 } },
      rule: "u = mean(g) + 0 * g + size",
    });
    expect(moved(rule(), [1, 2, 3, 6])).toEqual([-2003, -2003, -2003, -2003]);
  });

  test("clips by norm see them as they would the dense gradient", () => {
    for (const clip of [clipByNorm(1), clipByGlobalNorm({ maxNorm: 1, eps: 0 })]) {
      const found = moved(chain(clip, sgd({ lr: 1 })), [1, 1, 1, 5]);
      expect(found).toEqual([1, 1, 1, 5].map((v) => expect.closeTo(-v / Math.sqrt(28), 14)));
    }
  });

  test("none is given: nothing moves, nothing is NaN, and the step counts", () => {
    const rules: readonly Rule[] = [
      chain(clipByBlockRms(1), adam(), cautious()),
      chain(clipByGlobalNorm(1), sgd()),
    ];
    for (const rule of rules) {
      const net = table(kind);
      using optimizer = optimize(net, rule);
      expect(optimizer.step({ e: sparse([], []) })).toMatchObject({ step: 1, skipped: false });
      expect(net.e.data.every((value) => value === 0)).toBe(true);
      optimizer.step({ e: sparse([1], [1, 1]) });
      expect(net.e.data.every(Number.isFinite)).toBe(true);
      expect(net.e.data[2]).toBeLessThan(0);
    }
  });

  test("Adafactor's steps are relative to these rows' weights", () => {
    const net = parameters({ e: [1000] }, { type: "float64" });
    net.e.data.fill(2);
    using optimizer = optimize(net, adafactor({ lr: 0.1, relativeStep: false }));
    optimizer.step({ e: sparse([0, 7], [1, 1]) });
    expect([net.e.data[0], net.e.data[1]]).toEqual([expect.closeTo(1.8, 12), 2]);
  });

  test("the next one is dense, and the one behind it of rows again", () => {
    const net = table(kind);
    using optimizer = optimize(net, chain(clipByBlockRms(1), sgd({ lr: 1 })));
    optimizer.step({ e: sparse([0], [2, 2]) });
    optimizer.step({ e: new Float64Array(2000).fill(4) });
    optimizer.step({ e: sparse([0], [2, 2]) });
    expect([...net.e.data.subarray(0, 4)]).toEqual([-3, -3, -1, -1]);
  });
});

test("rows of an embedding and a whole bias have one global norm, in either order of names", () => {
  for (const [first, second] of [
    ["a", "z"],
    ["z", "a"],
  ] as const) {
    const net = parameters({ [first]: [10, 1], [second]: [1] }, { type: "float64" });
    using optimizer = optimize(
      net,
      chain(clipByGlobalNorm({ maxNorm: 2.5, eps: 0 }), sgd({ lr: 1 })),
    );
    const { gradientNorm } = optimizer.step({ [first]: sparse([4], [3]), [second]: [4] });
    expect(gradientNorm).toBe(5);
    expect([net[first]!.data[4], net[second]!.data[0]]).toEqual([-1.5, -2]);
  }
});

test("rows in one branch leave the norm of the other branch alone", () => {
  const clipped = () => chain(clipByGlobalNorm({ maxNorm: 1, eps: 0 }), sgd({ lr: 1 }));
  const net = parameters({ e: [10, 1], w: [1] }, { type: "float64" });
  using optimizer = optimize(net, partition([{ match: "e", rule: clipped() }], clipped()));
  optimizer.step({ e: sparse([4], [30]), w: [0.5] });
  expect([net.e.data[4], net.w.data[0]]).toEqual([-1, -0.5]);
});

test("an average moves where rows are, and is the weights elsewhere", () => {
  const net = parameters({ e: [3, 1] }, { type: "float64" });
  net.e.data.set([1, 2, 3]);
  using optimizer = optimize(net, chain(sgd({ lr: 1 }), ema(0.5)));
  optimizer.step({ e: sparse([1], [2]) });
  expect([...optimizer.evaluationWeights().e]).toEqual([1, 1, 3]);
});

test("accumulated rows are the mean of the micro-steps, and rows alone move nothing else", () => {
  const net = parameters({ e: [3, 1], b: [1] }, { type: "float64" });
  const optimizer = accumulate(net, sgd({ lr: 1 }), { steps: 2 });
  optimizer.step({ e: sparse([0, 2], [2, 4]), b: [1] });
  optimizer.step({ e: sparse([2], [4]), b: [3] });
  expect([...net.e.data, ...net.b.data]).toEqual([-1, 0, -4, -2]);
});

test("a row or a value that there is not is named, and nothing moves", () => {
  const net = parameters({ e: [3, 1] }, { type: "float64" });
  using optimizer = optimize(net, sgd({ lr: 1 }));
  for (const act of [
    () => optimizer.step({ e: sparse([0, 3], [1, 1]) }),
    () => optimizer.step({ e: sparse([0, 1], [1, Number.NaN]) }),
    () => optimizer.step({ e: sparse([0, 1], [1]) }),
  ]) {
    expect(act).toThrow(GradientError);
    expect(thrownBy(act)).toContain("`e`");
  }
  expect(() => optimizer.step({ e: sparse([2, 1], [Number.NaN, 1]) })).toThrow(
    "the gradient of `e` has NaN at element 2;",
  );
  expect([...net.e.data]).toEqual([0, 0, 0]);
});
