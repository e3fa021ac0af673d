import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAssets, SCRIPT_FILE, STYLE_FILE } from "./assets.ts";

describe("readAssets", () => {
  it("says how to build missing files", () => {
    const folder = mkdtempSync(join(tmpdir(), "gradus-"));
    expect(() => readAssets(folder)).toThrow(/client\.js is missing .* run `npm run build` first/);
    writeFileSync(join(folder, SCRIPT_FILE), "script");
    expect(() => readAssets(folder)).toThrow(/client\.css is missing/);
    writeFileSync(join(folder, STYLE_FILE), "style");
    expect(readAssets(folder)).toEqual({ script: "script", style: "style" });
  });
});
