/** Parameters that are rounded by drawing, with a remainder beside them, and with a copy in float32. */
import { describe, expect, it } from "vitest";
import {
  adamw,
  type Backend,
  bfloat16,
  block8,
  compensated,
  float16,
  fromFloat32,
  javascript,
  master,
  momentum,
  optimize,
  optimizers,
  parameters,
  type Rule,
  type Storage,
  setHyper,
  sgd,
  stochastic,
  toFloat32,
  webassembly,
} from "../../src/index.ts";
import { ownStorage } from "../support/storages.ts";
import { mapped, number } from "../support/stored.ts";

const roundings = { stochastic, compensated, master } as const;
const storages = [bfloat16, float16, ownStorage];
const pairs = Object.entries(roundings).flatMap(([name, rounding]) =>
  storages.map((storage) => [name, storage.name, rounding(storage)] as const),
);

const shapes = { a: [37], w: [5, 7], none: [0], long: [1300], one: [] } as const;

function netOf(type: Storage) {
  const net = parameters(shapes, { type });
  for (const { data } of Object.values(net)) {
    fromFloat32(
      Array.from(data, (_, i) => number(i, 1)),
      type,
      data,
    );
  }
  return net;
}

const gradientsOf = (net: ReturnType<typeof netOf>, t: number) =>
  mapped(net, ({ data }) => Float32Array.from(data, (_, i) => number(i, 100 + t))) as never;

/** What some steps leave. */
function train(rule: Rule, type: Storage, options: object = {}, steps = 3) {
  const net = netOf(type);
  using optimizer = optimize(net, rule, { nonFinite: "allow", threads: 1, ...options });
  for (let t = 1; t <= steps; t++) optimizer.step(gradientsOf(net, t), { loss: 1 });
  return { values: mapped(net, ({ data }) => data.slice()), state: optimizer.state() };
}

describe.each(pairs)("%s %s", (name, _, type) => {
  const all = Object.entries<() => Rule>(optimizers as never);

  it.each(all)("%s has the same bits in both compilers", (_, make) => {
    const [first, second] = [javascript, webassembly].map((backend: Backend) =>
      train(make(), type, { backend }),
    );
    expect(second).toEqual(first);
  });

  it("goes on bit for bit, on any number of threads and wherever arrays lie", () => {
    const whole = train(adamw(), type, {}, 4);
    const before = netOf(type);
    using first = optimize(before, adamw(), { threads: 1 });
    for (let t = 1; t <= 2; t++) first.step(gradientsOf(before, t));
    const net = mapped(before, ({ data, shape, storage }) => ({
      ...{ data: data.slice(), shape, storage },
    })) as unknown as ReturnType<typeof netOf>;
    using second = optimize(net, adamw(), { threads: 2 });
    second.restore(structuredClone(first.state()));
    for (let t = 3; t <= 4; t++) second.step(gradientsOf(net, t));
    expect(mapped(net, ({ data }) => data)).toEqual(whole.values);
    expect(second.state().parameters).toEqual(whole.state.parameters);
  });

  it("keeps what it says beside a parameter", () => {
    const slots = Object.keys(train(momentum() as Rule, type, {}, 1).state.parameters["w"]!);
    const beside = { stochastic: [], compensated: ["remainder"], master: ["master"] }[name]!;
    expect(slots.sort()).toEqual(["momentum.v", ...beside.map((each) => `parameter.${each}`)]);
  });
});

/** One parameter of a number, after steps of so much. */
function walk(type: Storage, start: number, step: number, count: number, length = 1000): number[] {
  const net = parameters({ w: [length] }, { type });
  net.w.data.fill(type.encoding!.encode(start));
  using optimizer = optimize(net, sgd({ lr: 1 }), { threads: 1 });
  const w = new Float32Array(length).fill(step);
  for (let t = 0; t < count; t++) optimizer.step({ w });
  return [...toFloat32(net.w.data, type)];
}

const meanOf = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;

describe("steps of less than half a unit", () => {
  it.each(storages)("go nowhere to the nearest, and arrive otherwise: $name", (storage) => {
    const { encode, decode } = storage.encoding!;
    // A fifth of a unit below 1.5; what is cut off moves at once.
    const unit = decode(encode(1.5) + 1) - 1.5;
    const still =
      storage === ownStorage ? walk(storage, 1.5, -unit / 5, 50) : walk(storage, 1.5, unit / 5, 50);
    expect(meanOf(still)).toBe(1.5);
    const goal = 1.5 - 10 * unit;
    for (const rounding of [compensated, master]) {
      const found = walk(rounding(storage), 1.5, unit / 5, 50);
      expect(Math.abs(meanOf(found) - goal)).toBeLessThanOrEqual(unit);
    }
    expect(Math.abs(meanOf(walk(stochastic(storage), 1.5, unit / 5, 50)) - goal)).toBeLessThan(
      unit / 5,
    );
  });
});

/** Of AdamW from the same numbers in float32: what it makes of them. */
function trainWide(type: Storage, steps: number) {
  const narrow = netOf(type);
  const net = parameters(shapes);
  for (const [name, { data }] of Object.entries(net)) {
    toFloat32(narrow[name as keyof typeof shapes].data, type, data);
  }
  using optimizer = optimize(net, adamw(), { threads: 1 });
  for (let t = 1; t <= steps; t++) optimizer.step(gradientsOf(narrow, t));
  return mapped(net, ({ data }) => data);
}

