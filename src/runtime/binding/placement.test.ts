/** The place, the number and the order of arrays do not change a single bit. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { apart } from "../../../tests/support/apart.ts";
import { expectSameBits } from "../../../tests/support/bits.ts";
import { randomNumbers } from "../../../tests/support/numbers.ts";
import { sample } from "../../../tests/support/properties.ts";
import { chain, defineOptimizer } from "../../define.ts";
import { adam } from "../../optimizers/adam.ts";
import type { Rule } from "../../rule/definition.ts";
import { clipByGlobalNorm } from "../../transforms/clipByGlobalNorm.ts";
import { clipByNorm } from "../../transforms/clipByNorm.ts";
import { ema } from "../../transforms/ema.ts";
import { stagedLength } from "../gradients/staging.ts";
import { memoryOf, OutOfMemoryError } from "../memory/memory.ts";
import { optimize } from "../optimize.ts";
import { type Parameter, parameters } from "../parameters.ts";

type Net = Record<string, Parameter>;

// For each type, one tensor that is staged in two parts.
const d = stagedLength("float32") + 4464;
const f = stagedLength("float64") + 232;
const lengths = { a: 5, b: 1023, c: 0, d, e: 1, f, g: 64 };
const names = Object.keys(lengths) as (keyof typeof lengths)[];
const types: Record<string, "float32" | "float64"> = {
  a: "float32",
  b: "float64",
  c: "float32",
  d: "float32",
  e: "float64",
  f: "float64",
  g: "float32",
};
const rules: Record<string, Rule> = {
  plain: adam({ lr: 0.1 }),
  // Reductions over a tensor and over all tensors, in separate passes.
  reducing: chain(clipByNorm(5), clipByGlobalNorm(1), adam({ lr: 0.1 }), ema(0.9)),
  three: defineOptimizer({
    name: "three",
    hyper: { lr: 1 },
    state: { m: "2 * p" },
    rule: "m = m + g; x = m / norm(m); u = x * globalSum(abs(x - p)) / globalMax(x)",
  })(),
};

const makers: Record<string, () => Net> = {
  own: () => {
    const shapes = (type: string) =>
      Object.fromEntries(
        names.filter((name) => types[name] === type).map((name) => [name, [lengths[name]]]),
      );
    return {
      ...parameters(shapes("float32")),
      ...parameters(shapes("float64"), { type: "float64" }),
    };
  },
  foreign: () =>
    Object.fromEntries(
      names.map((name) => {
        const array = types[name] === "float32" ? Float32Array : Float64Array;
        return [name, { data: new array(lengths[name]), shape: [lengths[name]] }];
      }),
    ),
  "parts of own arrays": () => {
    const [float32, float64] = (["float32", "float64"] as const).map((type) =>
      parameters({ all: [1 + d + f + 2000] }, { type }),
    );
    let start = 1;
    return Object.fromEntries(
      names.map((name) => {
        const { data } = (types[name] === "float32" ? float32! : float64!).all;
        const part = data.subarray(start, (start += lengths[name]));
        expect(memoryOf(part)).toBeUndefined();
        return [name, { data: part, shape: [lengths[name]] }];
      }),
    );
  },
  "each in a memory of its own": () =>
    Object.fromEntries(
      names.map((name) => [name, apart({ x: [lengths[name]] }, { type: types[name]! }).x]),
    ),
  mixed: () => {
    const [own, foreign]: Net[] = [makers["own"]!(), makers["foreign"]!()];
    return Object.fromEntries(names.map((name, i) => [name, (i % 2 ? own! : foreign!)[name]!]));
  },
};

/** Makes three steps, and returns parameters and state by name. */
function train(net: Net, rule: Rule, passed: boolean): Record<string, ArrayLike<number>> {
  const numbers = randomNumbers(7);
  for (const name of names)
    net[name]!.data.forEach((_, i, data) => {
      data[i] = numbers.between(-1, 1);
    });
  const groups = [
    {
      match: (name: string) => name === "d" || name === "e",
      [`${rule.parts.find(({ role }) => role === "optimizer")!.name}.lr`]: 0.3,
    },
  ];
  using optimizer = optimize(net, rule, { groups: groups as never });
  for (let step = 0; step < 3; step++) {
    const gradients = Object.fromEntries(
      names.map((name) => [name, Float64Array.from(net[name]!.data, () => numbers.between(-1, 1))]),
    );
    if (!passed) for (const name of names) optimizer.gradients[name]!.set(gradients[name]!);
    optimizer.step(passed ? gradients : undefined);
  }
  const { parameters: states } = optimizer.state();
  return Object.fromEntries(
    names.flatMap((name) => [
      [name, net[name]!.data.slice()],
      ...Object.entries(states[name]!).map(
        ([key, array]) => [`${name} ${key}`, array.slice()] as const,
      ),
    ]),
  );
}

