/** Parameters in 16 bits beside whatever else an optimizer does. */
import { describe, expect, it } from "vitest";
import {
  type AnyParameterSource,
  adam,
  bfloat16,
  chain,
  clipByGlobalNorm,
  defineOptimizer,
  ema,
  float16,
  fromFloat32,
  javascript,
  lamb,
  momentum,
  muon,
  type NarrowParameter,
  type OptimizeOptions,
  optimize,
  parameters,
  type Rule,
  type Storage,
  scheduleFreeSgd,
  sgd,
  shampoo,
  skipAbsent,
  soap,
  sparse,
  toFloat32,
  webassembly,
} from "../../src/index.ts";
import { in16Bits, ownStorage } from "../support/storages.ts";
import { mapped, number, shapes } from "../support/stored.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;
type Net<S extends Shapes> = { readonly [K in keyof S]: NarrowParameter };

const bitsOf = (length: number, t: number, storage: Storage) =>
  fromFloat32(
    Float32Array.from({ length }, (_, i) => number(i, t)),
    storage,
  );

function netOf<S extends Shapes>(of: S, storage: Storage = bfloat16): Net<S> {
  const net = parameters(of, { type: storage });
  for (const { data } of Object.values<NarrowParameter>(net)) {
    data.set(bitsOf(data.length, 1, storage));
  }
  return net;
}

/** Bits of gradients, which do not depend on the parameters. */
const gradientsOf = (net: object, t: number): Record<string, Uint16Array> =>
  mapped(net as Net<Shapes>, ({ data, storage }) => bitsOf(data.length, 100 + t, storage));

const numbersOf = (net: object, t: number): Record<string, Float32Array> =>
  mapped(gradientsOf(net, t), (bits, name) => toFloat32(bits, (net as Net<Shapes>)[name]!.storage));

type Step = (optimizer: ReturnType<typeof bound>, t: number) => void;
const bound = (net: AnyParameterSource, rule: Rule, options: OptimizeOptions) =>
  optimize(net, rule, { threads: 1, ...options });

const passNumbers: Step = (optimizer, t) =>
  void optimizer.step(numbersOf(optimizer.parameters, t) as never, { loss: 1 });

/** What some steps leave, as bits. */
function train(
  rule: Rule,
  net: AnyParameterSource,
  step: Step = passNumbers,
  options: OptimizeOptions = {},
) {
  using optimizer = bound(net, rule, options);
  for (let t = 1; t <= 3; t++) step(optimizer, t);
  return {
    values: mapped(optimizer.parameters as Net<Shapes>, ({ data }) => data.slice()),
    state: optimizer.state().parameters,
  };
}

const ruleCases: readonly (readonly [string, () => Rule])[] = [
  ["adam", () => adam() as Rule],
  ["what reduces", () => chain(clipByGlobalNorm(0.5), lamb()) as Rule],
  ["what keeps averages", () => chain(adam(), ema(0.9)) as Rule],
  ["muon", () => muon() as Rule],
  ["shampoo", () => shampoo() as Rule],
  ["soap", () => soap() as Rule],
];

describe.each([webassembly, javascript])("by $name, gradients", (backend) => {
  const writeBits: Step = (optimizer, t) => {
    for (const [name, bits] of Object.entries(gradientsOf(optimizer.parameters, t))) {
      (optimizer.gradients[name] as Uint16Array).set(bits);
    }
    optimizer.step(undefined, { loss: 1 });
  };
  const passBits: Step = (optimizer, t) =>
    void optimizer.step(gradientsOf(optimizer.parameters, t) as never, { loss: 1 });
  const inTurn: Step = (optimizer, t) => [writeBits, passBits, passNumbers][t % 3]!(optimizer, t);
  const mixed: Step = (optimizer, t) => {
    const given = gradientsOf(optimizer.parameters, t);
    (optimizer.gradients["w"] as Uint16Array).set(given["w"]!);
    optimizer.step({ ...given, w: optimizer.gradients["w"] } as never, { loss: 1 });
  };

  it.each(ruleCases)("are the same as bits and as numbers: %s", (_, make) => {
    const expected = train(make(), netOf(shapes), passNumbers, { backend });
    for (const step of [writeBits, passBits, inTurn, mixed]) {
      expect(train(make(), netOf(shapes), step, { backend })).toEqual(expected);
    }
  });

  it("are zero behind a step that zeroes them, and no others", () => {
    const net = netOf(shapes);
    using optimizer = optimize(net, adam(), { backend, zeroGradients: true });
    expect(optimizer.gradients.w).toBeInstanceOf(Uint16Array);
    for (let t = 1; t <= 3; t++) {
      writeBits(optimizer as never, t);
      expect(optimizer.gradients.w).toEqual(new Uint16Array(42));
    }
    expect(mapped(net, ({ data }) => data.slice())).toEqual(train(adam(), netOf(shapes)).values);
    const given = gradientsOf(net, 4);
    optimizer.step(given as never);
    expect(given).toEqual(gradientsOf(net, 4));
  });

  it("of float32 are taken as they are", () => {
    using optimizer = optimize(netOf({ w: [3] }), momentum(), { backend });
    using wide = optimize(parameters({ w: [3] }), momentum(), { backend });
    const w = Float32Array.of(1 + 2 ** -20, -0.1, 1e-30);
    optimizer.step({ w });
    wide.step({ w });
    expect(optimizer.state().parameters).toEqual(wide.state().parameters);
  });

  it("of some rows move these alone", () => {
    const [rows, width] = [[4, 1], 7];
    const pick = (array: Uint16Array) =>
      rows.flatMap((row) => [...array.subarray(row * width, (row + 1) * width)]);
    const net = netOf({ w: shapes.w });
    const few = parameters({ w: [2, width] }, { type: bfloat16 });
    few.w.data.set(pick(net.w.data));
    const before = net.w.data.slice();
    using some = optimize(net, adam(), { backend });
    using all = optimize(few, adam(), { backend });
    // Where numbers were passed before, and bits.
    for (const gradient of [undefined, gradientsOf(net, 1)]) {
      if (gradient) some.gradients.w.set(gradient["w"]!);
    }
    for (let t = 1; t <= 3; t++) {
      const w = Float32Array.from({ length: 14 }, (_, i) => number(i, t));
      some.step({ w: sparse(rows, w) });
      all.step({ w });
    }
    expect(pick(net.w.data)).toEqual([...few.w.data]);
    expect(net.w.data.subarray(0, 7)).toEqual(before.subarray(0, 7));
  });
});

