import { createRequire } from "node:module";
import subset from "subset-font";
import { expect, it } from "vitest";
import { Markup } from "../charts/markup.ts";
import { charactersOf, formulaFont } from "./fonts.ts";

const page = (text: string) => ({ body: new Markup(text) });

it("has what formulas are written with, and letters that stand alone as mathematics sets them", () => {
  const found = charactersOf([
    page("<p>Ж</p><math><mi>ψ</mi><mo>&lt;</mo><mo>∑</mo></math>"),
    page('<math class="symbol"><mi>h</mi></math>'),
  ]);
  for (const character of "ψ𝜓<∑hℎ√") expect(found).toContain(character);
  expect(found).not.toContain("Ж");
  expect(new Set(found).size).toBe([...found].length);
});

it("keeps the table by which browsers set mathematics, and is small", async () => {
  const font = await formulaFont([page("<math><mo>⌊</mo></math>")]);
  expect(Buffer.from(font.subarray(0, 4)).toString("latin1")).toBe("wOF2");
  expect(font.length).toBeLessThan(24_000);
  const plain = await subset(Buffer.from(font), "m", { targetFormat: "sfnt" });
  const tables = Array.from({ length: plain.readUInt16BE(4) }, (_, i) =>
    plain.toString("latin1", 12 + 16 * i, 16 + 16 * i),
  );
  expect(tables).toContain("MATH");
});

it("is free to be shared", () => {
  const { license } = createRequire(import.meta.url)("@fontsource/stix-two-math/package.json");
  expect(license).toBe("OFL-1.1");
});
