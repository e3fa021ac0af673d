/** What lies under a race: contours, axes and minima of a surface, or what a network learns from. */
import { surfaceChart } from "../../../charts/surface.ts";
import type { NetworkProblem } from "../networks/problem.ts";
import type { State, SurfaceGround } from "../state.ts";
import { decisionCells, decisionReach, networkProblem } from "./network.ts";
import { surfaceExpression, surfaceFacts, surfaceValue } from "./surface.ts";

/** What is drawn, and where its values lie. */
export interface SurfaceBackground {
  readonly kind: "surface";
  /** SVG. */
  readonly markup: string;
  readonly view: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
}

/** The pictures of what networks decide over the plane. */
export interface DecisionBackground {
  readonly kind: "decisions";
  /** Cells of a side. */
  readonly cells: number;
  /** From the middle to each side. */
  readonly reach: number;
  readonly points: NetworkProblem["train"];
}

/** Networks whose inputs are too many to be seen: shares of what they get right are drawn. */
export interface ShareBackground {
  readonly kind: "shares";
}

export type Background = SurfaceBackground | DecisionBackground | ShareBackground;

/** @throws {FormulaError} */
export function backgroundOf({ ground, seed }: State, width: number, height: number): Background {
  if (ground.kind === "surface") return surfaceBackground(ground, width, height);
  if (ground.network !== "spirals") return { kind: "shares" };
  const { train } = networkProblem(ground, seed);
  return { kind: "decisions", cells: decisionCells, reach: decisionReach, points: train };
}

function surfaceBackground(
  ground: SurfaceGround,
  width: number,
  height: number,
): SurfaceBackground {
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
  return { kind: "surface", markup: chart.text, view };
}
