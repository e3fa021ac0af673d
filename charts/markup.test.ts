import { describe, expect, it } from "vitest";
import { embedJson, Markup, markup } from "./markup.ts";

describe("markup", () => {
  it("escapes text, in attributes too", () => {
    const text = `<script>"&'`;
    expect(markup`<p title="${text}">${text}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</p>',
    );
  });

  it("shows control characters, in text and in data", () => {
    const text = "\x1b[2J\0\u202e";
    expect(markup`<p>${text}</p>`.text).toBe("<p>\\u001b[2J\\u0000\\u202e</p>");
    const { text: json } = embedJson({ text: `${text}\x9b` });
    expect(json).not.toMatch(/\p{Cc}|\p{Bidi_C}/u);
    expect(JSON.parse(json)).toEqual({ text: `${text}\x9b` });
  });

  it("inserts markup unescaped, and the items of a list one after the other", () => {
    expect(markup`<ul>${["a<", "b"].map((x) => markup`<li>${x}</li>`)}</ul>`.text).toBe(
      "<ul><li>a&lt;</li><li>b</li></ul>",
    );
    expect(markup`${new Markup("<b>")}`.text).toBe("<b>");
  });

  it("inserts nothing for null and false, but a zero for 0", () => {
    expect(markup`[${null}${false}${0}]`.text).toBe("[0]");
  });
});

describe("embedJson", () => {
  it("contains nothing that ends a script, and keeps the value", () => {
    const value = { name: "</script><!--" };
    const { text } = embedJson(value);
    expect(text).not.toContain("<");
    expect(JSON.parse(text)).toEqual(value);
  });
});
