import { scaleLinear } from "d3-scale";
import { describe, expect, it } from "vitest";
import { axesOf, capital } from "./axes.ts";

describe("axesOf", () => {
  const { text } = axesOf({
    ...{ x: scaleLinear([0, 10], [56, 356]), y: scaleLinear([0, 1], [170, 30]) },
    ...{ left: 56, right: 356, top: 30, bottom: 170, view: { focus: null } },
    figure: {
      x: { label: "step", log: false, format: "integer" },
      y: { label: "θ", log: false, format: "number" },
    },
  });

  it("has a line or a mark, and a name, at each tick", () => {
    expect(text).toContain('d="M56,170H356M56,100H356M56,30H356"');
    expect(text).toContain('<text y="100" dy=".32em">0.5</text>');
    expect(text).toMatch(/<path class="mark" d="M56,170v4(M\d+,170v4)*M356,170v4"/);
    expect(text).toContain('<text x="356">10</text>');
  });

  it("writes the names' common position once", () => {
    expect(text).toContain('<g text-anchor="end" transform="translate(49)">');
    expect(text).toContain('<g text-anchor="middle" transform="translate(0 187)">');
    expect(text.match(/text-anchor/g)?.length).toBe(3);
  });
});

describe("capital", () => {
  it.each([
    ["step", "Step"],
    ["step / η", "Step / η"],
    ["θ₁, slope", "θ₁, slope"],
    ["x", "x"],
    ["x (log scale)", "x (log scale)"],
    ["Loss", "Loss"],
  ])("turns %s into %s", (text, written) => {
    expect(capital(text)).toBe(written);
  });
});
