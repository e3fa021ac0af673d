import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { renderMarkdown } from "../markdown.ts";
import { drawings } from "./drawings.ts";
import { made, withPictures } from "./pictures.ts";

it("has a drawing for each picture that the build makes", () => {
  expect(Object.keys(drawings)).toEqual(Object.keys(made));
});

it("has a picture for each example of the page except the one that needs a GPU", async () => {
  const text = readFileSync(new URL("../../docs/examples.md", import.meta.url), "utf8");
  const link = (href: string) =>
    href.startsWith("../examples/") ? `/guides/${href.slice(3).replace(/\.ts$/, "")}/` : href;
  const { body } = await renderMarkdown(text, { link });
  const parts = withPictures(body.text).split("<p><strong><a ").slice(1);
  expect(parts.length).toBeGreaterThan(10);
  const without = parts.filter((part) => !part.includes("<img "));
  expect(without.map((part) => /href="([^"]*)"/.exec(part)![1])).toEqual([
    "/guides/examples/splats/splats/",
  ]);
});

it("draws the results of an example", async () => {
  const svg = await drawings["examples/my-task.ts"]!();
  expect(svg).toContain('aria-label="A sine, from points with noise: error without noise against');
  expect(svg.match(/<path class="line"/g)?.length).toBe(2);
  expect(svg.length).toBeLessThan(12_000);
});