describe("parameters in 16 bits are the same bits", () => {
  const long = { w: [400, 251], b: [5], c: [17] } as const;

  it.each(ruleCases.slice(0, 3))("on two threads: %s", (_, make) => {
    expect(train(make(), netOf(long), passNumbers, { threads: 2 })).toEqual(
      train(make(), netOf(long)),
    );
  });

  it.each(ruleCases)("where they lie elsewhere: %s", (_, make) => {
    const of = make === ruleCases[0]![1] ? long : shapes;
    const foreign = mapped(netOf(of), ({ data, shape, storage }) => ({
      ...{ data: data.slice(), shape, storage },
    }));
    expect(train(make(), foreign)).toEqual(train(make(), netOf(of)));
  });

  it("beside others, of other storages, of other types, and in groups", () => {
    // Another storage of the same name.
    const impostor = { ...float16, name: bfloat16.name };
    const net = {
      ...netOf({ a: [9] }),
      ...netOf({ b: [9] }, impostor),
      ...netOf({ c: [9] }, ownStorage),
      d: { data: new Float64Array(9).fill(0.5), shape: [9] },
      e: new Float32Array(9).fill(0.5),
    };
    const given = Object.fromEntries(
      [..."abcde"].map((name, at) => [
        name,
        Float32Array.from({ length: 9 }, (_, i) => number(i, at)),
      ]),
    );
    const stepped = (of: AnyParameterSource, options: object = {}) => {
      using optimizer = optimize(of, adam({ lr: 0.1 }), options);
      for (let t = 1; t <= 3; t++) {
        optimizer.step(
          Object.fromEntries(Object.keys(of).map((name) => [name, given[name]!])) as never,
        );
      }
      return mapped(optimizer.parameters as Net<Shapes>, ({ data }) => data.slice());
    };
    const alone = { ...netOf({ a: [9] }), ...netOf({ c: [9] }, ownStorage) };
    const b = stepped(netOf({ b: [9] }, float16));
    const groups = [{ match: /[ac]/, lr: 0.2 }];
    const { a, c } = stepped(alone, { groups });
    const d = stepped({ d: { data: new Float64Array(9).fill(0.5), shape: [9] } });
    const e = stepped({ e: new Float32Array(9).fill(0.5) });
    expect(stepped(net, { groups })).toEqual({ a, ...b, c, ...d, ...e });
  });

  it("where a step is given no gradient of some: these stay", () => {
    const net = netOf(shapes);
    using optimizer = optimize(net, adam(), { absent: skipAbsent });
    optimizer.step(numbersOf(net, 1) as never);
    const before = [net.b.data.slice(), optimizer.state().parameters["b"]];
    const moved = net.w.data.slice();
    optimizer.step({ ...numbersOf(net, 2), b: null } as never);
    expect([net.b.data, optimizer.state().parameters["b"]]).toEqual(before);
    expect(net.w.data).not.toEqual(moved);
  });
});