describe("with a remainder or a copy a parameter is the nearest of float32's", () => {
  it.each([
    ["compensated", bfloat16, compensated(bfloat16)],
    ["master", bfloat16, master(bfloat16)],
    ["master", float16, master(float16)],
  ] as const)("%s", (name, storage, type) => {
    const steps = 200;
    const found = train(adamw(), type, {}, steps);
    for (const [each, wide] of Object.entries(trainWide(type, steps))) {
      const expected = fromFloat32(wide, storage);
      const off = Array.from(expected, (bits, i) => Math.abs(bits - found.values[each]![i]!));
      // A copy is exact. With 23 bits a number may come to lie on the other side of the middle between two.
      expect(Math.max(0, ...off)).toBeLessThanOrEqual(name === "master" ? 0 : 1);
      expect(off.filter((by) => by > 0).length).toBeLessThanOrEqual(0.01 * wide.length);
    }
  });

  it("to 23 bits", () => {
    const { encode, decode } = bfloat16.encoding!;
    const remainder = compensated(bfloat16).rounding!.beside!.storage(compensated(bfloat16))!;
    for (let i = 0; i < 20_000; i++) {
      const value = Math.fround((1 + i / 20_000) * 2 ** ((i % 60) - 30) * (i % 2 ? 1 : -1));
      const { encoding } = remainder;
      const joined = Math.fround(decode(encode(value)) * encoding!.decode(encoding!.encode(value)));
      expect(Math.abs(joined - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -23);
    }
  });
});

describe("a parameter that is written between steps", () => {
  it.each([
    ["compensated", compensated(bfloat16)],
    ["master", master(bfloat16)],
    ["master of float16", master(float16)],
  ] as const)("is what the next step goes on from: %s", (_, type) => {
    const net = netOf(type);
    using optimizer = optimize(net, sgd({ lr: 0.01 }), { threads: 1 });
    for (let t = 1; t <= 5; t++) optimizer.step(gradientsOf(net, t));
    fromFloat32(new Float32Array(1300).fill(0.7), type, net.long.data);
    net.a.data.fill(0);
    optimizer.step(mapped(net, ({ data }) => new Float32Array(data.length)) as never);
    const unit = 2 ** -8;
    for (const each of toFloat32(net.long.data, type)) {
      expect(Math.abs(each - 0.7)).toBeLessThanOrEqual(unit);
    }
    expect([...toFloat32(net.a.data, type)]).toEqual(Array(37).fill(0));
  });
});

it("each parameter is rounded as it says", () => {
  const kinds = { plain: bfloat16, drawn: stochastic(bfloat16), whole: compensated(bfloat16) };
  const start = (type: Storage) => {
    const { w } = parameters({ w: [64] }, { type });
    w.data.fill(bfloat16.encoding!.encode(1.5));
    return w;
  };
  const net = mapped(kinds, start) as Record<keyof typeof kinds, ReturnType<typeof start>>;
  using optimizer = optimize(net, sgd({ lr: 1 }));
  for (let t = 0; t < 50; t++) {
    optimizer.step(mapped(net, () => new Float32Array(64).fill(2 ** -10)) as never);
  }
  const means = mapped(net, ({ data }) => meanOf([...toFloat32(data, bfloat16)]));
  expect(means["plain"]).toBe(1.5);
  expect(Math.abs(means["drawn"]! - (1.5 - 50 * 2 ** -10))).toBeLessThan(2 ** -8);
  expect(Math.abs(means["whole"]! - (1.5 - 50 * 2 ** -10))).toBeLessThanOrEqual(2 ** -8);
  expect(optimizer.state().groups.map(({ parameters: names }) => names)).toEqual([
    ["drawn", "plain"],
    ["whole"],
  ]);
});

describe("what cannot be rounded so is refused", () => {
  it("states with something beside them", () => {
    const bind = (state: Storage) => () =>
      optimize({ w: new Float32Array(3) }, sgd(), { storage: { state } });
    expect(bind(compensated(bfloat16))).toThrow(
      "optimize: storage: compensated(bfloat16) is for parameters; states are bfloat16, or stochastic(bfloat16)",
    );
    expect(bind(master(float16))).toThrow("optimize: storage: master(float16) is for parameters");
  });

  it("blocks", () => {
    expect(() => compensated(block8)).toThrow("such as bfloat16, is wanted, not block8");
    expect(() => master(block8)).toThrow("such as bfloat16, is wanted, not block8");
  });
});

describe("a rate that is set while steps go on", () => {
  const types = [bfloat16, ...pairs.map(([, , type]) => type)];
  const states = [bfloat16, stochastic(bfloat16), stochastic(block8)];
  const cases = types.flatMap((type) => states.map((state) => [type, state] as const));

  it.each(cases)("leaves how numbers are rounded as it was", (type, state) => {
    const final = (set: boolean) => {
      const net = parameters({ w: [80, 80] }, { type });
      const lr = set ? 0.01 : (t: number) => (t <= 2 ? 0.01 : 0.001);
      using optimizer = optimize(net, adamw({ lr }), { storage: { state } });
      for (let t = 1; t <= 4; t++) {
        if (set && t === 3) setHyper(optimizer, { lr: 0.001 });
        optimizer.step({ w: Float32Array.from({ length: 6400 }, (_, i) => number(i, t)) });
      }
      return [net.w.data, optimizer.state().parameters];
    };
    expect(final(true)).toEqual(final(false));
  });
});
