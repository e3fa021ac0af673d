/** The colors of the page as a canvas can take them. */
import { LIGHT } from "../../../charts/palette.ts";

export interface Colors {
  readonly series: readonly string[];
  readonly ink: string;
  readonly paper: string;
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
  const colors = {
    series: LIGHT.map((_, i) => read(`series-${i}`)),
    ink: read("ink"),
    paper: read("paper"),
  };
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