describe.each(in16Bits)("a gradient of $name that is not finite", (storage) => {
  const net = netOf({ w: [5], b: [3] }, storage);
  const good = numbersOf(net, 1);
  const w = good["w"]!.with(3, Number.NaN);

  it("is named, as bits and as a number, and nothing was changed", () => {
    using optimizer = optimize(net, adam());
    const before = [net.w.data.slice(), optimizer.state()];
    const message = "the gradient of `w` has NaN at element 3";
    expect(() => optimizer.step({ b: good["b"]!, w })).toThrow(message);
    optimizer.gradients.w.set(fromFloat32(w, storage));
    expect(() => optimizer.step()).toThrow(message);
    const bits = { b: good["b"]!, w: fromFloat32(w, storage) };
    expect(() => optimizer.step(bits)).toThrow(message);
    expect([net.w.data, optimizer.state()]).toEqual(before);
  });

  it("is left out with its step, or let through", () => {
    using skipping = optimize(net, adam(), { nonFinite: "skip" });
    skipping.gradients.w.set(fromFloat32(w, storage));
    expect(skipping.step().skipped).toBe(true);
    using allowing = optimize(netOf({ w: [5] }, storage), sgd(), { nonFinite: "allow" });
    allowing.step({ w });
    const found = toFloat32(allowing.parameters.w.data, storage);
    expect([...found].map(Number.isNaN)).toEqual([false, false, false, true, false]);
  });
});

it("what a later pass makes of new parameters, it makes of the numbers before they are rounded", () => {
  const own = defineOptimizer({
    ...{ name: "own", hyper: { lr: 0.3 }, state: { s: 0 } },
    rule: "p = p - lr * g\ns = p * sum(p)",
  });
  const net = netOf({ w: [50] });
  const wide = { w: toFloat32(net.w.data, bfloat16) };
  // Unless gradients are checked first, the pass that sums the parameters up stores them.
  using narrow = optimize(net, own(), { nonFinite: "allow" });
  using plain = optimize(wide, own(), { nonFinite: "allow" });
  const w = numbersOf(net, 1)["w"]!;
  narrow.step({ w });
  plain.step({ w });
  expect(narrow.state().parameters).toEqual(plain.state().parameters);
  expect(net.w.data).toEqual(fromFloat32(wide.w, bfloat16));
});

it("the norm of gradients in 16 bits is that of their numbers", () => {
  const net = netOf(shapes);
  using optimizer = optimize(net, chain(clipByGlobalNorm(1), sgd()));
  for (const [name, bits] of Object.entries(gradientsOf(net, 1))) {
    optimizer.gradients[name as "w"].set(bits);
  }
  const all = Object.values(numbersOf(net, 1)).flatMap((array) => [...array]);
  expect(optimizer.step().gradientNorm).toBeCloseTo(Math.hypot(...all), 5);
});

describe("the weights to evaluate", () => {
  it.each(in16Bits)(
    "are averages in float32, rounded while they are in the place: $name",
    (storage) => {
      const net = netOf(shapes, storage);
      using optimizer = optimize(net, chain(sgd({ lr: 0.1 }), ema(0.9)));
      for (let t = 1; t <= 3; t++) optimizer.step(numbersOf(net, t) as never);
      const average = optimizer.state().parameters["w"]!["ema.average"]!;
      expect(average).toBeInstanceOf(Float32Array);
      const before = net.w.data.slice();
      const expected = fromFloat32(average, storage);
      expect(optimizer.evaluationWeights().w).toEqual(expected);
      optimizer.evaluate(() => expect(net.w.data).toEqual(expected));
      expect(net.w.data).toEqual(before);
    },
  );

  it("are the same by either backend", () => {
    const [one, other] = [webassembly, javascript].map((backend) => {
      const net = netOf(shapes);
      using optimizer = optimize(net, scheduleFreeSgd({ lr: 0.1 }), { backend });
      for (let t = 1; t <= 3; t++) optimizer.step(numbersOf(net, t) as never);
      return optimizer.evaluationWeights().w;
    });
    expect(one).toEqual(other);
    expect(one).not.toEqual(netOf(shapes).w.data);
  });
});

it("where steps are below half a unit, parameters stand still", () => {
  const still = (lr: number, storage: Storage | undefined) => {
    const net = storage ? parameters({ w: [16] }, { type: storage }) : parameters({ w: [16] });
    net.w.data.set(storage ? fromFloat32(Array(16).fill(1), storage) : Array(16).fill(1));
    const before = net.w.data.slice();
    using optimizer = optimize(net, sgd({ lr }));
    for (let t = 0; t < 1000; t++) optimizer.step({ w: Array(16).fill(1) });
    return net.w.data.every((each, i) => each === before[i]);
  };
  // Below 1, bfloat16 has a step of 2^-8, float16 of 2^-11.
  expect(still(2 ** -10, bfloat16)).toBe(true);
  expect(still(2 ** -8, bfloat16)).toBe(false);
  expect(still(2 ** -13, float16)).toBe(true);
  expect(still(2 ** -11, float16)).toBe(false);
  expect(still(2 ** -13, undefined)).toBe(false);
});
