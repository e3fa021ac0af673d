/** Chooses how a name is written: `beta1` as β₁, `mHat` as m̂, `maxNorm` upright. */
import type { Definition } from "../definition.ts";

/** A name's symbol, without the mark that says which step its value belongs to. */
export interface Glyph {
  /** One Latin letter, the name of a Greek one, or a word that is set upright. */
  readonly base: string;
  readonly style: "latin" | "greek" | "word";
  readonly accent: "hat" | "bar" | "tilde" | undefined;
  /** The digits after the letter. */
  readonly index: string;
  /** A word over the letter, such as the `max` of `vMax`. */
  readonly label: string;
}

/** Greek letters by name, as Unicode has them. */
export const greekLetters = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ε",
  zeta: "ζ",
  eta: "η",
  theta: "θ",
  iota: "ι",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  upsilon: "υ",
  phi: "φ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
} as const satisfies Record<string, string>;

/** The symbols that papers use, for names that do not spell them. */
const usualNames = new Map([
  ["lr", "eta"],
  ["eps", "epsilon"],
  ["epsRoot", "epsilonBar"],
  ["momentum", "mu"],
  ["weightDecay", "lambda"],
  ["l2", "lambda"],
  ["dampening", "tau"],
  ["decay", "delta"],
  ["velocity", "v"],
  ["average", "thetaBar"],
]);

const greek = Object.keys(greekLetters).join("|");
const pattern = new RegExp(
  `^(?<base>[A-Za-z]|${greek})(?<index>\\d*)_?(?<suffix>[Hh]at|[Bb]ar|[Tt]ilde|[Mm]ax|[Mm]in)?$`,
);

const word = (base: string): Glyph => ({
  base,
  style: "word",
  accent: undefined,
  index: "",
  label: "",
});

/** The glyph that a name spells. */
export function spelledGlyph(name: string): Glyph {
  const groups = pattern.exec(name)?.groups;
  if (groups === undefined) {
    return word(name);
  }
  const { base = "", index = "" } = groups;
  const suffix = groups["suffix"]?.toLowerCase();
  const isLabel = suffix === "max" || suffix === "min";
  return {
    base,
    style: base.length === 1 ? "latin" : "greek",
    accent: isLabel ? undefined : (suffix as Glyph["accent"]),
    index,
    label: isLabel ? suffix : "",
  };
}

const keyOf = ({ base, style, accent, index, label }: Glyph): string =>
  [base, style, accent, index, label].join(" ");

/** Names that mean the same in every rule. */
const flowingGlyphs: Readonly<Record<string, Glyph>> = {
  g: spelledGlyph("g"),
  p: spelledGlyph("theta"),
  u: spelledGlyph("u"),
  t: spelledGlyph("t"),
  rows: word("rows"),
  cols: word("cols"),
  size: word("size"),
  loss: word("loss"),
  matrix: word("matrix"),
};

/**
 * The glyphs of a part's names. If a name's glyph is already taken, the name gets the glyph that it spells,
 * or is set upright in full.
 * @param names hyperparameters first, then state, then locals
 */
export function glyphsOf(definition: Definition, names: Iterable<string>): Map<string, Glyph> {
  const glyphs = new Map(Object.entries(flowingGlyphs));
  const symbols = new Map(Object.entries(definition.symbols ?? {}));
  const taken = new Set([...glyphs.values()].map(keyOf));
  for (const name of names) {
    const chosen = symbols.get(name) ?? usualNames.get(name) ?? name;
    const glyph = [spelledGlyph(chosen), spelledGlyph(name)].find(
      (each) => !taken.has(keyOf(each)),
    );
    const unique = glyph ?? word(name);
    taken.add(keyOf(unique));
    glyphs.set(name, unique);
  }
  return glyphs;
}
