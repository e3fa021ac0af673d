/** What a state can be used for besides steps. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DType, defaultDevice, devicePut, init, numpy, tree } from "@jax-js/jax";
import { beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import {
  accumulate,
  adam,
  adamw,
  bfloat16,
  chain,
  ema,
  linear,
  polyakSgd,
  setHyper,
  sgd,
} from "../../src/index.ts";
import { type GradusTransformation, gradus } from "../../src/jax-js/index.ts";
import { gradientsAt, type Net, numbersOf, startOf } from "./problem.ts";

beforeAll(() => init("wasm"));

type State = ReturnType<GradusTransformation["init"]>;

/** Steps `from` up to `to`. */
function stepped(
  optimizer: GradusTransformation,
  given: readonly [Net, State],
  from: number,
  to: number,
  device?: "cpu" | "wasm",
): [Net, State] {
  let [params, state] = given;
  for (let t = from; t <= to; t++) {
    [params, state] = optimizer.step(gradientsAt(t, device), state, params);
  }
  return [params, state];
}

describe.each(["cpu", "wasm"] as const)("on %s", (device) => {
  it("is saved, and goes on with the bits of a run that was not stopped", () => {
    const folder = mkdtempSync(join(tmpdir(), "gradus-jax-js-"));
    const file = join(folder, "run.safetensors");
    const optimizer = gradus(
      chain(adamw({ lr: linear({ initial: 0.1, final: 0, steps: 9 }) }), ema()),
      {
        groups: [{ match: /\.b$/, weightDecay: 0 }],
      },
    );
    const begin = (): [Net, State] => {
      const params = startOf(device);
      return [params, optimizer.init(tree.ref(params))];
    };
    try {
      const half = stepped(optimizer, begin(), 1, 4, device);
      saveCheckpoint(file, half[1].optimizer);
      const whole = stepped(optimizer, half, 5, 8, device);

      const state = optimizer.init(gradientsAt(1, device));
      loadCheckpoint(file, state.optimizer);
      const resumed = stepped(optimizer, [state.parameters() as Net, state], 5, 8, device);
      expect(numbersOf(resumed[0])).toEqual(numbersOf(whole[0]));
      const averages = [resumed, whole].map(([, each]) =>
        numbersOf(each.evaluationParameters() as Net),
      );
      expect(averages[0]).toEqual(averages[1]);
      expect(averages[0]).not.toEqual(numbersOf(whole[0]));
      expect(resumed[1].optimizer.steps).toBe(8);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it("takes other hyperparameters, which a kept state keeps, too", () => {
  const optimizer = gradus(sgd({ lr: 1 }));
  const one = () => ({ w: numpy.array([1, 2]) });
  let state = optimizer.init({ w: numpy.array([0, 0]) });
  setHyper(state.optimizer, { lr: 0.5 });
  let params: { w: ReturnType<typeof numpy.array> };
  [params, state] = optimizer.step(one(), state);
  expect([...params.w.ref.dataSync()]).toEqual([-0.5, -1]);
  const kept = state.ref;
  [params, state] = optimizer.step(one(), state, params);
  expect([...params.w.ref.dataSync()]).toEqual([-1, -2]);
  // Of a schedule there is no copy.
  setHyper(state.optimizer, { lr: linear({ initial: 1, final: 0, steps: 4 }) });
  expect(() => optimizer.step(one(), state.ref, tree.ref(params))).toThrow(
    /^a state that is kept with `\.ref` cannot be stepped after setHyper has set a schedule/,
  );
  state.dispose();
  const [scheduled, next] = optimizer.update(one(), state, tree.ref(params));
  expect([...scheduled.w.dataSync()]).toEqual([-0.5, -1]);
  state = next;
  setHyper(state.optimizer, { lr: 100 });
  const [others] = optimizer.step(one(), kept);
  expect([...others.w.dataSync()]).toEqual([-1, -2]);
});

it("accumulates: parameters stay the same arrays until there is an update", () => {
  const rule = adam({ lr: 0.1 });
  const optimizer = gradus((net) => accumulate(net, rule, { steps: 2 }));
  const w = numpy.array(Float32Array.from({ length: 150 }, (_, i) => i));
  const gradients = (by: number) => ({ w: w.ref.mul(by) });
  const state = optimizer.init({ w: w.ref });
  const [first, waiting] = optimizer.step(gradients(1), state, { w: w.ref });
  expect(first.w).toBe(w);
  expect(first.w.refCount).toBe(2);
  expect(waiting.optimizer.pending).toBe(1);
  // One that is kept while gradients wait has them as well.
  const outcomes = [waiting.ref, waiting].map((each) => {
    const [updates, next] = optimizer.update(gradients(3), each, { w: w.ref });
    expect(next.optimizer.steps).toBe(1);
    return [...updates.w.dataSync()];
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
  const whole = gradus(rule);
  const [expected] = whole.update(gradients(2), whole.init({ w: w.ref }), { w: w.ref });
  expect(outcomes[0]).toEqual([...expected.w.dataSync()]);
});

it("leaves out steps of gradients that are not finite, and returns what it was given", () => {
  const optimizer = gradus(sgd(), { nonFinite: "skip" });
  const params = { w: numpy.array([1, 2]) };
  const state = optimizer.init(tree.ref(params));
  const [same, next] = optimizer.step({ w: numpy.array([1, Infinity]) }, state, params);
  expect(same.w).toBe(params.w);
  expect(next.optimizer.skippedSteps).toBe(1);
  const [none] = optimizer.update({ w: numpy.array([1, Infinity]) }, next, same);
  expect([...none.w.dataSync()]).toEqual([0, 0]);
});

it("passes the loss to rules that read it, and keeps state narrow", () => {
  const polyak = gradus(polyakSgd());
  const [w] = polyak.step(
    { w: numpy.array([3, 4]) },
    polyak.init({ w: numpy.array([1, 1]) }),
    undefined,
    {
      loss: 25,
    },
  );
  expect(w.w.dataSync()[0]).toBeLessThan(1);
  const narrow = gradus(adam(), { storage: { state: { m: bfloat16 } } });
  const [, state] = narrow.step(
    { w: numpy.array([3, 4]) },
    narrow.init({ w: numpy.array([1, 1]) }),
  );
  expect(JSON.stringify(state.optimizer.state())).toContain("bfloat16");
});

it("says where jax-js has no float64", () => {
  const wide = numpy.zeros([2], { dtype: DType.Float64, device: "cpu" });
  const { Float16Array } = globalThis as { Float16Array?: unknown };
  Reflect.deleteProperty(globalThis, "Float16Array");
  try {
    expect(() => gradus(sgd()).init({ wide })).toThrow(
      "init: parameter `wide` is float64, which jax-js has only with Float16Array",
    );
    expect(wide.refCount).toBe(1);
  } finally {
    if (Float16Array !== undefined) Object.assign(globalThis, { Float16Array });
  }
});

it("keeps types, shapes, structure and device of parameters", async () => {
  // jax-js asks all arrays whether they are one, where Node 20 has none.
  const lacking = !("Float16Array" in globalThis);
  if (lacking) Object.assign(globalThis, { Float16Array: class {} });
  const params = {
    tuple: [numpy.array(1), [numpy.zeros([0, 3])]] as const,
    wide: numpy.array(new Float64Array([1, 2]), { device: "cpu" }),
    moved: await devicePut(numpy.array([5, 6]), "cpu"),
  };
  const optimizer = gradus(sgd({ lr: 1 }));
  const state = optimizer.init(tree.ref(params as never) as typeof params);
  const [made] = optimizer.step(tree.ref(params as never) as typeof params, state, params);
  expect(Object.keys(made)).toEqual(Object.keys(params));
  expect(made.tuple[1][0]!.shape).toEqual([0, 3]);
  expect(made.tuple[0].shape).toEqual([]);
  expect([made.wide.dtype, made.wide.device, made.moved.device]).toEqual(["float64", "cpu", "cpu"]);
  expect(made.tuple[0].device).toBe(defaultDevice());
  expect([...made.wide.dataSync(), ...made.moved.dataSync(), made.tuple[0].item()]).toEqual([
    0, 0, 0, 0, 0,
  ]);
  if (lacking) Reflect.deleteProperty(globalThis, "Float16Array");
});

it("takes a tree that is one array", () => {
  const optimizer = gradus(sgd({ lr: 1 }));
  const [made] = optimizer.step(numpy.array([1, 1]), optimizer.init(numpy.array([2, 3])));
  expect([...made.dataSync()]).toEqual([1, 2]);
});
