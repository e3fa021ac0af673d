/**
 * Eight colours for lines, here on white. They were searched for within eight ranges of hue, so that any two stay apart in normal
 * vision and in protanopia, deuteranopia and tritanopia, and each has a contrast of 3:1 to the background. The test beside
 * this file checks that.
 */
export const LIGHT = [
  "#1240b0",
  "#c97f14",
  "#0da67d",
  "#6a2b4e",
  "#bb4a2a",
  "#3e778e",
  "#222222",
  "#9173e6",
] as const;

/** The same hues for a dark background. */
export const DARK = [
  "#5b7ec8",
  "#fac053",
  "#26ba95",
  "#b75f82",
  "#ea6840",
  "#99ceed",
  "#e7effc",
  "#ad8dfd",
] as const;

export const BACKGROUND = { light: "#ffffff", dark: "#16181d" } as const;

// Dashes for even and odd colours; each further round of eight series takes the next pair.
const DASHES = [
  ["none", "7 3.5"],
  ["1.5 3", "9 3 2 3"],
] as const;

/** The colour (a CSS expression that follows the colour scheme) and the dash pattern of the `i`th series. */
export function styleOf(i: number): { readonly color: string; readonly dash: string } {
  const slot = i % LIGHT.length;
  const round = Math.floor(i / LIGHT.length) % DASHES.length;
  return { color: `var(--series-${slot})`, dash: DASHES[round]![slot % 2]! };
}

/** The colours as CSS variables. */
export function paletteStyle(): string {
  const colors = LIGHT.map((light, i) => `--series-${i}:light-dark(${light},${DARK[i]!});`);
  return `:root{${colors.join("")}--paper:light-dark(${BACKGROUND.light},${BACKGROUND.dark})}`;
}
