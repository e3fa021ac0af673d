/** Against jax-js' own optax: its compiled trajectories, which generate.ts writes. */
import { readFileSync } from "node:fs";
import { init, tree } from "@jax-js/jax";
import { beforeAll, describe, expect, it } from "vitest";
import { adam, adamw, chain, clipByGlobalNorm, optimize, type Rule, sgd } from "../../src/index.ts";
import { gradus } from "../../src/jax-js/index.ts";
import { gradientsAt, kept, type Net, names, numbersOf, rate, startOf } from "./problem.ts";

const optax: Readonly<Record<string, readonly number[][]>> = JSON.parse(
  readFileSync(new URL("optax.json", import.meta.url), "utf8"),
);

const rules: Readonly<Record<string, Rule>> = {
  adam: adam({ lr: rate }),
  adamw: adamw({ lr: rate, weightDecay: 0.1 }),
  sgd: sgd({ lr: rate }),
  momentum: sgd({ lr: rate, momentum: 0.9 }),
  nesterov: sgd({ lr: rate, momentum: 0.9, nesterov: true }),
  clipped: chain(clipByGlobalNorm(1), adam({ lr: rate })),
} as never;

beforeAll(() => init("wasm"));

/** Half of the distance between two neighbouring numbers of float32 around 1. */
const rounding = 2 ** -24;

/**
 * By how much two trajectories may differ that round each operation once. A step rounds the parameter twice on either side, decay
 * once more; its update, made of six operations, is at most 10 rates long (of the gradients of sgd with momentum, which are
 * of up to 1000, as long as these). Adam's optax takes `1 - 0.999^t` in float32, which loses nearly all digits of it at first.
 */
function allowedAt(name: string, step: number, largest: number): number {
  const isAdam = !/sgd|momentum|nesterov/.test(name);
  let sum = 0;
  for (let t = 1; t <= step; t++) {
    const update = isAdam ? rate * (6 + 2 / (1 - 0.999 ** t)) : rate * 1e4 * 6;
    sum += rounding * (5 * largest + update);
  }
  return sum;
}

const trajectory = (rule: Rule, stepped: "step" | "update", device: "cpu" | "wasm"): number[][] => {
  const optimizer = gradus(rule);
  let params = startOf(device);
  let state = optimizer.init(tree.ref(params));
  const found: number[][] = [];
  for (let t = 1; t <= kept.at(-1)!; t++) {
    if (stepped === "step") {
      [params, state] = optimizer.step(gradientsAt(t, device), state, params);
    } else {
      const [updates, next] = optimizer.update(gradientsAt(t, device), state, tree.ref(params));
      params = tree.map(
        (p: Net["w"], u: Net["w"]) => p.add(u),
        params as never,
        updates as never,
      ) as never;
      state = next;
    }
    if (kept.includes(t)) {
      found.push(numbersOf(params));
    }
  }
  state.dispose();
  tree.dispose(params as never);
  return found;
};

describe.each(Object.entries(rules))("%s", (name, rule) => {
  it.each(["step", "update"] as const)("goes where optax goes, by %s", (stepped) => {
    const found = trajectory(rule, stepped, "wasm");
    for (const [index, step] of kept.entries()) {
      const expected = optax[name]![index]!;
      const largest = Math.max(1, ...expected.map(Math.abs));
      const apart = found[index]!.map((value, i) => Math.abs(value - expected[i]!));
      expect(Math.max(...apart), `step ${step}`).toBeLessThanOrEqual(
        allowedAt(name, step, largest),
      );
    }
  });

  it("has the bits of optimize, on cpu and wasm", () => {
    const start = numbersOf(startOf());
    const gradients = (t: number) => {
      const numbers = numbersOf(gradientsAt(t));
      return split(numbers);
    };
    const net = split(start);
    const optimizer = optimize(net, rule, { threads: 1 });
    const expected: number[][] = [];
    for (let t = 1; t <= kept.at(-1)!; t++) {
      optimizer.step(gradients(t));
      if (kept.includes(t)) {
        expected.push(names.flatMap((each) => [...net[each]!]));
      }
    }
    optimizer.dispose();
    expect(trajectory(rule, "step", "wasm")).toEqual(expected);
    expect(trajectory(rule, "step", "cpu")).toEqual(expected);
  });
});

/** Arrays by name, of all numbers in the order of the tree. */
function split(numbers: readonly number[]): Record<string, Float32Array> {
  const lengths = [6, 1, 5, 1, 1];
  let from = 0;
  return Object.fromEntries(
    names.map((name, index) => {
      const length = lengths[index]!;
      from += length;
      return [name, Float32Array.from(numbers.slice(from - length, from))];
    }),
  );
}
