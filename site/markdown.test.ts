import { describe, expect, it } from "vitest";
import { Markup } from "../charts/markup.ts";
import { anchorOf, renderMarkdown } from "./markdown.ts";

describe("renderMarkdown", () => {
  it("gives headings anchors, and different ones to equal headings", async () => {
    const { headings } = await renderMarkdown("# A `b`: c, d!\n\n## Same\n\n## Same\n");
    expect(headings).toEqual([
      { depth: 1, text: "A b: c, d!", id: "a-b-c-d" },
      { depth: 2, text: "Same", id: "same" },
      { depth: 2, text: "Same", id: "same-1" },
    ]);
    expect(anchorOf("block8: a byte for each number")).toBe("block8-a-byte-for-each-number");
  });

  it("lets wide tables scroll, and colours code", async () => {
    const { body } = await renderMarkdown(
      "| a | |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst a = 1;\n```\n",
    );
    expect(body.text).toContain(
      '<div class="scroll-x" tabindex="0" role="group" aria-label="Table 1"><table>',
    );
    expect(body.text).toContain("<td></td>");
    expect(body.text).toMatch(/<span style="color:light-dark\([^"]*\)">const<\/span>/);
  });

  it("marks symbols, and replaces directives", async () => {
    const directives = { shout: async (text: string) => new Markup(`<b>${text}!</b>`) };
    const { body } = await renderMarkdown("A share [[beta1|β₁]] of it.\n\n::shout hello\n\nMore.", {
      directives,
    });
    expect(body.text).toContain(
      'share <math class="symbol" data-symbol="beta1"><msub><mi>β</mi><mn>1</mn></msub></math> of it.',
    );
    expect(body.text).toContain("<b>hello!</b>");
    expect(body.text).toContain("<p>More.</p>");
    await expect(renderMarkdown("::whisper hello\n")).rejects.toThrow(
      "There is no directive ::whisper",
    );
  });

  it("escapes text that is not markup", async () => {
    const { body } = await renderMarkdown("`a < b` and 3 < 4 & 5");
    expect(body.text).toContain("<code>a &lt; b</code> and 3 &lt; 4 &amp; 5");
  });
});
