import type { Series } from "../../../charts/figure.ts";
import {
  formatInteger,
  formatMeasured,
  formatNumber,
  formatPercent,
} from "../../../charts/format.ts";
import { formulaMarkup } from "../../../charts/formula.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { swatch } from "../../../charts/swatch.ts";
import type { AlgorithmFacts, Comparison } from "./comparison.ts";
import type { Row } from "./row.ts";
import type { Spread } from "./statistics.ts";
import type { Summary } from "./summary.ts";

export function tableMarkup(
  { task }: Comparison,
  summary: Summary,
  series: readonly Series[],
): Markup {
  const { rows, target } = summary;
  const metric = rows.some((row) => row.finalMetric !== null);
  const slowest = Math.max(...rows.map((row) => row.stepsToTarget ?? 0));
  const loss = columnFormat(rows.map((row) => row.finalLoss));
  const score =
    task.metricFormat === "percent"
      ? formatPercent
      : columnFormat(rows.map((row) => row.finalMetric));
  const body = rows.map(
    (row) => markup`<tr data-series="${row.series}">
<th scope="row">${swatch(series[row.series]!)}${row.label}</th>
<td>${formatNumber(row.lr)}</td>
${spreadCells(row.finalLoss, loss, row.divergedSeeds)}
${metric && spreadCells(row.finalMetric, score, 0)}
${target !== null && stepsCell(row, slowest, series[row.series]!)}
<td>${row.secondsPer1000Steps === null ? "–" : formatMeasured(row.secondsPer1000Steps, 3)}</td>
<td>${row.stateBytesPerParameter ?? "–"}</td>
</tr>`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Results"><table>
<caption>Each optimizer at the end of training</caption>
<thead><tr><th scope="col">Optimizer</th><th scope="col">lr</th>
<th scope="col" colspan="2">Final ${task.lossName}</th>${metric && markup`<th scope="col" colspan="2">Final ${task.metricName}</th>`}
${target !== null && markup`<th scope="col" class="steps">Steps to ${formatNumber(target)}</th>`}
<th scope="col">s / 1000 steps</th><th scope="col">State, B / parameter</th></tr></thead>
<tbody>${body}</tbody></table></div>`;
}

function spreadCells(
  over: Spread | null,
  format: (value: number) => string,
  diverged: number,
): Markup {
  if (over === null)
    return markup`<td class="value">${diverged > 0 ? "diverged" : "–"}</td><td class="range"></td>`;
  const range = over.low === over.high ? "" : `${format(over.low)} – ${format(over.high)}`;
  const failed = diverged > 0 ? ` (${diverged} diverged)` : "";
  return markup`<td class="value">${format(over.median)}</td><td class="range">${range}${failed}</td>`;
}

function stepsCell(row: Row, slowest: number, { color }: Series): Markup {
  if (row.stepsToTarget === null) {
    const missing = row.diverged ? "diverged" : "not reached";
    return markup`<td class="steps"><span>${missing}</span></td>`;
  }
  const share = ((row.stepsToTarget / slowest) * 100).toFixed(1);
  return markup`<td class="steps"><i style="--color:${color};--share:${share}%"></i><span>${formatInteger(row.stepsToTarget)}</span></td>`;
}

/**
 * Formats a column with equal decimals, so many that the smallest median has four significant digits. If the medians are too
 * far apart, each is formatted on its own.
 */
function columnFormat(spreads: readonly (Spread | null)[]): (value: number) => string {
  const sizes = spreads.flatMap((over) => (over === null ? [] : [Math.abs(over.median)]));
  const least = Math.min(...sizes.filter((size) => size > 0));
  if (least < 1e-5 || Math.max(...sizes) >= 1e6) return (value) => formatMeasured(value);
  const decimals = Number.isFinite(least) ? Math.max(0, 3 - Math.floor(Math.log10(least))) : 1;
  return (value) => value.toFixed(decimals);
}

export function algorithmsMarkup(algorithms: readonly AlgorithmFacts[]): Markup {
  const cards = algorithms.map(
    (algorithm) => markup`<article>
<h3>${algorithm.title}</h3><p>${algorithm.summary}</p>
<div class="formula" tabindex="0" role="region" aria-label="Formula of ${algorithm.title}">${formulaMarkup(algorithm.formula)}</div>
<dl>${Object.entries(algorithm.hyperparameters).map(([name, value]) => markup`<div><dt>${name}</dt><dd>${typeof value === "number" ? formatNumber(value) : String(value)}</dd></div>`)}</dl>
<p class="note">${memory(algorithm)}</p><p class="note">${linked(algorithm.paper)}</p></article>`,
  );
  return markup`<div class="cards">${cards}</div>`;
}

function memory({ stateBytesPerParameter, bytesPerParameter, passes }: AlgorithmFacts): string {
  const state =
    stateBytesPerParameter === 0
      ? "No state"
      : `${stateBytesPerParameter} bytes of state a parameter`;
  return `${state}; a step moves ${bytesPerParameter} bytes a parameter in ${passes === 1 ? "one pass" : `${passes} passes`}, in float32.`;
}

/** A text in which web addresses are links. */
function linked(text: string): readonly (string | Markup)[] {
  return text
    .split(/(https:\/\/[^\s<>"']*[^\s<>"'.,;:)])/)
    .map((part, i) =>
      i % 2 === 1 ? markup`<a href="${part}" rel="noreferrer">${part.slice(8)}</a>` : part,
    );
}

export function factsMarkup(facts: readonly (readonly [string, string])[]): Markup {
  return markup`<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
