import subset from "subset-font";
import { expect, it } from "vitest";
import { Markup } from "../charts/markup.ts";
import { charactersOf, formulaFont, formulaFontLicense } from "./fonts.ts";

const page = (text: string) => ({ body: new Markup(text) });

it("has the characters of formulas, and italic letters for single ones", () => {
  const found = charactersOf([
    page("<p>Ж</p><math><mi>ψ</mi><mo>&lt;</mo><mo>∑</mo></math>"),
    page('<math class="symbol"><mi>h</mi></math>'),
  ]);
  for (const character of "ψ𝜓<∑hℎ√") expect(found).toContain(character);
  expect(found).not.toContain("Ж");
  expect(new Set(found).size).toBe([...found].length);
});

it("keeps the table with which browsers set mathematics, and is small", async () => {
  const font = await formulaFont([page("<math><mo>⌊</mo></math>")]);
  expect(Buffer.from(font.subarray(0, 4)).toString("latin1")).toBe("wOF2");
  expect(font.length).toBeLessThan(24_000);
  const names = { targetFormat: "sfnt" as const, preserveNameIds: [0, 14] };
  const plain = await subset(Buffer.from(font), "m", names);
  const tables = Array.from({ length: plain.readUInt16BE(4) }, (_, i) =>
    plain.toString("latin1", 12 + 16 * i, 16 + 16 * i),
  );
  expect(tables).toContain("MATH");
  // Names in fonts are UTF-16, in which the first byte of these letters is 0.
  const words = plain.toString("latin1").replaceAll("\0", "");
  for (const kept of ["https://scripts.sil.org/OFL", "The STIX Fonts Project Authors"])
    expect(words.includes(kept), kept).toBe(true);
});

it("may be redistributed, and says so", () => {
  const license = Buffer.from(formulaFontLicense()).toString();
  expect(license).toContain("SIL Open Font License, Version 1.1");
  // The subset may keep the name.
  expect(license).not.toMatch(/with Reserved Font Name/i);
});
