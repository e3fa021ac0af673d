/** Properties of all figures, for any state of their controls. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LiveFigure, StateOf } from "./figure.ts";
import { figures } from "./list.ts";
import { statesOf } from "./states.ts";

/** The elements that are not closed at the end, or are closed while another is open. */
function unbalanced(markup: string): readonly string[] {
  const open: string[] = [];
  for (const [, end, name, alone] of markup.matchAll(/<(\/?)([\w-]+)(?:"[^"]*"|[^>"])*?(\/?)>/g)) {
    if (end === "/" && open.pop() !== name) return [name!];
    if (end === "" && alone === "") open.push(name!);
  }
  return open;
}

describe("unbalanced", () => {
  it("finds unclosed elements", () => {
    expect(unbalanced('<svg a="b>"><path d="M0"/></svg>')).toEqual([]);
    expect(unbalanced("<svg><g></svg>")).toEqual(["svg"]);
    expect(unbalanced("<svg><g/>")).toEqual(["svg"]);
  });
});

describe.each(Object.entries(figures))("figure %s", (name, load) => {
  it("has its name, and draws well at each width in any state", async () => {
    const { figure } = await load();
    expect(figure.name).toBe(name);
    fc.assert(
      fc.property(statesOf(figure), fc.constantFrom(320, 720), (state, width) => {
        const result = figure.compute(state);
        const { text } = figure.draw(result, state, width);
        expect(unbalanced(text)).toEqual([]);
        expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
        expect(text).toContain(`<svg class="chart"`);
        const sentence = figure.says(result, state);
        expect(sentence).toMatch(/^[A-Z“].*\.$/s);
        expect(sentence).not.toMatch(/NaN|undefined|null/);
      }),
    );
  });

  it("gives the same numbers for the same state, in any order of states", async () => {
    const { figure } = await load();
    fc.assert(
      fc.property(statesOf(figure), statesOf(figure), (state, other) => {
        const first = figure.compute(state);
        figure.compute(other);
        expect(figure.compute(state)).toEqual(first);
      }),
      { numRuns: 5 },
    );
  });

  it("has a label for each picture, and ids that no other figure has", async () => {
    const { figure } = await load();
    const state = Object.fromEntries(
      Object.entries(figure.controls).map(([key, { value }]) => [key, value]),
    ) as StateOf<LiveFigure["controls"]>;
    const { text } = figure.draw(figure.compute(state), state, 720);
    for (const [tag] of text.matchAll(/<svg class="chart"[^>]*>/g))
      expect(tag).toMatch(/role="img"[^>]* aria-label="[^"]{10,}/);
    for (const [, id] of text.matchAll(/ id="([^"]*)"/g)) expect(id).toMatch(`clip-${name}`);
  });
});
