import MiniSearch from "minisearch";
import { expect, it } from "vitest";
import { Markup } from "../charts/markup.ts";
import { searchOptions } from "./client/searchOptions.ts";
import { searchIndexOf } from "./search.ts";

it("finds parts of pages by their headings, and by the names in their code", () => {
  const body = new Markup(
    '<h1 id="a">From PyTorch</h1><p>Intro.</p><h2 id="sched">Schedules</h2><p>What follows <code>OneCycleLR</code> is <code>oneCycle({ max: 1 })</code>.</p><h2 id="other">Others</h2><p><em>2026-11-30</em></p><p>PyTorch&#39;s others.</p>',
  );
  const page = {
    path: "guides/x",
    title: "From PyTorch",
    summary: "How.",
    section: "guides",
    body,
  } as const;
  const index = MiniSearch.loadJSON(searchIndexOf([page]), searchOptions);
  const [first] = index.search("OneCycleLR");
  expect(first).toMatchObject({
    id: "guides/x/#sched",
    title: "Schedules",
    section: "From PyTorch",
  });
  expect(first!["summary"]).toBe("What follows OneCycleLR is oneCycle({ max: 1 }).");
  expect(index.search("pytorch")[0]!.id).toBe("guides/x/");
  expect(index.search("others")[0]).toMatchObject({ summary: "PyTorch's others." });
  expect(index.search("pytorch")[0]!["section"]).toBe("Guides");
  expect(index.search("onecycle").length).toBe(1);
});
