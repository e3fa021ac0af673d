/** The caller's own arrays, both parameters and gradients, give the same bits as the library's on one thread. */
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { expectSameBits } from "../../../tests/support/bits.ts";
import { randomNumbers } from "../../../tests/support/numbers.ts";
import { runs } from "../../../tests/support/properties.ts";
import {
  adafactor,
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  defineOptimizer,
  ema,
  lamb,
  noisySgd,
  optimize,
  type Parameter,
  parameters,
  type Rule,
  skipAbsent,
  sparse,
} from "../../index.ts";
import { stagedLength } from "./staging.ts";

const rules: Readonly<Record<string, Rule>> = {
  adam: adam() as Rule,
  "clipped, averaged AdamW": chain(clipByGlobalNorm(1), adamw(), ema(0.9)),
  lamb: lamb() as Rule,
  adafactor: adafactor() as Rule,
  "random numbers": noisySgd() as Rule,
};

/** The ways to give a step a gradient. */
const ways = ["own", "array", "list", "itself", "rows", "absent"] as const;
type Way = (typeof ways)[number];

const block = stagedLength("float32");
const tensor = fc.record({
  type: fc.constantFrom("float32", "float32", "float64"),
  length: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 1, 5, 100, 1023, 1025) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(block - 1, block, block + 1, 2 * block + 1025, block / 2 + 1),
    },
  ),
  isOwn: fc.boolean(),
  isGrouped: fc.boolean(),
  ways: fc.array(fc.constantFrom<Way>(...ways, "array"), { minLength: 3, maxLength: 3 }),
});

const cases = fc.record({
  rule: fc.constantFrom(...Object.keys(rules)),
  tensors: fc.array(tensor, { minLength: 1, maxLength: 7 }),
  threads: fc.constantFrom(1, 2, 3),
  zeroGradients: fc.boolean(),
  nonFinite: fc.constantFrom("throw", "skip", "allow"),
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

const nameOf = (index: number): string => `w${index}`;

/** The net on the library's own arrays, or with each array as in the case. */
function netOf({ tensors }: Case, allOwn: boolean): Record<string, Parameter> {
  const net: Record<string, Parameter> = {};
  for (const type of ["float32", "float64"] as const) {
    const shapes = tensors.flatMap((each, index) =>
      each.type === type ? [[nameOf(index), [each.length]] as const] : [],
    );
    Object.assign(net, parameters(Object.fromEntries(shapes), { type }));
  }
  for (const [index, { isOwn, length, type }] of tensors.entries()) {
    if (!allOwn && !isOwn) {
      const data = type === "float32" ? new Float32Array(length) : new Float64Array(length);
      net[nameOf(index)] = { data, shape: [length] };
    }
  }
  return net;
}

/** Makes three steps, and returns parameters and state by name. */
async function train(given: Case, isReference: boolean): Promise<Record<string, unknown>> {
  const { rule, tensors, zeroGradients, nonFinite } = given;
  const net = netOf(given, isReference);
  const numbers = randomNumbers(1);
  const between = () => numbers.between(-1, 1);
  for (const index of tensors.keys()) {
    const { data } = net[nameOf(index)]!;
    data.set(Float64Array.from(data, between));
  }
  const grouped = new Set(tensors.flatMap(({ isGrouped }, i) => (isGrouped ? [nameOf(i)] : [])));
  const { name: part } = rules[rule]!.parts.find(({ role }) => role === "optimizer")!;
  const group = { match: (name: string) => grouped.has(name), [`${part}.lr`]: 0.3 };
  const optimizer = optimize(net, rules[rule]!, {
    ...{ zeroGradients, nonFinite: nonFinite as "throw", absent: skipAbsent },
    threads: isReference ? 1 : given.threads,
    groups: (grouped.size === 0 ? [] : [group]) as never,
  });
  for (let step = 0; step < 3; step++) {
    const passed = Object.fromEntries(
      tensors.map(({ length, ways: all, type }, index) => {
        const name = nameOf(index);
        const own = optimizer.gradients[name]!;
        const { data } = net[name]!;
        const way = all[step]!;
        const Class = type === "float32" ? Float32Array : Float64Array;
        const values = new Class(Array.from({ length }, between));
        if (way === "absent") return [name, null];
        if (way === "rows" && length > 0) return [name, sparse([length - 1], [values[0]!])];
        if (way === "itself") {
          if (!isReference) return [name, data];
          own.set(data);
          return [name, own];
        }
        if (!isReference && way === "array") return [name, values];
        if (!isReference && way === "list") return [name, Array.from(values)];
        own.set(values);
        return [name, own];
      }),
    );
    const isOwn = Object.entries(passed).every(
      ([name, each]) => each === optimizer.gradients[name],
    );
    optimizer.step(isOwn ? undefined : (passed as never));
    // Gives threads time to start.
    if (optimizer.threads < optimizer.maxThreads && optimizer.steps === 1) await sleep(30);
  }
  const { parameters: states } = optimizer.state();
  const entries = Object.entries(net).flatMap(([name, { data }]) => [
    [name, data.slice()] as const,
    ...Object.entries(states[name]!).map(([key, array]) => [`${name}.${key}`, array] as const),
  ]);
  optimizer.dispose();
  return Object.fromEntries(entries);
}

it("give the same bits in any mixture, with any number of threads", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const expected = await train(given, true);
      const found = await train(given, false);
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, array] of Object.entries(found)) {
        expectSameBits(array as Float32Array, expected[name] as Float32Array, name);
      }
    }),
    runs(30),
  );
});

it("leave nothing in the padding of others in the same buffer", () => {
  const rule = defineOptimizer({
    name: "keeping",
    hyper: { lr: 1 },
    state: { m: 0 },
    rule: "m = p; u = g",
  })();
  const of = (length: number) => new Float32Array(length).fill(7);
  const net = { long: of(20_000), small: of(5), tiny: of(5) };
  using optimizer = optimize(net, rule, { groups: [{ match: "long", lr: 2 }], threads: 1 });
  for (let step = 0; step < 2; step++) {
    optimizer.step({ long: of(20_000), small: of(5), tiny: of(5) });
  }
  const { small, tiny } = optimizer.stateViews().parameters;
  const [[first], [last]] = [small, tiny].map((each) => Object.values(each!)) as [
    [Float32Array],
    [Float32Array],
  ];
  const all = new Float32Array(first.buffer, first.byteOffset, 16);
  expect(last.byteOffset).toBe(first.byteOffset + all.byteLength);
  expect(Array.from(all)).toEqual([...first, ...new Array(11).fill(0)]);
});

it("may be parts of one array that overlap", () => {
  for (const nonFinite of ["throw", "allow"] as const) {
    const all = Float32Array.from({ length: 2 * block + 2000 }, (_, i) => Math.sin(i));
    const w = all.subarray(3, 3 + block + 1500);
    const gradient = all.subarray(0, w.length);
    const net = parameters({ w: [w.length] });
    net.w.data.set(w);
    const settings = { nonFinite, threads: 1 };
    using own = optimize(net, adam(), settings);
    using foreign = optimize({ w }, adam(), settings);
    for (let step = 0; step < 2; step++) {
      own.gradients.w.set(gradient);
      own.step();
      foreign.step({ w: gradient });
      expectSameBits(w, net.w.data, `step ${step + 1}`);
    }
  }
});
