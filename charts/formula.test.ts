import { describe, expect, it } from "vitest";
import { formulaMarkup } from "./formula.ts";

describe("formulaMarkup", () => {
  it("renders LaTeX as MathML without anything to load", () => {
    const { text } = formulaMarkup(String.raw`\frac{m_t}{\sqrt{v_t} + \epsilon}`);
    expect(text).toMatch(/^<math.*<mfrac>.*<msqrt>.*<\/math>$/s);
    expect(text).not.toMatch(/src=|href=|url\(/);
  });

  it("removes the space around an operator in a script, and nowhere else", () => {
    expect(formulaMarkup("v_{t-1}").text).toContain('<mo lspace="0" rspace="0">−</mo>');
    expect(formulaMarkup("v - 1").text).toContain("<mo>−</mo>");
    expect(formulaMarkup("{(a - b)}_t").text).toContain("<mo>−</mo>");
  });

  it("shows text that is not LaTeX as it is", () => {
    expect(formulaMarkup(String.raw`\frac{<b>`).text).toBe(
      '<code class="latex">\\frac{&lt;b&gt;</code>',
    );
  });

  it("escapes markup in a formula", () => {
    expect(formulaMarkup(String.raw`\text{<script>}`).text).not.toContain("<script");
  });

  it("makes no links", () => {
    expect(formulaMarkup(String.raw`\href{javascript:alert(1)}{x}`).text).not.toContain("href=");
  });
});
