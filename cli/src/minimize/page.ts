/** The report of `gradus minimize`: one HTML page, without scripts and without files to load. */

import type { Curve, Figure, Series } from "../../../charts/figure.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { LIGHT, styleOf } from "../../../charts/palette.ts";
import { plotOf } from "../../../charts/plot.ts";
import { swatch } from "../../../charts/swatch.ts";
import { headMarkup } from "../report/head.ts";
import { factsMarkup } from "../report/sections.ts";
import { thin } from "../report/statistics.ts";
import { columnsOf, type Minimized, ratesNote, rowsOf, shownValue } from "./minimized.ts";
import { pathsChart } from "./paths.ts";
import { lowestOf, type Run } from "./run.ts";

const chartWidth = 1080;
/** The most points of a curve of values. */
const mostPoints = 1000;

/** The least and greatest values on a logarithmic axis. */
const [tiniest, hugest] = [1e-60, 1e200];

/** @param style the style sheet of reports */
export function minimizePage(found: Minimized, style: string): string {
  const { problem, runs, command } = found;
  const note = ratesNote(found);
  const series = runs.map(({ label }, i) => seriesOf(label, i));
  return markup`<!doctype html>
<html lang="en">
${headMarkup(problem.title, style)}
<body>
<header>
<div class="bar"><span class="brand">Gradus</span></div>
<h1>${problem.title}</h1>
<p class="headline">${headlineOf(found)}</p>
${problem.summary !== undefined && markup`<p class="note">${problem.summary}</p>`}
</header>
<div class="legend" role="region" aria-label="Methods"><div class="entries">${series.map((each) => markup`<span class="entry">${swatch(each)}${each.label}</span>`)}</div></div>
<main>
<h2 class="unseen">Charts</h2>
<div class="figures" data-arrangement="overlay">${problem.unknowns.length === 2 && pathsFigure(found, series)}${valuesFigure(found, series)}</div>
<section><h2>Results</h2>${note !== undefined && markup`<p class="note">${note}</p>`}${tableMarkup(found, series)}</section>
<section><h2>This run</h2>${factsMarkup(factsOf(found))}
<p class="note">To run this again:</p><pre tabindex="0"><code>${command}</code></pre></section>
</main>
</body>
</html>
`.text;
}

/** Paths turn too often for dashes, so these are used only when colours repeat. */
function seriesOf(label: string, i: number): Series {
  const { color, dash } = styleOf(i);
  return { label, color, dash: i < LIGHT.length ? "none" : dash };
}

/** Names the method that converged first, among those that came as low as the lowest. */
function headlineOf({ runs }: Minimized): string {
  const converged = runs.filter(({ result }) => result.converged);
  const lowest = Math.min(...converged.map(({ result }) => result.value));
  const isLow = ({ result: { value } }: Run) =>
    value - lowest <= 1e-8 * Math.max(1e-4, Math.abs(lowest));
  const [first] = converged
    .filter(isLow)
    .toSorted((a, b) => a.result.evaluations - b.result.evaluations);
  if (first === undefined) return "No method converged.";
  const { value, evaluations } = first.result;
  return `${first.label} converged first, after ${evaluations} evaluations, at a value of ${shownValue(value)}.`;
}

const figure = (title: string, caption: string, chart: Markup): Markup =>
  markup`<figure class="full"><figcaption><strong>${title}.</strong> ${caption}</figcaption><div class="plot">${chart}</div></figure>`;

function pathsFigure(found: Minimized, series: readonly Series[]): Markup {
  const cross = found.problem.minima.length > 0 ? " A cross marks the minimum." : "";
  return figure(
    "Paths of the methods",
    `Each dot is an iteration. The shade is deeper where the value is lower, in equal steps of its logarithm.${cross}`,
    pathsChart(found, series),
  );
}

/** The value from which the chart measures, and its name. */
function referenceOf({ problem, runs }: Minimized): readonly [number, string] {
  if (problem.least !== undefined) return [problem.least, "minimum"];
  const values = runs.map(({ result }) => result.value).filter(Number.isFinite);
  return [Math.min(...values), "lowest value that any method found"];
}

function valuesFigure(found: Minimized, series: readonly Series[]): Markup {
  const [reference, name] = referenceOf(found);
  // Below this, differences are rounding.
  const least = reference === 0 ? 1e-30 : Math.max(tiniest, 1e-16 * Math.abs(reference));
  const curves = found.runs.map((run, i) => curveOf(run, i, reference, least));
  const drawn: Figure = {
    id: "value-evaluations",
    x: { label: "evaluations", log: true, format: "integer" },
    y: { label: `value above the ${name}`, log: true, format: "number" },
    ...{ curves, points: false, target: null, ceiling: null },
  };
  return figure(
    "Value against evaluations",
    `The lowest value so far, minus the ${name}, ${shownValue(reference)}.`,
    plotOf(drawn, series, chartWidth, new Set(), "overlay").markup,
  );
}

function curveOf(run: Run, series: number, reference: number, least: number): Curve {
  const lowest = lowestOf(run);
  const isDrawn = lowest.length > 0 && Number.isFinite(lowest[0]);
  const y = isDrawn
    ? lowest.map((value) => Math.min(Math.max(least, value - reference), hugest))
    : [];
  const band = thin({ x: y.map((_, i) => i + 1), median: y, low: y, high: y }, mostPoints);
  return { series, ...band, chosen: -1 };
}

/** For the sentences in the last column. */
const leftAligned = markup` style="text-align:left;white-space:normal"`;

function tableMarkup(found: Minimized, series: readonly Series[]): Markup {
  const [method, ...names] = columnsOf(found).map((name) => name[0]!.toUpperCase() + name.slice(1));
  const body = rowsOf(found).map(
    ([label, ...cells], i) =>
      markup`<tr><th scope="row">${swatch(series[i]!)}${label!}</th>${cells.map((cell, j) => markup`<td${j === cells.length - 1 && leftAligned}>${cell}</td>`)}</tr>`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Results"><table>
<caption>The result of each method</caption>
<thead><tr><th scope="col">${method!}</th>${names.map((name, j) => markup`<th scope="col"${j === names.length - 1 && leftAligned}>${name}</th>`)}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

function factsOf({ problem, runs, bounds }: Minimized): readonly (readonly [string, string])[] {
  const { unknowns, text, start, minima } = problem;
  const named = (place: readonly number[]) =>
    unknowns.map((name, i) => `${name} = ${shownValue(place[i]!)}`).join(", ");
  const facts: [string, string][] = [
    ["Function", text],
    ["Start", named(start)],
  ];
  if (minima.length > 0) facts.push(["Minimum", minima.map(named).join("; ")]);
  if (bounds) facts.push(["Bounds", boundsText(unknowns, bounds)]);
  return [...facts, ...runs.map(({ label, result }): [string, string] => [label, named(result.x)])];
}

const boundsText = (
  unknowns: readonly string[],
  { lower, upper }: NonNullable<Minimized["bounds"]>,
): string => unknowns.map((name, i) => `${lower[i]} ≤ ${name} ≤ ${upper[i]}`).join(", ");