function expectSame(
  found: Record<string, ArrayLike<number>>,
  expected: Record<string, ArrayLike<number>>,
): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, array] of Object.entries(found)) expectSameBits(array, expected[name]!, name);
}

describe.each(Object.keys(rules))("the rule %s gives the same bits", (key) => {
  const rule = rules[key]!;
  const expected = train(makers["own"]!(), rule, false);

  test.each(sample(Object.keys(makers), 2))("on arrays that are %s", (where) => {
    for (const passed of [false, true]) {
      expectSame(train(makers[where]!(), rule, passed), expected);
    }
  });

  test("in any order of the parameters", () => {
    for (const where of sample(["mixed", "own", "foreign"] as const, 2)) {
      const reversed = Object.fromEntries(Object.entries(makers[where]!()).reverse());
      expectSame(train(reversed, rule, false), expected);
    }
  });
});

test("tensors side by side, which run as one, get the same results as each alone", () => {
  const numbers = randomNumbers(3);
  const shapes = { a: [5], b: [17], c: [0], d: [2048], e: [1] };
  const values = Object.fromEntries(
    Object.entries(shapes).map(([name, [length]]) => [
      name,
      Array.from({ length: length! }, () => [numbers.between(-1, 1), numbers.between(-1, 1)]),
    ]),
  );
  const run = (net: Net) => {
    for (const [name, { data }] of Object.entries(net)) data.set(values[name]!.map(([p]) => p!));
    using optimizer = optimize(net, adam({ lr: 0.1 }));
    for (const name of Object.keys(net))
      optimizer.gradients[name]!.set(values[name]!.map(([, g]) => g!));
    for (let step = 0; step < 3; step++) optimizer.step();
    return net;
  };
  const together = run(parameters(shapes));
  for (const [name, shape] of Object.entries(shapes)) {
    const alone = run(parameters({ [name]: shape }));
    expectSameBits(together[name]!.data, alone[name]!.data, name);
  }
});

describe("without shared memory", () => {
  afterEach(() => vi.unstubAllGlobals());

  const unshared = () => {
    class UnsharedMemory extends WebAssembly.Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        if (descriptor.shared) throw new RangeError("no shared memory here");
        super(descriptor);
      }
    }
    vi.stubGlobal("WebAssembly", Object.create(WebAssembly, { Memory: { value: UnsharedMemory } }));
  };

  test("everything gives the same results, in a memory that cannot grow", () => {
    const expected = train(makers["own"]!(), rules["reducing"]!, false);
    unshared();
    const net = makers["own"]!();
    expect(memoryOf(net["a"]!.data)!.shared).toBe(false);
    expectSame(train(net, rules["reducing"]!, false), expected);
    expectSame(train(makers["mixed"]!(), rules["reducing"]!, false), expected);
  });

  test("what does not fit is refused, and memory that was taken is freed", () => {
    unshared();
    const net = parameters({ w: [1 << 22] });
    const { allocated } = memoryOf(net.w.data)!;
    const state = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`s${i}`, 0]));
    const lines = Object.keys(state).map((name) => `${name} = ${name} + g`);
    const greedy = defineOptimizer({
      name: "greedy",
      hyper: { lr: 1 },
      state,
      rule: [...lines, "u = s0"].join("\n"),
    });
    expect(() => optimize(net, greedy())).toThrow(OutOfMemoryError);
    expect(() => optimize(net, greedy())).toThrow("serve the page with cross-origin isolation");
    expect(memoryOf(net.w.data)!.allocated).toBe(allocated);
  });
});
