import { describe, expect, test } from "vitest";
import { adam, momentum, scheduleFreeSgd, sgd, signSgd } from "../../optimizers/index.ts";
import {
  addNoise,
  cautious,
  centralize,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipUpdateByNorm,
  ema,
  l2,
  lookahead,
  maximize,
  projectBox,
  swa,
  unscale,
  weightDecay,
  zeroNans,
} from "../../transforms/index.ts";
import { chain, defineTransform } from "../define.ts";
import type { Rule } from "../definition.ts";
import { BindingError } from "../errors.ts";
import { compose } from "./compose.ts";

const refusal = (...rules: readonly Rule[]): string => {
  try {
    compose(chain(...rules) as Rule);
  } catch (error) {
    expect(error).toBeInstanceOf(BindingError);
    return (error as Error).message;
  }
  return "";
};

describe("after the optimizer", () => {
  test.each([clipByNorm, clipByGlobalNorm, clipByValue, clipByBlockRms])(
    "a clip of gradients is refused, and says what limits the direction",
    (clip) => {
      const { name } = clip.definition;
      expect(refusal(adam(), clip())).toBe(
        `${name} has no effect, behind adam: nothing reads the gradient any more. Write chain(${name}(), adam()); to limit the direction instead, write ${name.replace("By", "UpdateBy")}`,
      );
    },
  );

  test.each<() => Rule>([l2, unscale, maximize, centralize, addNoise, zeroNans] as never)(
    "what changes the gradient is refused",
    (make) => {
      expect(refusal(sgd(), make())).toMatch(/^\w+ has no effect, behind sgd: .* Write chain\(/);
      // The same holds if only a later part makes the steps.
      expect(refusal(sgd(), cautious(), make())).toMatch("has no effect");
    },
  );

  test("a part that reads or keeps the optimizer's result is not refused", () => {
    for (const part of [cautious(), weightDecay(), clipUpdateByNorm(), ema(), swa(), lookahead()]) {
      expect(refusal(adam(), part)).toBe("");
    }
    const watch = defineTransform({
      name: "watch",
      hyper: {},
      state: { seen: 0 },
      rule: "seen = g",
    });
    expect(refusal(adam(), watch())).toBe("");
  });
});

test("before the optimizer averages and projections are refused", () => {
  expect(refusal(projectBox(), adam())).toBe(
    "projectBox stands before adam and would not see its step: write chain(adam(), projectBox())",
  );
  expect(refusal(ema(), sgd())).toMatch("ema stands before sgd");
  expect(refusal(momentum(), lookahead(), sgd())).toMatch("lookahead stands before sgd");
});

test("of two optimizers one whose direction nothing reads is refused, but not one that changes p itself", () => {
  expect(refusal(sgd(), adam())).toMatch(/^sgd has no effect: adam behind it does not use/);
  expect(refusal(adam(), signSgd())).toMatch(/^adam has no effect: signSgd behind it/);
  expect(refusal(momentum(), sgd())).toBe("");
});

test("a part that moves parameters after evaluation weights were computed from them is refused", () => {
  expect(refusal(scheduleFreeSgd(), projectBox())).toMatch(
    /^projectBox cannot stand behind scheduleFreeSgd: /,
  );
  expect(refusal(scheduleFreeSgd(), lookahead())).toMatch("lookahead cannot stand behind");
  expect(refusal(sgd(), ema(), projectBox())).toBe("");
});
