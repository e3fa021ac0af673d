import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { expect, expectTypeOf, test } from "vitest";
import { adamw, type Group, optimize, parameters, sgd } from "../index.ts";
import { layerwiseDecay } from "./layerwiseDecay.ts";
import { linear } from "./linear.ts";

const names = ["stem", "block1.w", "block1.b", "block3.w", "head"];
/** The embedding is layer 0, a block its number, the head comes last. */
const layers = (name: string): number =>
  name === "head" ? 4 : Number(/^block(\d)/.exec(name)?.[1] ?? 0);

test("each layer has its share of the last one's rate", () => {
  const groups = layerwiseDecay(names, { lr: 1, decay: 0.5, layers });
  const rateOf = (name: string) => groups.filter(({ match }) => match(name)).map(({ lr }) => lr);
  expect(names.map(rateOf)).toEqual([[1 / 16], [1 / 8], [1 / 8], [1 / 2], [1]]);
  expect(groups.length).toBe(4);
});

test("it takes names or the parameters themselves", () => {
  const net = parameters({ stem: [2, 3], head: [3] });
  const rates = (given: Parameters<typeof layerwiseDecay>[0]) =>
    layerwiseDecay(given, { lr: 1, layers: (name) => (name === "head" ? 1 : 0) }).map(
      ({ lr }) => lr,
    );
  expect(rates(net)).toEqual([0.75, 1]);
  expect(rates(new Set(["head", "stem"]))).toEqual([0.75, 1]);
  expect(rates([])).toEqual([]);
});

test("a schedule is scaled at every step", () => {
  const lr = linear({ initial: 1, final: 0, steps: 4 });
  const groups = layerwiseDecay(["a", "b"], {
    lr,
    decay: 0.5,
    layers: (name) => Number(name === "b"),
  });
  const scheduled = groups.map(({ lr }) => lr as (step: number) => number);
  for (let step = 1; step < 7; step++) {
    expect(scheduled.map((schedule) => schedule(step))).toEqual([0.5 * lr(step), lr(step)]);
  }
});

test("optimize steps with these rates", () => {
  const net = parameters({ "a.w": [2], "a.b": [2], "b.w": [2] }, { type: "float64" });
  const layers = (name: string) => Number(name.startsWith("b"));
  const groups = layerwiseDecay(net, { lr: 0.5, decay: 0.25, layers });
  using optimizer = optimize(net, sgd({ lr: 9 }), { groups });
  optimizer.step({ "a.w": [1, 1], "a.b": [1, 1], "b.w": [1, 1] });
  expect(Object.values(net).map(({ data }) => data[0])).toEqual([-0.125, -0.125, -0.5]);
});

test("its example is true", () => {
  const source = readFileSync(new URL("layerwiseDecay.ts", import.meta.url), "utf8");
  const example = /@example\n \* ```ts\n([\s\S]*?) \* ```/.exec(source)![1]!;
  const context = createContext({ layerwiseDecay });
  const claims = example.split("\n").flatMap((line) => {
    const result = runInContext(line.replace(/^ \* /, ""), context);
    const claimed = /; \/\/ (.+)$/.exec(line)?.[1];
    return claimed === undefined ? [] : [[JSON.stringify(result), claimed]];
  });
  expect(claims).toEqual([
    ["[0.1,0.2,0.4]", "[0.1, 0.2, 0.4]"],
    ["true", "true"],
  ]);
});

test("other hyperparameters go into the group, and equal ones share it", () => {
  const others = (name: string) =>
    name.endsWith(".b") ? { weightDecay: 0 } : { weightDecay: 0.1 };
  const groups = layerwiseDecay(names, { lr: 1, layers, others });
  const decays = groups.map((group) => [names.filter(group.match), group.weightDecay]);
  expect(decays).toEqual([
    [["stem"], 0.1],
    [["block1.w"], 0.1],
    [["block1.b"], 0],
    [["block3.w"], 0.1],
    [["head"], 0.1],
  ]);
  const net = parameters(Object.fromEntries(names.map((name) => [name, [1]])));
  using optimizer = optimize(net, adamw(), { groups });
  expect(optimizer.steps).toBe(0);
});

test("its groups are those of optimize, in types as well", () => {
  const groups = layerwiseDecay(names, { lr: 1, layers, others: () => ({ weightDecay: 0 }) });
  expectTypeOf(groups).toExtend<readonly Group<{ lr: number; weightDecay: number }>[]>();
  expectTypeOf(groups[0]!.weightDecay).toEqualTypeOf<number>();
});

test("layers that are none, and options that are wrong, are named", () => {
  expect(() => layerwiseDecay(["w"], { lr: 1, layers: () => 0.5 })).toThrow(
    "layerwiseDecay: `layers` gave 0.5 for `w`; a layer must be a whole number, 0 or more",
  );
  expect(() => layerwiseDecay(["w"], { lr: 1, layers: () => NaN })).toThrow("gave NaN for `w`");
  expect(() => layerwiseDecay(["w"], { lr: 1, layers, decay: 0 })).toThrow(
    "layerwiseDecay: option `decay` is 0; it must be a finite number above 0",
  );
  // @ts-expect-error `layers` is missing
  expect(() => layerwiseDecay(["w"], { lr: 1 })).toThrow(
    "layerwiseDecay: option `layers` is missing; it must be a function of a parameter's name",
  );
});
