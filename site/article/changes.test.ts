import { adam, adamw, amsgrad, muon, nadamw, optimize, parameters, type Rule } from "gradus";
import { describe, expect, it } from "vitest";
import { changesIn, changesOf } from "./changes.ts";
import { amsgradInShort, muonInShort, nadamInShort } from "./variants.ts";

const lines = (...all: string[]) => `\\begin{aligned}\n${all.join(" \\\\\n")}\n\\end{aligned}`;

describe("changes of a formula", () => {
  it("are marked precisely: a term, a symbol, a line", () => {
    const before = lines("a_t &= b + c", "u &= \\frac{m}{\\sqrt{v} + e}");
    expect(changesIn(lines("a_t &= b + c + d"), before)).toContain(
      "b + c\\data{changed=yes}{ + d}",
    );
    expect(changesIn(lines("u &= \\frac{m}{\\sqrt{w} + e}"), before)).toContain(
      "\\frac{m}{\\sqrt{\\data{changed=yes}{w}} + e}",
    );
    expect(changesIn(lines("x &= y"), before)).toContain(
      "\\data{changed=yes}{x} &= \\data{changed=yes}{y}",
    );
    expect(changesIn(before, before)).toBe(before);
  });

  it("mark the whole side if the unmarked part would not be complete", () => {
    expect(changesIn(lines("u &= \\frac{a}{b}"), lines("u &= \\frac{c}{d}"))).toContain(
      "u &= \\data{changed=yes}{\\frac{a}{b}}",
    );
  });

  it("become MathML whose symbols can still be marked", () => {
    const { text } = changesOf(adamw(), adam());
    expect(text).toMatch(/^<math/);
    expect(text.match(/data-changed/g)).toHaveLength(1);
    expect(text).toContain('data-symbol="weightDecay"');
  });
});

/** The parameters after ten steps on a 4 by 4 matrix. */
function endOf(rule: Rule): readonly number[] {
  const net = parameters({ w: [4, 4] }, { type: "float64" });
  const optimizer = optimize(net, rule, { threads: 1 });
  for (let step = 0; step < 10; step++) {
    net.w.data.forEach((each, i) => {
      optimizer.gradients.w[i] = each - Math.sin(i + 1) + Math.cos(i * step) / 3;
    });
    optimizer.step();
  }
  const end = Array.from(net.w.data);
  optimizer.dispose();
  return end;
}

describe("short variants", () => {
  it.each([
    ["AMSGrad", amsgradInShort({ lr: 0.1, beta2: 0.5 }), amsgrad({ lr: 0.1, beta2: 0.5 })],
    ["NAdam", nadamInShort({ lr: 0.1 }), nadamw({ lr: 0.1, weightDecay: 0 })],
    ["Muon", muonInShort({ lr: 0.1 }), muon({ lr: 0.1, nesterov: false })],
  ])("%s steps like the library's", (_, short, whole) => {
    const expected = endOf(whole);
    // The order of operations differs, and so do the last bits.
    endOf(short).forEach((each, i) => {
      expect(each).toBeCloseTo(expected[i]!, 12);
    });
  });
});
