/** What is consumed, what stays, and that nothing is left behind. */
import { init, numpy, tree } from "@jax-js/jax";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { adam, adamw, chain, clipByGlobalNorm, ema } from "../../src/index.ts";
import { gradus } from "../../src/jax-js/index.ts";
import { gradientsAt, numbersOf, startOf } from "./problem.ts";
import { countBuffers } from "./slots.ts";

beforeAll(() => init("wasm"));

/** Longer than what jax-js keeps within expressions, so that each array has a buffer. */
const vector = (value: number) =>
  numpy.array(Float32Array.from({ length: 150 }, (_, i) => value + i));

describe.each(["cpu", "wasm"] as const)("on %s", (device) => {
  it.each(["step", "update"] as const)(
    "ten thousand calls of %s leave no buffer behind",
    (call) => {
      const buffers = countBuffers(device);
      try {
        const optimizer = gradus(chain(clipByGlobalNorm(1), adamw(), ema()));
        let params = startOf(device);
        let state = optimizer.init(tree.ref(params));
        [params, state] = optimizer.step(gradientsAt(1, device), state, params);
        // Reading an array has jax-js make a buffer for it, if it was an expression.
        numbersOf(params);
        const before = buffers.alive();
        expect(before).toBeGreaterThan(0);
        for (let t = 1; t <= 10_000; t++) {
          if (call === "step") {
            [params, state] = optimizer.step(gradientsAt(t, device), state, params);
          } else {
            const [updates, next] = optimizer.update(
              gradientsAt(t, device),
              state,
              tree.ref(params),
            );
            tree.dispose(updates as never);
            state = next;
          }
        }
        numbersOf(params);
        expect(buffers.alive()).toBe(before);
        expect(tree.leaves<typeof params.w>(params as never).map((leaf) => leaf.refCount)).toEqual([
          1, 1, 1, 1, 1,
        ]);
        tree.dispose(params as never);
        state.dispose();
        expect(buffers.alive()).toBe(0);
      } finally {
        buffers.stop();
      }
    },
  );
});

it("consumes one reference of each array, and of the state, once it has done what it is asked", () => {
  const optimizer = gradus(adam());
  const params = { w: vector(1) };
  const state = optimizer.init(tree.ref(params));
  expect(params.w.refCount).toBe(1);
  const bad = { w: vector(Number.NaN) };
  expect(() => optimizer.step(bad, state, params)).toThrow(/NaN/);
  expect([bad.w.refCount, params.w.refCount, state.refCount]).toEqual([1, 1, 1]);
  bad.w.dispose();

  const gradients = { w: vector(2) };
  const [stepped, next] = optimizer.step(tree.ref(gradients), state, params);
  expect([gradients.w.refCount, params.w.refCount, state.refCount]).toEqual([1, 0, 0]);
  expect([stepped.w.refCount, next.refCount]).toEqual([1, 1]);
  expect(() => optimizer.step(gradients, state, stepped)).toThrow(
    /^step: this state was consumed before; pass `state.ref`/,
  );
  expect(() => optimizer.step(gradients, next, params)).toThrow(
    /^step: parameter: `w` was consumed before/,
  );
  expect(() => optimizer.step(stepped, next, stepped)).toThrow(
    "step: `w` is passed 2 times and has 1 reference; pass `.ref` except the last time",
  );
  tree.dispose([gradients, stepped]);
  next.dispose();
});

it("takes two steps from one state that is kept, and they come to the same bits", () => {
  const optimizer = gradus(chain(adamw({ lr: 0.1 }), ema({ decay: 0.5 })));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (before, after, withParameters) => {
        let params = startOf();
        let state = optimizer.init(tree.ref(params));
        for (let t = 1; t <= before; t++) {
          [params, state] = optimizer.step(gradientsAt(t), state, params);
        }
        const kept = state.ref;
        const outcomes = [state, kept].map((each) => {
          let [own, ownState] = [tree.ref(params), each];
          for (let t = 1; t <= after; t++) {
            const given = withParameters || t > 1 ? own : undefined;
            if (given === undefined) tree.dispose(own as never);
            [own, ownState] = optimizer.step(gradientsAt(t), ownState, given);
          }
          const averages = ownState.evaluationParameters();
          const found = [numbersOf(own), numbersOf(averages), ownState.optimizer.steps];
          tree.dispose([own, averages] as never);
          ownState.dispose();
          return found;
        });
        expect(outcomes[0]).toEqual(outcomes[1]);
        expect(outcomes[0]![2]).toBe(before + after);
        tree.dispose(params as never);
      },
    ),
    { numRuns: 20 },
  );
});

it("is a function of the parameters that it is given, wherever they come from", () => {
  const optimizer = gradus(adamw({ lr: 0.1, weightDecay: 0.5 }));
  const run = (detour: boolean) => {
    let params = startOf();
    let state = optimizer.init(startOf());
    for (let t = 1; t <= 4; t++) {
      if (detour) {
        // A step that is refused has read these, and keeps none of them.
        const bad = { ...gradientsAt(t), w: numpy.full([3, 2], Number.NaN) };
        const others = gradientsAt(9);
        expect(() => optimizer.step(bad, state, others)).toThrow(/NaN/);
        tree.dispose([bad, others] as never);
      }
      const same = detour
        ? tree.map((leaf: typeof params.w) => leaf.add(0), params as never)
        : params;
      [params, state] = optimizer.step(gradientsAt(t), state, same as typeof params);
    }
    state.dispose();
    return numbersOf(params);
  };
  expect(run(true)).toEqual(run(false));
});
