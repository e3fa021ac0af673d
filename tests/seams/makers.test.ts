/** Functions in place of rules, and noise around what they make. */
import { describe, expect, test } from "vitest";
import {
  accumulate,
  adam,
  addNoise,
  BindingError,
  chain,
  clipByGlobalNorm,
  galore,
  l2,
  optimize,
  parameters,
  privatize,
  sgd,
} from "../../src/index.ts";
import { gradient, makeNet, type Net, quiet, rank, sum, valuesOf } from "./nesting.ts";

describe("noise around any optimizer", () => {
  const noisy = { ...quiet, noiseMultiplier: 2 };
  const zero = () => ({ b: new Float64Array(2), w: new Float64Array(12) });
  const run = (seed: number, clip = 1) => {
    const net = makeNet();
    const before = valuesOf(net);
    const make = (own: Net) => optimize(own, sgd({ lr: 1 }), { seed });
    using optimizer = privatize(net, make, { ...noisy, seed, clip });
    for (let i = 0; i < 4; i++) optimizer.step(zero());
    return valuesOf(net).map((value, i) => before[i]! - value);
  };

  test("goes by the seed, in units of the clip, with other draws for each element and update", () => {
    const drawn = run(7);
    expect(run(7)).toEqual(drawn);
    expect(run(8)).not.toEqual(drawn);
    expect(run(7, 10).map((x) => x / 10)).toEqual(drawn.map((x) => expect.closeTo(x, 12)));
    expect(new Set(drawn).size).toBe(14);
  });

  test("is that which a rule is given", () => {
    const [net, other] = [makeNet(), makeNet()];
    using around = privatize(net, (own) => optimize(own, adam({ lr: 0.1 })), noisy);
    using within = privatize(other, adam({ lr: 0.1 }), noisy);
    for (let i = 0; i < 4; i++) for (const each of [around, within]) each.step(gradient(i));
    expect(valuesOf(net)).toEqual(valuesOf(other));
  });

  test("has the deviation noiseMultiplier * clip / examples", () => {
    const net = parameters({ w: [20_000] }, { type: "float64" });
    const make = (own: typeof net) => optimize(own, sgd({ lr: 1 }));
    using optimizer = privatize(net, make, noisy);
    for (let i = 0; i < 2; i++) optimizer.step({ w: new Float64Array(20_000) });
    const variance = sum(...net.w.data.map((x) => x * x)) / 20_000;
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
  });

  test("is not what a rule of the same seed draws", () => {
    const net = parameters({ w: [20_000] }, { type: "float64" });
    const rule = chain(addNoise({ eta: 1, gamma: 0 }), sgd({ lr: 1 }));
    const make = (own: typeof net) => optimize(own, rule, { seed: noisy.seed });
    using optimizer = privatize(net, make, noisy);
    for (let i = 0; i < 2; i++) optimizer.step({ w: new Float64Array(20_000) });
    // The sum of two of deviation 1; of one twice it would be 4.
    const variance = sum(...net.w.data.map((x) => x * x)) / 20_000;
    expect(Math.abs(variance / 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
  });

  test("is drawn again alike where an update is made again, and goes on from a saved state", () => {
    let lr = 1;
    const make = (own: Net) => optimize(own, sgd({ lr: () => lr }));
    const drawn = (fails: boolean, resumes: boolean) => {
      const net = makeNet();
      const first = privatize(net, make, noisy);
      for (let i = 0; i < 3; i++) first.step(gradient(i));
      lr = fails ? Number.NaN : 1;
      if (fails) expect(() => first.step(gradient(3))).toThrow("sgd.lr");
      lr = 1;
      const last = resumes ? privatize(net, make, noisy) : first;
      if (resumes) last.restore(first.state());
      last.step(gradient(3));
      for (const each of new Set([first, last])) each.dispose();
      return valuesOf(net);
    };
    const expected = drawn(false, false);
    expect(drawn(true, false)).toEqual(expected);
    expect(drawn(false, true)).toEqual(expected);
  });
});

describe("a function in place of a rule", () => {
  const net = makeNet();

  test("makes an optimizer, of the parameters that it is given", () => {
    const nothing = (() => undefined) as never;
    expect(() => accumulate(net, nothing, { steps: 2 })).toThrow("must return an optimizer");
    const other = (() => optimize(makeNet(), adam())) as never;
    for (const call of [
      () => accumulate(net, other, { steps: 2 }),
      () => privatize(net, other, quiet),
      () => galore(net, other, rank),
    ]) {
      expect(call).toThrow(BindingError);
      expect(call).toThrow("must use the parameters that it gets, and no others");
    }
    expect(() => galore(net, () => optimize(net, adam()) as never)).toThrow("no others");
  });

  test("has the options of its rule itself", () => {
    const make = (own: Net) => optimize(own, adam());
    const groups = [{ match: "b", lr: 1 }];
    expect(() => accumulate(net, make, { steps: 2, groups })).toThrow(
      "accumulate: `groups` is an option",
    );
    expect(() => privatize(net, make, { ...quiet, groups })).toThrow("privatize: `groups`");
    expect(() => galore(net, (own) => optimize(own, adam()), { groups })).toThrow("`lr`");
  });

  test("must not read parameters that galore has replaced, in any part", () => {
    const clip = chain(clipByGlobalNorm(1), adam({ lr: 0.1 }));
    const sums = galore(makeNet(), (own) => accumulate(own, clip, { steps: 2 }), rank);
    sums.dispose();
    expect(() =>
      galore(net, (own) => accumulate(own, adam(), { steps: 2, each: l2(0.5) }), rank),
    ).toThrow("reads the parameters");
  });
});
