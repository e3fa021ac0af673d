/** Every optimizer and transform that Gradus has can be shown to people. */
import temml from "temml";
import { describe, expect, it } from "vitest";
import { chain } from "../src/define.ts";
import { adam, optimizers, sgd } from "../src/optimizers/index.ts";
import type { Rule } from "../src/rule/definition.ts";
import { explain } from "../src/rule/explain/explain.ts";
import { columnsOf } from "../src/rule/formula/text.ts";
import { transforms } from "../src/transforms/index.ts";

type Factory = (options?: Record<string, number | boolean>) => Rule;

const factories = Object.entries({ ...optimizers, ...transforms }) as unknown as [
  string,
  Factory,
][];

/** The options that switch a rule's maths: all combinations of its switches, and of zeros. */
function variants(factory: Factory): Rule[] {
  const { hyper, ranges } = factory().parts[0]!.definition;
  let options: Record<string, number | boolean>[] = [{}];
  for (const [name, value] of Object.entries(hyper)) {
    const range = (ranges as Readonly<Record<string, string>> | undefined)?.[name];
    const other = range?.endsWith(", 0]") ? -0.5 : 0.5;
    const others = typeof value === "boolean" ? [!value] : value === 0 ? [other] : [];
    options = options.flatMap((each) => [
      each,
      ...others.map((other) => ({ ...each, [name]: other })),
    ]);
  }
  return options.map((each) => factory(each));
}

function expectShown(rule: Rule): void {
  const { formula, latex, ...explanation } = explain(rule);
  expect(() =>
    temml.renderToString(latex, { displayMode: true, throwOnError: true }),
  ).not.toThrow();
  expect(formula).toMatch(/ = /);
  // The language's own signs would be left over from a function that has no symbol yet.
  expect(formula).not.toMatch(/[*]|sqrt|where|undefined/);
  expect(latex).not.toMatch(/[*]|where|undefined/);
  for (const line of explanation.toString().split("\n")) {
    expect(columnsOf(line)).toBeLessThanOrEqual(80);
  }
}

describe.each(factories)("%s", (name, factory) => {
  it("renders, whatever its options decide", () => {
    for (const rule of variants(factory)) {
      expectShown(rule);
    }
  });

  it("has a title and a summary, and an optimizer its paper", () => {
    const { title, summary, paper } = explain(factory());
    expect(title).not.toBe(name);
    expect(summary).toMatch(/^[A-Z].*\.$/);
    if (Object.hasOwn(optimizers, name)) {
      expect(paper).toMatch(/^[A-Z].*, (19|20)\d\d, \S/);
    }
  });

  it("renders within chains", () => {
    const isTransform = Object.hasOwn(transforms, name);
    // What reads the direction can only stand behind an optimizer.
    const readsDirection = /\bu\b/.test(factory().parts[0]!.definition.rule);
    const first = [transforms.clipByGlobalNorm(1), transforms.l2(0.1)];
    const last = transforms.ema();
    if (!isTransform) {
      expectShown(chain(...first, factory(), last));
    } else if (readsDirection) {
      expectShown(chain(...first, sgd(), factory(), last));
    } else if (factory().parts[0]!.definition.behind) {
      expectShown(chain(...first, sgd(), factory()));
    } else {
      expectShown(chain(...first, factory(), adam(), last));
    }
  });
});

describe("bytes per element in float32", () => {
  it.each([
    ["sgd", optimizers.sgd(), 12],
    ["sgd with momentum", optimizers.sgd({ momentum: 0.9 }), 20],
    ["momentum", optimizers.momentum(), 20],
    ["adagrad", optimizers.adagrad(), 20],
    ["rmsprop", optimizers.rmsprop(), 20],
    ["rmsprop, centered, with momentum", optimizers.rmsprop({ centered: true, momentum: 0.9 }), 36],
    ["adadelta", optimizers.adadelta(), 28],
    ["adam", optimizers.adam(), 28],
    ["adamw", optimizers.adamw(), 28],
    ["amsgrad", optimizers.amsgrad(), 36],
  ] as const)("%s", (_, rule, bytes) => {
    const { bytes: moved, passes, check } = explain(rule as Rule);
    expect(moved).toEqual({ float32: bytes, float64: 2 * bytes });
    expect(passes).toHaveLength(1);
    expect(check).toEqual({ passes: 1, bytes: { float32: 4, float64: 8 } });
  });

  it("clipping, AdamW and an average: two passes, 40 bytes, the check for nothing", () => {
    const { clipByGlobalNorm, ema } = transforms;
    const { bytes, passes, check } = explain(chain(clipByGlobalNorm(1), optimizers.adamw(), ema()));
    expect(passes).toHaveLength(2);
    expect(bytes.float32).toBe(40);
    expect(check).toEqual({ passes: 0, bytes: { float32: 0, float64: 0 } });
  });
});
