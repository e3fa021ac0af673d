import type { LatexOptions } from "gradus/explain";

/** Gives each symbol of a formula `data-symbol` with its name in the rule, so that text and figures can mark it. */
export const withSymbols: LatexOptions = {
  symbol: (name, tex) => `\\data{symbol=${name}}{${tex}}`,
};
