import { describe, expect, it } from "vitest";
import type { Definition } from "../definition.ts";
import { glyphsOf, spelledGlyph } from "./glyph.ts";

const definition: Definition = { name: "example", hyper: {}, rule: "" };
const plain = { accent: undefined, index: "", label: "" };

describe("spelledGlyph", () => {
  it.each([
    ["m", { ...plain, base: "m", style: "latin" }],
    ["beta1", { ...plain, base: "beta", style: "greek", index: "1" }],
    ["mHat", { ...plain, base: "m", style: "latin", accent: "hat" }],
    ["v_hat", { ...plain, base: "v", style: "latin", accent: "hat" }],
    ["thetaBar", { ...plain, base: "theta", style: "greek", accent: "bar" }],
    ["vMax", { ...plain, base: "v", style: "latin", label: "max" }],
    ["scale", { ...plain, base: "scale", style: "word" }],
    ["alphabet", { ...plain, base: "alphabet", style: "word" }],
    ["maxNorm", { ...plain, base: "maxNorm", style: "word" }],
  ] as const)("%s", (name, glyph) => {
    expect(spelledGlyph(name)).toEqual(glyph);
  });
});

describe("glyphsOf", () => {
  it("gives the usual symbols of the field", () => {
    const names = ["lr", "eps", "momentum", "weightDecay", "dampening", "decay", "rho", "alpha"];
    const bases = names.map((name) => glyphsOf(definition, names).get(name)?.base);
    expect(bases).toEqual(["eta", "epsilon", "mu", "lambda", "tau", "delta", "rho", "alpha"]);
  });

  it("gives different names different glyphs", () => {
    const names = ["lr", "eta", "weightDecay", "l2", "lambda", "theta", "epsilon", "eps"];
    const glyphs = glyphsOf(definition, names);
    const written = names.map((name) => `${glyphs.get(name)?.style} ${glyphs.get(name)?.base}`);
    expect(new Set(written).size).toBe(names.length);
    expect(glyphs.get("eta")).toEqual({ ...plain, base: "eta", style: "word" });
    expect(glyphs.get("theta")).toEqual({ ...plain, base: "theta", style: "word" });
  });

  it("follows the definition's own choice", () => {
    const own = { ...definition, symbols: { momentum: "gamma" } };
    expect(glyphsOf(own, ["momentum"]).get("momentum")?.base).toBe("gamma");
  });

  it("treats names that every JavaScript object has like all others", () => {
    const glyphs = glyphsOf({ ...definition, symbols: {} }, ["constructor", "toString"]);
    expect(glyphs.get("constructor")?.base).toBe("constructor");
    expect(glyphs.get("toString")?.base).toBe("toString");
  });
});
