/**
 * Every exported optimizer on parameters in 16 bits: what a step leaves is the nearest of what float32 comes to from the same
 * parameters, state and gradients, in every compiler the same bits.
 */
import { describe, expect, it } from "vitest";
import {
  type Backend,
  fromFloat32,
  type NarrowParameter,
  optimize,
  optimizers,
  type Parameter,
  parameters,
  type Rule,
  type Storage,
  toFloat32,
} from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { alike, shapes, steps, stepsSeen } from "../support/stepsSeen.ts";
import { in16Bits } from "../support/storages.ts";
import { mapped } from "../support/stored.ts";

type Net = Readonly<Record<keyof typeof shapes, NarrowParameter>>;
type WideNet = Readonly<Record<keyof typeof shapes, Parameter<Float32Array>>>;
type Values = Readonly<Record<string, Uint16Array>>;

function netOf(storage: Storage): Net {
  const net = parameters(shapes, { type: storage });
  const random = createRandom(1);
  for (const { data } of Object.values(net)) {
    data.set(fromFloat32(Float32Array.from(data, random.normal), storage));
  }
  return net;
}

/** Numbers that no storage has. */
function gradientsOf(values: Values, storage: Storage, step: number): never {
  const random = createRandom(100 + step);
  return mapped(values, (bits) =>
    toFloat32(bits, storage).map((p) => p + random.normal()),
  ) as never;
}

function run(rule: Rule, storage: Storage, backend: Backend) {
  const net = netOf(storage);
  using optimizer = optimize(net, rule, { backend, threads: 1 });
  return stepsSeen(net, optimizer, (values, step) => gradientsOf(values, storage, step));
}

type Seen = ReturnType<typeof run>[number];

/** A step in float32 from what was there before. */
function stepWide(rule: Rule, storage: Storage, { values, state }: Seen, step: number) {
  const net: WideNet = parameters(shapes);
  using optimizer = optimize(net, rule, { threads: 1 });
  for (const [name, { data }] of Object.entries(net)) {
    data.set(toFloat32(values[name]!, storage));
  }
  optimizer.restore(state);
  optimizer.step(gradientsOf(values, storage, step), { loss: 1 });
  return {
    values: mapped(net, ({ data }) => fromFloat32(data, storage)),
    state: optimizer.state().parameters,
  };
}

/** Their first steps are a millionth long: rounded to the nearest, nothing moves. */
const slow: readonly string[] = [
  ...["dAdaptAdamw", "dAdaptSgd", "dog", "ldog", "prodigy", "simplifiedAdemamix"],
];

const all = Object.entries<() => Rule>(optimizers as never);

describe.each(in16Bits.map((storage) => [storage.name, storage] as const))("%s", (_, storage) => {
  it.each(all)("%s", (name, make) => {
    const seen = alike((backend) => run(make(), storage, backend));
    if (!slow.includes(name)) {
      expect(seen.at(-1)!.values["w"]).not.toEqual(seen[0]!.values["w"]);
    }
    for (let step = 0; step < steps; step++) {
      const [before, after] = [seen[step]!, seen[step + 1]!];
      const expected = stepWide(make(), storage, before, step);
      expect(after.values).toEqual(expected.values);
      expect(after.state.parameters).toEqual(expected.state);
    }
  });
});
