/** Compares the wrappers with Optax' and PyTorch's (tests/reference/README.md). */
import { expect, it } from "vitest";
import inputs from "../../tests/reference/inputs.json" with { type: "json" };
import reference from "../../tests/reference/wrappers.json" with { type: "json" };
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { nadam } from "../optimizers/nadam.ts";
import { sgd } from "../optimizers/sgd.ts";
import { sophia } from "../optimizers/sophia.ts";
import type { Rule } from "../rule/definition.ts";
import { when } from "../rule/when.ts";
import { skipAbsent } from "../runtime/gradients/absent.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { trustRatio } from "../transforms/trustRatio.ts";
import { accumulate } from "./accumulate.ts";
import { curvature } from "./curvature.ts";
import { galore } from "./galore.ts";
import { lossScale } from "./lossScale.ts";
import { privatize } from "./privatize.ts";
import { sam } from "./sam.ts";
import { skipLimit } from "./skipLimit.ts";

type Arrays = Readonly<Record<"w" | "b", readonly number[]>>;

const rules: Readonly<Record<string, (options: object) => Rule>> = {
  ...{ adam, nadam, sgd, sophia, clipByGlobalNorm, trustRatio },
};
const ruleOf = ([name, options]: readonly unknown[]) => rules[name as string]!(options as object);

function netAt(start: Arrays) {
  const net = parameters({ w: [3, 4], b: [5] }, { type: "float64" });
  net.w.data.set(start.w);
  net.b.data.set(start.b);
  return net;
}

/** Compares the parameters with the recorded ones after this number of steps, if they were recorded. */
function compare(
  net: ReturnType<typeof netAt>,
  recorded: object,
  step: number,
  tolerance = 1e-12,
): number {
  const expected = (recorded as Readonly<Record<string, Arrays>>)[step];
  for (const key of expected === undefined ? [] : (["w", "b"] as const)) {
    const largest = Math.max(...expected![key].map(Math.abs));
    for (const [i, value] of expected![key].entries()) {
      expect(Math.abs(net[key].data[i]! - value)).toBeLessThanOrEqual(tolerance * largest);
    }
  }
  return Number(expected !== undefined);
}

it.each(reference.accumulate)("accumulates as $source of $steps does", (each) => {
  const net = netAt(inputs.parameters);
  const { steps, clip, rule } = each;
  const clipping = clip === undefined ? {} : { each: clipByGlobalNorm({ maxNorm: clip, eps: 0 }) };
  using optimizer = accumulate(net, ruleOf(rule), { steps, ...clipping });
  let compared = 0;
  for (const [index, gradient] of inputs.gradients.entries()) {
    optimizer.step(gradient);
    compared += compare(net, each.float64, index + 1);
  }
  expect(compared).toBe(4);
});

it.each(reference.summed)("accumulates as $source of $counts does, by $options", (each) => {
  const net = netAt(inputs.parameters);
  const { counts, rule, options } = each;
  const steps = (update: number) => counts[(update - 1) % counts.length]!;
  using optimizer = accumulate(net, ruleOf(rule), { steps, ...(options as object) });
  let compared = 0;
  for (const [index, gradient] of inputs.gradients.entries()) {
    optimizer.step(gradient);
    compared += compare(net, each.float64, index + 1);
  }
  expect(compared).toBe(4);
});

it.each(reference.skipping)("skips until $source gives up, $limit of $steps", (each) => {
  const net = netAt(inputs.parameters);
  using optimizer = optimize(net, ruleOf(each.rule), { nonFinite: "skip" });
  const limit = skipLimit(each.limit);
  let compared = 0;
  const step = (mark: string, index: number) => {
    const { w, b } = inputs.gradients[index]!;
    const factor = mark === "x" ? Number.POSITIVE_INFINITY : 1;
    limit.observe(optimizer.step({ w: w.map((g) => g * factor), b: b.map((g) => g * factor) }));
    compared += compare(net, each.float64, index + 1);
  };
  const marks = [...each.steps];
  marks.slice(0, each.givenUp - 1).forEach(step);
  expect(() => step(marks[each.givenUp - 1]!, each.givenUp - 1)).toThrow(
    `${each.limit + 1} steps in a row were skipped`,
  );
  expect(compared).toBe(each.givenUp - 1);
});

