import { createHash } from "node:crypto";
import { capital } from "../../../charts/axes.ts";
import type { Figure, FigureData } from "../../../charts/figure.ts";
import { formatDate, formatDuration, formatInteger, formatNumber } from "../../../charts/format.ts";
import { isOver } from "../../../charts/layout.ts";
import { embedJson, Markup, markup } from "../../../charts/markup.ts";
import { plotOf } from "../../../charts/plot.ts";
import { swatch } from "../../../charts/swatch.ts";
import type { Assets } from "./assets.ts";
import type { Comparison } from "./comparison.ts";
import { figuresOf } from "./figures.ts";
import { headMarkup } from "./head.ts";
import { algorithmsMarkup, factsMarkup, tableMarkup } from "./sections.ts";
import { type Summary, summaryOf } from "./summary.ts";

/** The width in pixels at which charts are drawn, before the script fits them to the window. */
const DRAWN_WIDTH = { full: 1080, half: 524 } as const;

/**
 * The report as one HTML page that loads nothing: script, style and data are inside, and its content security policy keeps
 * the browser from fetching anything else.
 */
export function pageOf(comparison: Comparison, { script, style }: Assets): string {
  const data = figuresOf(comparison);
  const summary = summaryOf(comparison);
  const hash = createHash("sha256").update(script).digest("base64");
  return markup`<!doctype html>
<html lang="en">
${headMarkup(comparison.title, style, `; script-src 'sha256-${hash}'`)}
<body>
${headerMarkup(comparison, summary)}
${legendMarkup(data)}
<main>
<h2 class="unseen">Charts</h2>
<div class="figures" data-arrangement="overlay">${data.figures.map((figure) => figureMarkup(figure, data, comparison, summary))}</div>
<section><h2>Results</h2><p class="note">${tableNote(comparison, summary)}</p>${tableMarkup(comparison, summary, data.series)}</section>
${comparison.findings.length > 0 && markup`<section><h2>Findings</h2><ul class="findings">${comparison.findings.map((finding) => markup`<li>${finding}</li>`)}</ul></section>`}
${comparison.algorithms.length > 0 && markup`<section><h2>The algorithms</h2>${algorithmsMarkup(comparison.algorithms)}</section>`}
<section><h2>This run</h2>${factsMarkup(factsOf(comparison, summary))}
<p class="note">To run this comparison again:</p><pre tabindex="0"><code>${comparison.command}</code></pre></section>
</main>
<div id="readout" role="status" hidden></div>
<script type="application/json" id="figure-data">${embedJson(data)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

function headerMarkup({ title, task }: Comparison, summary: Summary): Markup {
  const size = [
    `${formatInteger(task.parameters)} parameters`,
    `${formatInteger(task.steps)} steps of ${formatInteger(task.batch)} examples`,
    summary.seedsText,
  ].join(" · ");
  return markup`<header>
<div class="bar"><span class="brand">Gradus</span><button type="button" id="theme">Dark</button></div>
<h1>${title}</h1>
<p class="headline">${summary.headline}</p>
${summary.standfirst !== "" && markup`<p class="standfirst">${summary.standfirst}</p>`}
<p class="note">${task.summary} ${size}.</p>
</header>`;
}

function legendMarkup(data: FigureData): Markup {
  const entries = data.series.map(
    (series, i) =>
      markup`<button type="button" class="entry" data-series="${i}" aria-pressed="true" title="Show or hide ${series.label}">${swatch(series)}${series.label}</button>`,
  );
  return markup`<nav class="legend" aria-label="Optimizers"><div class="entries" role="group" aria-label="Show or hide an optimizer">${entries}<button type="button" id="show-all" hidden>Show all</button></div>
<div class="arrangement" role="group" aria-label="Arrangement of the charts"><button type="button" data-arrangement="overlay" aria-pressed="true">Overlay</button><button type="button" data-arrangement="multiples" aria-pressed="false">Small multiples</button></div></nav>`;
}

function figureMarkup(
  figure: Figure,
  data: FigureData,
  comparison: Comparison,
  summary: Summary,
): Markup {
  const half = figure.id === "loss-seconds" || figure.id === "metric-steps";
  const width = DRAWN_WIDTH[half ? "half" : "full"];
  const plot = plotOf(figure, data.series, width, new Set(), "overlay");
  return markup`<figure class="${half ? "half" : "full"}" data-figure="${figure.id}">
<figcaption><strong>${capital(figure.y.label)} against ${figure.x.label}.</strong> ${captionOf(figure, comparison, summary)}</figcaption>
<div class="plot">${plot.markup}</div></figure>`;
}

function captionOf(figure: Figure, comparison: Comparison, summary: Summary): string {
  const { id, curves } = figure;
  const { task, timing } = comparison;
  const { seeds, seedsText, target, rows } = summary;
  const lost = rows.some((row) => row.divergedSeeds > 0);
  const end = lost ? " A curve ends where half of its seeds or more have diverged." : "";
  const leaves = curves.some(({ median }) => median.some((value) => isOver(figure, value)));
  const exit = leaves ? " A triangle at the upper edge marks where a curve leaves the chart." : "";
  if (id === "loss-steps") {
    const smoothing = task.lossSmoothing === "" ? "" : `Loss: ${task.lossSmoothing}. `;
    const over =
      seeds > 1 ? `Median of ${seedsText}; the band spans the lowest to the highest.` : "";
    const goal = target === null ? "" : ` Dotted: the target loss, ${formatNumber(target)}.`;
    return smoothing + over + goal + end + exit;
  }
  if (id === "loss-seconds")
    return `Time spent training from the second step on, without evaluation. ${timing}${exit}`;
  if (id === "metric-steps") {
    const left = lost ? ", without those that diverged" : "";
    return seeds > 1 ? `Median and range of ${seedsText}${left}.` : "";
  }
  return sweepCaption(comparison, summary);
}

function sweepCaption({ runs }: Comparison, { rows }: Summary): string {
  const swept = runs.filter((run) => run.sweep);
  const length = Math.max(0, ...swept.map((run) => run.steps.at(-1) ?? 0));
  const after = length > 0 ? `After ${formatInteger(length)} steps. ` : "";
  const ring = rows.length > 0 ? "A ring marks the rate that the other charts show, a" : "A";
  return `${after}${ring} triangle at the upper edge one that diverged or ended far above where it began.`;
}

function tableNote(comparison: Comparison, { target, seeds, seedsText, rows }: Summary): string {
  const halves = rows.some(({ diverged, divergedSeeds }) => diverged && divergedSeeds < seeds);
  const sentences = [
    seeds > 1 && `Median of ${seedsText}, with the lowest and the highest in grey.`,
    halves && "An optimizer counts as diverged where half of its seeds or more did.",
    target !== null && targetNote(comparison, target),
    "Seconds are counted from the second step on.",
  ];
  return sentences.filter((sentence) => sentence !== false).join(" ");
}

function targetNote({ lossTarget, task }: Comparison, target: number): string {
  const origin =
    lossTarget === null
      ? "the lowest that the curves of all have reached, rounded up; an optimizer that made less than a quarter of the best one's progress is left out"
      : "as it was asked for";
  return `Steps are those at which the curve against steps first is at the target ${task.lossName}, ${formatNumber(target)}: ${origin}.`;
}

function factsOf(
  comparison: Comparison,
  { seedsText }: Summary,
): readonly (readonly [string, string])[] {
  const { task, machine, date, seconds } = comparison;
  const compared = comparison.runs.filter((run) => !run.sweep);
  const runs = compared.length > 0 ? compared : comparison.runs;
  return [
    ["Task", task.name],
    [
      "Parameters",
      `${formatInteger(task.parameters)}${task.kept === undefined ? "" : `, in ${task.kept}`}`,
    ],
    ["Steps", `${formatInteger(task.steps)}, of ${formatInteger(task.batch)} examples each`],
    ["Runs", `${runs.length}, ${seedsText} for each optimizer`],
    ["Learning rates", comparison.learningRates],
    ["Machine", machine],
    ["Date", formatDate(date)],
    ["Time", formatDuration(seconds)],
  ];
}
