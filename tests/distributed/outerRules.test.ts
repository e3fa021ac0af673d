/** Which rules may stand within outer: those that go on from where an outer step has put the weights. */
import { expect, test } from "vitest";
import { outer } from "../../src/distributed/outer.ts";
import { BindingError, optimize, parameters, type Rule, sgd } from "../../src/index.ts";
import { rules } from "../support/everyRule.ts";
import { alone } from "../support/ranksInTurn.ts";

const makeNet = () => {
  const net = parameters({ b: [2], frozen: [2], w: [3, 4] }, { type: "float64" });
  for (const { data } of Object.values(net)) data.forEach((_, i) => void (data[i] = Math.cos(i)));
  return net;
};
type Net = ReturnType<typeof makeNet>;

const around = (rule: Rule) => {
  const net = makeNet();
  const inner = optimize(net, rule);
  const wrap = () => outer(inner, { every: 2, rule: sgd({ lr: 1 }), communicator: alone() });
  return { net, inner, wrap };
};

/** Why some may not, by what the message says. */
const refused: Readonly<Record<string, RegExp>> = {
  asgd: /averages/,
  scheduleFreeAdamw: /averages/,
  scheduleFreeSgd: /averages/,
  cocob: /anew/,
  dAdaptSgd: /anew/,
  ftrl: /anew/,
  "adam with ema": /averages/,
  "adam with lookahead": /averages/,
  "adam with mechanize": /anew/,
  "adam with polynomialAverage": /averages/,
  "adam with scheduleFree": /averages/,
  "adam with swa": /averages/,
  "a chain with parts of one name": /averages/,
};

test.each(rules.filter(([name]) => name in refused))(
  "%s is refused, with a reason",
  (name, make) => {
    const { inner, wrap } = around(make());
    expect(wrap).toThrow(BindingError);
    expect(wrap).toThrow(refused[name]);
    inner.dispose();
  },
);

const gradients = (net: Net, step: number) =>
  Object.fromEntries(
    Object.entries(net).map(([name, { data }]) => [
      name,
      data.map((_, i) => Math.sin(step + i * i) / 10),
    ]),
  );

/** Where four steps end, of the parameters that are trained, if something moves them before the last one. */
function ends(make: () => Rule, move: (i: number) => number): number[][] {
  const { net, inner } = around(make());
  const trained = inner.trained.map((name) => net[name as keyof Net].data);
  for (const step of [1, 2, 3, 4]) {
    if (step === 4) {
      for (const data of trained) data.forEach((p, i) => void (data[i] = p + move(i)));
    }
    inner.step(gradients(net, step) as never, { loss: 0.01 });
  }
  inner.dispose();
  return trained.map((data) => [...data]);
}

const taken = rules.filter(([name]) => !(name in refused));

test.each(taken)("%s is taken", (_, make) => {
  const { wrap } = around(make());
  expect(() => wrap().dispose()).not.toThrow();
});

/** Projections may leave little of a move. */
const free = taken.filter(([name]) => !name.includes("project"));

test.each(free)("%s goes on from where it is put", (_, make) => {
  const move = (i: number) => Math.sin(3 * i + 1) / 100;
  const [moved, still] = [ends(make, move), ends(make, () => 0)];
  for (const [index, data] of moved.entries()) {
    const dot = (of: (i: number) => number) => data.reduce((sum, _, i) => sum + of(i) * move(i), 0);
    // The share of the move that is left, in its own direction.
    const left = dot((i) => data[i]! - still[index]![i]!) / dot(move);
    expect(left).toBeGreaterThan(0.4);
  }
});
