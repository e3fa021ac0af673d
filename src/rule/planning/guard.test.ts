import { describe, expect, test } from "vitest";
import { optimizer } from "../../../tests/support/rules.ts";
import { showNode } from "../../../tests/support/show.ts";
import { chain, defineTransform } from "../define.ts";
import type { Rule } from "../definition.ts";
import { defaultHyper } from "../hyper.ts";
import { checkedBy } from "./guard.ts";
import { programOf } from "./prepare.ts";

function checked(rule: Rule): string[] {
  const { guard } = programOf(rule, defaultHyper(rule), true);
  return checkedBy(guard!).map(showNode).sort();
}

const of = (rule: string, state = {}) => checked(optimizer({ rule, state })());
const behind = (rule: string) =>
  checked(
    chain(
      defineTransform({ name: "before", hyper: { limit: 2 }, rule })(),
      optimizer({ rule: "m = m + g^2\nu = g / sqrt(m)", state: { m: 0 } })(),
    ),
  );

describe("what is checked before a step", () => {
  test("is the gradient, if nothing squares it", () => {
    expect(of("u = sign(g)")).toEqual(["g"]);
    expect(of("u = g / norm(g)")).toEqual(["g"]);
  });

  test("is its square, if the rule squares it", () => {
    expect(of("m = m + g^2\nu = g / sqrt(m)", { m: 0 })).toEqual(["(g * g)"]);
  });

  test("leaves room for larger values that state can lead to, and for sums of squares", () => {
    const four = "((g * 4) * (g * 4))";
    expect(of("v = v + (g - v)^2\nu = g / v", { v: 0 })).toEqual([four]);
    const many = "((g * 1024) * (g * 1024))";
    expect(of("u = g / sqrt(sum(g^2))")).toEqual([many]);
    expect(of("u = g / sqrt(rowMean(g^2))")).toEqual([many]);
    expect(
      of("l = l + matmul(g, transpose(g))\nu = matmul(l, g)", { l: { kind: "left", initial: 0 } }),
    ).toEqual([many]);
  });

  test("is the gradient, and its product with numbers in a transform", () => {
    expect(behind("g = g / limit")).toEqual([
      "((g * (1 / before.limit)) * (g * (1 / before.limit)))",
      "g",
    ]);
  });

  test("is the gradient alone after a clip, which makes it small", () => {
    expect(behind("n = globalNorm(g)\ng = g * where(n <= limit, 1, limit / n)")).toEqual(["g"]);
    expect(behind("g = g * (limit / max(norm(g), limit))")).toEqual(["g"]);
    expect(behind("g = clamp(g, -limit, limit)")).toEqual(["g"]);
    expect(behind("n = colNorm(g)\ng = where(n < limit, g, g * (limit / n))")).toEqual(["g"]);
  });

  test("is more than the gradient after a transform that only shifts it", () => {
    expect(behind("g = (g - colMean(g)) * (limit - limit + 1)")).toEqual(["((g * 4) * (g * 4))"]);
  });
});
