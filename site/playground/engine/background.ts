/** What lies under the ways on a surface: contours, axes and minima. */
import { surfaceChart } from "../../../charts/surface.ts";
import type { SurfaceGround } from "../state.ts";
import { surfaceExpression, surfaceFacts, surfaceValue } from "./surface.ts";

/** What is drawn, and where its values lie. */
export interface Background {
  /** SVG. */
  readonly markup: string;
  readonly view: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
}

/** @throws {FormulaError} */
export function backgroundOf(ground: SurfaceGround, width: number, height: number): Background {
  const { formula, view, minima } = surfaceFacts(ground);
  const chart = surfaceChart(
    {
      ...{ id: "playground", label: "The function as contours, with the ways of the optimizers" },
      value: surfaceValue(surfaceExpression(formula)),
      x: { label: "x", domain: view.x },
      y: { label: "y", domain: view.y },
      ...{ ways: [], minima },
    },
    width,
    height,
  );
  return { markup: chart.text, view };
}
