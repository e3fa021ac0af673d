/**
 * For every exported optimizer and transform: a run that stops and goes on elsewhere is, bit for bit, one
 * that did not stop, whatever has changed that must not matter.
 */
import { describe, expect, it } from "vitest";
import {
  accumulate,
  adam,
  chain,
  clipByGlobalNorm,
  galore,
  lossScale,
  privatize,
  type Rule,
  reduceOnPlateau,
  type Stateful,
  sgd,
  transforms,
  unscale,
  warmup,
} from "../src/index.ts";
import { END, here, rules, STOP, there } from "./support/everyRule.ts";
import { bind, bitsOf, netOf, train } from "./support/resuming.ts";

describe.each(rules)("%s", (_, makeRule) => {
  it.each([
    ["there and back", there, here],
    ["here and away", here, there],
  ])("goes on %s", (_, first, second) => {
    const whole = netOf();
    using uninterrupted = bind(whole, makeRule());
    train(uninterrupted, whole, 0, END);

    const before = netOf(first);
    using stopped = bind(before, makeRule(), first);
    train(stopped, before, 0, STOP);
    const after = netOf(second);
    using resumed = bind(after, makeRule(), second);
    for (const [name, { data }] of Object.entries(before)) {
      after[name as keyof typeof after].data.set(data);
    }
    const report = resumed.restore(stopped.state());
    expect(report).toMatchObject({ step: STOP, hyper: [], differences: [] });
    expect(report.restored).toEqual(["b", "frozen", "w"]);
    train(resumed, after, STOP, END);

    expect(bitsOf(after)).toEqual(bitsOf(whole));
    expect(resumed.stateViews()).toEqual(uninterrupted.stateViews());
  });
});

type Wrapped = ReturnType<typeof accumulate<ReturnType<typeof netOf>, never>>;

const wrappers: Readonly<Record<string, (net: ReturnType<typeof netOf>) => Stateful>> = {
  "accumulate, between two updates": (net) =>
    accumulate(net, chain(clipByGlobalNorm(1), adam()), { steps: 4, each: clipByGlobalNorm(2) }),
  "accumulate, with noise for each": (net) =>
    accumulate(net, adam(), { steps: 3, each: transforms.addNoise({ eta: 0.1 }), seed: 3 }),
  privatize: (net) =>
    privatize(net, adam(), { examples: 2, clip: 1, noiseMultiplier: 0.5, seed: 3 }),
  "galore, between two choices of directions": (net) =>
    galore(net, adam({ lr: 0.1 }), { rank: 2, every: 5, weightDecay: 0.1 }),
};

describe.each(Object.entries(wrappers))("%s", (_, wrap) => {
  it("goes on", () => {
    const whole = netOf();
    const uninterrupted = wrap(whole) as Wrapped;
    train(uninterrupted as never, whole, 0, END);

    const before = netOf();
    const stopped = wrap(before) as Wrapped;
    train(stopped as never, before, 0, STOP);
    const after = netOf({ order: ["b", "frozen", "w"] });
    const resumed = wrap(after) as Wrapped;
    for (const [name, { data }] of Object.entries(before)) {
      after[name as keyof typeof after].data.set(data);
    }
    resumed.restore(stopped.state());
    expect(resumed.steps).toBe(stopped.steps);
    train(resumed as never, after, STOP, END);

    expect(bitsOf(after)).toEqual(bitsOf(whole));
    expect(resumed.stateViews()).toEqual(uninterrupted.stateViews());
    for (const each of [uninterrupted, stopped, resumed]) each.dispose();
  });
});

it("schedules that observe go on from what they have seen, inside others too", () => {
  const make = () => {
    const plateau = reduceOnPlateau({ initial: 0.1, factor: 0.5, patience: 1 });
    const scale = lossScale({ initial: 4, growthInterval: 3 });
    const rule = chain(unscale(scale), sgd({ lr: warmup({ peak: plateau, steps: 2 }) })) as Rule;
    const net = netOf();
    const optimizer = bind(net, rule);
    const run = (from: number, to: number) => {
      for (let t = from; t < to; t++) {
        train(optimizer, net, t, t + 1);
        plateau.observe(1);
        scale.observe({ skipped: false });
      }
    };
    return { net, optimizer, run, plateau };
  };
  const whole = make();
  whole.run(0, END);
  const stopped = make();
  stopped.run(0, STOP);
  const resumed = make();
  for (const name of ["w", "b", "frozen"] as const) {
    resumed.net[name].data.set(stopped.net[name].data);
  }
  const state = stopped.optimizer.state();
  expect(state.schedules.map(({ of }) => of)).toEqual([
    { "unscale.scale": ["b", "frozen", "w"] },
    { "sgd.lr": ["b", "frozen", "w"] },
  ]);
  resumed.optimizer.restore({ ...state, schedules: JSON.parse(JSON.stringify(state.schedules)) });
  resumed.run(STOP, END);
  expect(bitsOf(resumed.net)).toEqual(bitsOf(whole.net));
  expect(resumed.plateau.state()).toEqual(whole.plateau.state());
  expect(whole.plateau.state().value).toBeLessThan(0.1);
});
