import { describe, expect, it } from "vitest";
import { optimizer } from "../../../tests/support/rules.ts";
import { showNode } from "../../../tests/support/show.ts";
import { optimizers } from "../../optimizers/index.ts";
import { transforms } from "../../transforms/index.ts";
import { chain } from "../define.ts";
import type { Rule } from "../definition.ts";
import { compose } from "./compose.ts";

const sharedIn = (rule: Rule): string[] =>
  compose(rule).flatMap(({ slot, shared }) => (shared ? [slot.replace(/^\w+\./, "")] : []));

describe("states that all parameters share", () => {
  it("are the estimates of prodigy, of D-adaptation, of DoG and of Polyak's kind, and no others", () => {
    const found = Object.entries(optimizers)
      .map(([name, make]) => [name, sharedIn((make as () => Rule)())] as const)
      .filter(([, states]) => states.length > 0);
    expect(Object.fromEntries(found)).toEqual({
      dAdaptAdamw: ["d", "numerator"],
      dAdaptSgd: ["d", "numerator", "g0"],
      dog: ["distance", "G"],
      dowg: ["r", "v"],
      momo: ["fBar", "gamma", "bound"],
      momoAdam: ["fBar", "gamma", "bound"],
      prodigy: ["d", "dMax", "numerator"],
    });
    const mechanic = sharedIn(chain(optimizers.sgd(), transforms.mechanize()));
    expect(mechanic.length).toBe(24);
  });

  it("are computed with their own age, and a parameter's own states with the age of the parameter", () => {
    const rule = `
      d = max(d, globalNorm(g) / t)
      m = m + g / t
      u = d * m / t`;
    const state = { d: { kind: "scalar", initial: 0 }, m: 0 } as const;
    const shown = compose(optimizer({ rule, state })()).map(({ value }) => showNode(value));
    const d = "max(test.d, (global:norm(g) / T))";
    const m = "(test.m + (g / t))";
    expect(shown).toEqual([`(p - (test.lr * ((${d} * ${m}) / t)))`, d, m]);
  });

  it("do not depend on a tensor's own number, or on its age alone", () => {
    const scalar = { kind: "scalar", initial: 1 } as const;
    const own = (text: string) =>
      sharedIn(optimizer({ rule: `${text}\nu = s * g`, state: { s: scalar } })());
    expect(own("s = s * t")).toEqual([]);
    expect(own("s = s + globalSum(g) / size")).toEqual([]);
    expect(own("s = s + norm(g) + globalNorm(g)")).toEqual([]);
    expect(own("s = s + globalNorm(g)")).toEqual(["s"]);
    expect(own("s = s + loss")).toEqual(["s"]);
  });

  it("make the numbers that they are computed from shared, too", () => {
    const scalar = { kind: "scalar", initial: 1 } as const;
    const rule = "n = n + 1\nd = d + globalNorm(g) / n\nu = d * g";
    expect(sharedIn(optimizer({ rule, state: { n: scalar, d: scalar } })())).toEqual(["n", "d"]);
  });
});
