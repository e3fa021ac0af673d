/** The report of a fit: one HTML page, without scripts and without files to load. */

import { type Chart, type Curve, chartOf } from "../../../charts/fit.ts";
import { formatInteger } from "../../../charts/format.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { headMarkup } from "../report/head.ts";
import { factsMarkup } from "../report/sections.ts";
import { type Fitted, parameterRows } from "./fitted.ts";

/** The number of points of a drawn curve. */
const curvePoints = 300;

/** @param style the style sheet of reports */
export function fitPage(found: Fitted, style: string): string {
  const { text, observations, path, command, result } = found;
  const title = `${observations.response} = ${text}`;
  return markup`<!doctype html>
<html lang="en">
${headMarkup(title, style)}
<body>
<header>
<div class="bar"><span class="brand">Gradus</span></div>
<h1>${title}</h1>
<p class="headline">${result.message}</p>
<p class="note">${formatInteger(observations.y.length)} observations from ${path}.</p>
</header>
<main>
<h2 class="unseen">Charts</h2>
<div class="figures" data-arrangement="overlay">${chartsOf(found).map(figureMarkup)}</div>
<section><h2>Parameters</h2>${tableMarkup(found)}</section>
<section><h2>This fit</h2>${factsMarkup(factsOf(found))}
<p class="note">To run this fit again:</p><pre tabindex="0"><code>${command}</code></pre></section>
</main>
</body>
</html>
`.text;
}

interface Figure {
  readonly title: string;
  readonly caption: string;
  readonly chart: Chart;
}

const figureMarkup = ({ title, caption, chart }: Figure): Markup =>
  markup`<figure class="full"><figcaption><strong>${title}.</strong> ${caption}</figcaption><div class="plot">${chartOf(chart)}</div></figure>`;

/** With one predictor, the curve and the residuals are drawn over it. Otherwise, the residuals are drawn over the fitted values. */
function chartsOf(found: Fitted): readonly Figure[] {
  const { observations, predictors, result, level } = found;
  const { rows, y, response } = observations;
  const fitted = rows.map((row) => result.predict(row));
  const left = fitted.map((value, i) => y[i]! - value);
  const [only, another] = predictors;
  if (only === undefined || another !== undefined) {
    return [residualFigure(left, fitted, `fitted ${response}`, response)];
  }
  const places = rows.map((row) => row[only]!);
  const percent = Number((100 * level).toPrecision(12));
  return [
    {
      title: `${response} against ${only}`,
      caption: `The points are the observations. The band contains the curve with a probability of ${percent} %.`,
      chart: {
        ...{
          xLabel: only,
          yLabel: response,
          x: places,
          y: Array.from(y),
          width: 1080,
          height: 430,
        },
        curve: curveOf(found, only, places),
      },
    },
    residualFigure(left, places, only, response),
  ];
}

const residualFigure = (
  y: readonly number[],
  x: readonly number[],
  xLabel: string,
  response: string,
): Figure => ({
  title: `Residuals against ${xLabel}`,
  caption: `Each observation minus the curve. If the model is right, the residuals lie around 0 without a pattern.`,
  chart: {
    xLabel,
    yLabel: `residual of ${response}`,
    x,
    y,
    hasZero: true,
    width: 1080,
    height: 260,
  },
});

function curveOf({ result, level }: Fitted, name: string, places: readonly number[]): Curve {
  const low = places.reduce((least, place) => Math.min(least, place), Number.POSITIVE_INFINITY);
  const high = places.reduce((most, place) => Math.max(most, place), Number.NEGATIVE_INFINITY);
  const x = Array.from(
    { length: curvePoints },
    (_, i) => low + ((high - low) * i) / (curvePoints - 1),
  );
  const bands = x.map((place) => result.band({ [name]: place }, { level }));
  return {
    ...{ x, y: bands.map(({ y }) => y) },
    ...{ low: bands.map((band) => band.low), high: bands.map((band) => band.high) },
  };
}

function tableMarkup(found: Fitted): Markup {
  const body = parameterRows(found).map(
    ([name, value, error]) =>
      markup`<tr><th scope="row">${name!}</th><td>${value!}</td><td>${error!}</td></tr>`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Parameters"><table>
<caption>Estimates with their standard errors</caption>
<thead><tr><th scope="col">Parameter</th><th scope="col">Value</th><th scope="col">Standard error</th></tr></thead>
<tbody>${body}</tbody></table></div>`;
}

function factsOf({
  result,
  path,
  predictors,
  parameters,
}: Fitted): readonly (readonly [string, string])[] {
  const { residualSumOfSquares, degreesOfFreedom, rank, iterations, evaluations } = result;
  const deviation = Math.sqrt(residualSumOfSquares / degreesOfFreedom);
  return [
    ["Data", path],
    ["Predictors", predictors.join(", ") || "none"],
    ["Residual sum of squares", residualSumOfSquares.toPrecision(7)],
    ["Residual standard deviation", degreesOfFreedom > 0 ? deviation.toPrecision(7) : "–"],
    ["Degrees of freedom", formatInteger(degreesOfFreedom)],
    ["Determined", `${rank} of ${parameters.length} parameters`],
    ["Iterations", `${formatInteger(iterations)}, ${formatInteger(evaluations)} evaluations`],
  ];
}
