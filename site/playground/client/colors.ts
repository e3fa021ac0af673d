/** The colors of the page as a canvas can take them. */
import { LIGHT } from "../../../charts/palette.ts";

export interface Colors {
  readonly series: readonly string[];
  readonly ink: string;
  readonly paper: string;
  /** Of regions of two classes: red, green and blue from 0 to 255. */
  readonly classes: readonly [readonly number[], readonly number[]];
}

/** As they are in the theme that the page has now. */
export function colorsOf(element: HTMLElement): Colors {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  const series = LIGHT.map((_, i) => read(`series-${i}`));
  const paper = read("paper");
  const pale = (color: string) =>
    channels(color).map((value, i) => 0.45 * value + 0.55 * channels(paper)[i]!);
  const classes = [pale(series[0]!), pale(series[1]!)] as const;
  const colors = { series, ink: read("ink"), paper, classes };
  probe.remove();
  return colors;
}

/** Calls back when the theme has changed. */
export function onTheme(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
}
