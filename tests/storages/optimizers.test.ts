/**
 * Every exported optimizer with states in 16 bits: what is stored is the encoding of what float32 computes from the decoded
 * state, in every compiler the same bits.
 */
import { describe, expect, it } from "vitest";
import {
  type Backend,
  type OptimizerState,
  optimize,
  optimizers,
  parameters,
  type Rule,
  type Storage,
  type StoredElements,
} from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { alike, shapes, steps, stepsSeen } from "../support/stepsSeen.ts";
import { decoded, encoded, isNarrow, storages } from "../support/storages.ts";
import { mapped } from "../support/stored.ts";

/** Sixteenths: numbers that every storage has, for what starts from them. */
function netOf() {
  const net = parameters(shapes);
  const random = createRandom(1);
  for (const { data } of Object.values(net)) {
    data.forEach((_, i) => {
      data[i] = Math.round(16 * random.normal()) / 16;
    });
  }
  return net;
}

type Values = Readonly<Record<string, Float32Array>>;

function gradientsOf(values: Values, step: number): Record<string, Float32Array> {
  const random = createRandom(100 + step);
  return mapped(values, (data) => data.map((p) => p + random.normal()));
}

function run(rule: Rule, storage: Storage, backend: Backend) {
  const net = netOf();
  using optimizer = optimize(net, rule, { storage: { state: storage }, backend, threads: 1 });
  return stepsSeen(net, optimizer, gradientsOf);
}

type Seen = ReturnType<typeof run>[number];

type Arrays = OptimizerState["parameters"];
type Elements = Arrays[string][string];

const changed = (
  arrays: Arrays,
  change: (array: Elements, slot: string, name: string) => Elements,
): Arrays =>
  mapped(arrays, (slots, name) => mapped(slots, (array, slot) => change(array, slot, name)));

/** The same state in float32. */
function widened({ groups, ...state }: OptimizerState, storage: Storage): OptimizerState {
  return {
    ...state,
    parameters: changed(state.parameters, (array) =>
      isNarrow(array) ? decoded(storage, array) : array,
    ),
    groups: groups.map(({ storages: _, ...group }) => group),
  };
}

/** A step in float32 from what was there before, with its state as it would be kept. */
function stepWide(rule: Rule, storage: Storage, before: Seen, after: Seen, step: number) {
  const net = netOf();
  using optimizer = optimize(net, rule, { threads: 1 });
  for (const [name, { data }] of Object.entries(net)) data.set(before.values[name]!);
  optimizer.restore(widened(before.state, storage));
  optimizer.step(gradientsOf(before.values, step) as never, { loss: 1 });
  const kept = after.state.parameters;
  const states = changed(optimizer.state().parameters, (array, slot, name) =>
    isNarrow(kept[name]![slot]!) ? encoded(storage, array) : array,
  );
  return { states, values: mapped(net, ({ data }) => data.slice()) };
}

/** These take a norm of a state that is stored in the same pass: exactly, since it cannot be taken once more of what is rounded. */
const exactly: ReadonlySet<string> = new Set(["dAdaptSgd"]);

/** Numbers that differ by no more than two ways to take a norm do, and bits by one at most. */
function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) {
    const most = isNarrow(found as StoredElements) ? 1 : 1e-6 * Math.abs(expected[i]!);
    expect(Math.abs(found[i]! - expected[i]!)).toBeLessThanOrEqual(most);
  }
}

const all = Object.entries<() => Rule>(optimizers as never);

describe.each(storages.map((storage) => [storage.name, storage] as const))("%s", (_, storage) => {
  it.each(all)("%s", (name, make) => {
    const seen = alike((backend) => run(make(), storage, backend));
    // What starts from the parameters does so in the first step, and blocks do not have these numbers.
    for (let step = storage.blocks ? 1 : 0; step < steps; step++) {
      const [before, after] = [seen[step]!, seen[step + 1]!];
      const { states, values } = stepWide(make(), storage, before, after, step);
      if (exactly.has(name)) {
        for (const [each, slots] of Object.entries(states)) {
          expectNear(after.values[each]!, values[each]!);
          for (const slot of Object.keys(slots)) {
            expectNear(after.state.parameters[each]![slot]!, slots[slot]!);
          }
        }
      } else {
        expect(after.state.parameters).toEqual(states);
        expect(after.values).toEqual(values);
      }
    }
  });
});
