/** Every hyperparameter of a built-in rule says what it may be, and is held to it. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  chain,
  optimize,
  optimizers,
  type Rule,
  type RuleFactory,
  sgd,
  transforms,
} from "../src/index.ts";

const factories = Object.entries({ ...optimizers, ...transforms }) as unknown as [
  string,
  RuleFactory,
][];

/** Each hyperparameter that is a number, with its range. */
const ranged = factories.flatMap(([name, factory]) =>
  Object.entries(factory.definition.hyper)
    .filter(([, value]) => typeof value === "number")
    .map(([hyper]) => {
      const range: string | undefined = factory.definition.ranges?.[hyper];
      return { name, factory, hyper, range };
    }),
);

it("is declared beside each default, if it is a number", () => {
  expect(ranged.length).toBeGreaterThan(200);
  const without = ranged.filter(({ range }) => range === undefined);
  expect(without.map(({ name, hyper }) => `${name}.${hyper}`)).toEqual([]);
});

/** The number next to another in float64. */
function beside(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0]! += BigInt(direction * Math.sign(value));
  return new Float64Array(bits.buffer)[0]!;
}

interface Ends {
  readonly inside: readonly number[];
  readonly outside: readonly number[];
}

/** The numbers nearest to a range's ends. */
function endsOf(range: string): Ends {
  const [, whole, from, ...rest] = /^(whole )?(.)(\S+), (\S+)(.)$/.exec(range)!;
  const [low, high] = rest.slice(0, 2).map((end) => Number(end.replace("inf", "Infinity")));
  const next = (value: number, direction: 1 | -1) =>
    whole !== undefined && Number.isFinite(value) ? value + direction : beside(value, direction);
  const [closedBelow, closedAbove] = [from === "[", rest[2] === "]"];
  return {
    inside: [closedBelow ? low! : next(low!, 1), closedAbove ? high! : next(high!, -1)],
    outside: [
      closedBelow ? next(low!, -1) : low!,
      closedAbove ? next(high!, 1) : high!,
      ...(whole === undefined ? [] : [1.5]),
    ].filter((value) => !Number.isNaN(value)),
  };
}

type Given = (options: Record<string, unknown>) => Rule;

it("is taken up to its ends, and refused behind them", () => {
  for (const { name, factory, hyper, range } of ranged) {
    const { inside, outside } = endsOf(range!);
    const given = (value: number) => () => (factory as Given)({ [hyper]: value });
    for (const value of inside) expect(given(value)).not.toThrow();
    for (const value of [...outside, Number.NaN]) {
      const problem = new RegExp(
        `^${name}: \`${hyper}\` must be a (whole )?number in .* not ${value}$`,
      );
      expect(given(value), `${name}.${hyper} = ${value}`).toThrow(problem);
    }
    expect(outside.length, `${name}.${hyper}`).toBeGreaterThan(0);
  }
});

type At = (hyper: string, step: number) => number | undefined;

/**
 * A rule all of whose hyperparameters are schedules, so that it is planned but once.
 * @param at what is not as by default
 */
function scheduled(factory: RuleFactory, at: At): Rule {
  const { hyper, rule } = factory.definition;
  const numbers = Object.entries(hyper).filter(([, value]) => typeof value === "number");
  const schedules = numbers.map(
    ([name, usual]) => [name, (step: number) => at(name, step) ?? usual] as const,
  );
  const part = (factory as Given)(Object.fromEntries(schedules));
  if (factory.role === "optimizer") return part;
  const behind = /\b[pu] =|average =/.test(rule);
  return behind ? chain(sgd({ lr: 0.1 }), part) : chain(part, sgd({ lr: 0.1 }));
}

const net = () => ({
  w: { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] },
  b: Float64Array.of(0.5, -0.5),
});
const gradients = { w: [1, -2, 3, 0.5, 0.1, -1], b: [0.3, -0.2] };
const loss = { loss: 1 };

it("holds for a schedule at each step, and a step that breaks it changes nothing", () => {
  for (const [name, factory] of factories) {
    const { ranges = {}, state, rule } = factory.definition;
    const wrong = new Map<string, number>();
    const parameters = net();
    using optimizer = optimize(
      parameters,
      scheduled(factory, (hyper) => wrong.get(hyper)),
    );
    const step = () => optimizer.step(gradients, loss);
    const now = () => structuredClone([parameters, optimizer.state()]);
    step();
    for (const [hyper, range] of Object.entries(ranges) as [string, string][]) {
      // What only fills state at the start is not read again.
      const named = new RegExp(`\\b${hyper}\\b`);
      if (named.test(JSON.stringify(state ?? {})) && !named.test(rule)) continue;
      const before = now();
      const bad = endsOf(range).outside[0]!;
      wrong.set(hyper, bad);
      const problem = `the schedule of ${name}.${hyper} gave ${bad} at step 2; it must give a `;
      expect(step, problem).toThrow(problem);
      expect(now(), problem).toEqual(before);
      wrong.clear();
    }
    expect(step().step, name).toBe(2);
  }
});

/** Where these gradients do not suffice: directions of SOAP may be zero all the same, and FTRL divides by its rate. */
const degenerate = ["soap.eps"];

it("has no end at which ordinary gradients leave no numbers", () => {
  const broken = new Set<string>();
  for (const { name, factory, hyper, range } of ranged) {
    for (const value of endsOf(range!).inside.filter((end) => range!.includes(String(end)))) {
      const parameters = net();
      using optimizer = optimize(
        parameters,
        scheduled(factory, (each) => (each === hyper ? value : undefined)),
      );
      for (let step = 0; step < 3; step++) optimizer.step(gradients, loss);
      const { w, b } = optimizer.evaluationWeights();
      const all = [...parameters.w.data, ...parameters.b, ...w, ...b];
      if (!all.every(Number.isFinite)) broken.add(`${name}.${hyper}`);
    }
  }
  expect(degenerate).toEqual(expect.arrayContaining([...broken]));
});

/** As documentation says it: hyperparameters of one range together. */
function sentence({ definition }: RuleFactory): string {
  const groups = new Map<string, string[]>();
  for (const [hyper, range] of Object.entries(definition.ranges ?? {}) as [string, string][]) {
    groups.set(range, [...(groups.get(range) ?? []), `\`${hyper}\``]);
  }
  return [...groups].map(([range, names]) => `${names.join(", ")} ${range}`).join("; ");
}

it("is in the documentation of each rule", () => {
  for (const [name, factory] of factories) {
    const path = `../src/${factory.role}s/${name}.ts`;
    const source = readFileSync(new URL(path, import.meta.url), "utf8").replace(/\n \* /g, " ");
    const text = sentence(factory);
    if (text === "") expect(source, name).not.toContain("Ranges:");
    else expect(source, name).toContain(` Ranges: ${text}.`);
  }
});