it.each(reference.conditional)("$source at $on, otherwise $otherwise", (each) => {
  const net = netAt(inputs.parameters);
  const { on, otherwise, conditioned } = each;
  const links = each.chain.map((link, index) =>
    index === conditioned
      ? when((step) => on.includes(step), ruleOf(link), { otherwise: otherwise as "pass" })
      : ruleOf(link),
  );
  using optimizer = optimize(net, chain(...links) as Rule);
  let compared = 0;
  for (const [index, gradient] of inputs.gradients.entries()) {
    optimizer.step(gradient);
    compared += compare(net, each.float64, index + 1);
  }
  expect(compared).toBe(4);
});

it.each(reference.absent)("skips parameters as $source", (each) => {
  const net = netAt(inputs.parameters);
  const { clip, rule, absent } = each;
  const own = ruleOf(rule);
  const clipped = clip === undefined ? own : (chain(clipByGlobalNorm(clip), own) as Rule);
  using optimizer = optimize(net, clipped, { absent: skipAbsent });
  let compared = 0;
  for (const [index, gradient] of inputs.gradients.entries()) {
    const none = Object.fromEntries(absent[index]!.map((name) => [name, null]));
    optimizer.step({ ...gradient, ...none });
    compared += compare(net, each.float64, index + 1);
  }
  expect(compared).toBe(4);
});

it.each([
  ...reference.privatize.map((each) => ({ ...each, clipping: "flat" })),
  ...reference.layers,
])("clips examples as $source does, $clipping", (each) => {
  const net = netAt(inputs.parameters);
  const { examples, clip, clipping, rule } = each;
  const options = { examples, clip, clipping: clipping as "flat", noiseMultiplier: 0, seed: 0 };
  using optimizer = privatize(net, ruleOf(rule), options);
  let compared = 0;
  for (const gradient of inputs.gradients) {
    if (optimizer.step(gradient).updated) compared += compare(net, each.float64, optimizer.steps);
  }
  expect(compared).toBe(5);
});

it.each(reference.sam)("steps as $source at $rho does", (each) => {
  const net = netAt(each.start);
  using optimizer = optimize(net, ruleOf(each.rule));
  using sharpness = sam(optimizer, { rho: each.rho });
  const closure = () => {
    for (const key of ["w", "b"] as const) {
      net[key].data.forEach((x, i) => {
        optimizer.gradients[key][i] = each.scales[key][i]! * (x * x * x + x);
      });
    }
  };
  let compared = 0;
  for (let step = 1; step <= 25; step++) {
    sharpness.step(closure);
    compared += compare(net, each.float64, step);
  }
  expect(compared).toBe(4);
});

it.each(reference.curvature)("Sophia with estimates as $source, every $every", (each) => {
  const net = netAt(inputs.parameters);
  const { beta2, every, examples } = each;
  using optimizer = optimize(net, ruleOf(each.rule));
  using observer = curvature(optimizer, { beta2, every });
  let compared = 0;
  for (const [index, { w, b }] of inputs.gradients.entries()) {
    const estimate = (name: "w" | "b", gradient: readonly number[]) =>
      gradient.map((g, i) => 3 * g + net[name].data[i]! ** 2);
    const estimates = { w: estimate("w", w), b: estimate("b", b) };
    const observe = () =>
      examples === null ? observer.observe(estimates) : observer.observeSampled(examples, { w, b });
    const { due } = observer;
    expect(due).toBe(index % every === 0);
    if (due && !each.behind) observe();
    optimizer.step({ w, b });
    if (due && each.behind) observe();
    compared += compare(net, each.float64, index + 1);
  }
  expect([compared, observer.estimates]).toEqual([4, Math.ceil(25 / every)]);
});

it.each(reference.galore)("steps along a few directions as $source, $shape", (each) => {
  const { shape, start, options } = each;
  const net = parameters({ w: shape, b: [5] }, { type: "float64" });
  net.w.data.set(start.w);
  net.b.data.set(start.b);
  using optimizer = galore(net, ruleOf(each.rule), options);
  let compared = 0;
  for (const [index, gradient] of each.gradients.entries()) {
    optimizer.step(gradient);
    // A rounding turns singular vectors by itself, divided by the distance of the squared values, here 3/4 to 1e-3.
    compared += compare(net, each.float64, index + 1, 1e-11);
  }
  expect(compared).toBe(4);
});

it.each(reference.lossScale)("scales as $source does in $steps", ({ options, steps, scales }) => {
  const scale = lossScale(options);
  const seen = [...steps].map((step) => scale.observe({ skipped: step === "x" }));
  expect(seen).toEqual(scales);
});
