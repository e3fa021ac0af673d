/** The page of the playground, as it is before its script runs. */
import { embedJson, type Markup, markup } from "../../charts/markup.ts";
import type { Page } from "../page.ts";
import { type Catalogue, catalogueOf } from "./catalogue.ts";
import { toJson } from "./json.ts";
import { mostSteps, speeds } from "./state.ts";
import { stillRace } from "./still.ts";

export function playgroundPage(): Page {
  const catalogue = catalogueOf();
  return {
    ...{ path: "playground", title: "Playground", section: "playground" },
    summary: "Race optimizers on surfaces, and write one of your own in a few lines of maths.",
    body: markup`<main id="main" class="playground">
<div class="welcome"><h1>Playground</h1>
<p class="lead">Optimizers race to the lowest point. Drag the start in the picture, change a learning rate, or write an optimizer of your own in a few lines of maths: it joins the race as you type.</p></div>
<noscript><p>The playground needs JavaScript: it runs the library in your browser.</p>${stillRace((name) => catalogue.optimizers.find((each) => each.name === name)!.title)}</noscript>
<div class="arena" hidden>
${stage(catalogue)}
${entrants(catalogue)}
</div>
<script type="application/json" id="catalogue">${embedJson(JSON.parse(toJson(catalogue)))}</script>
</main>`,
    scripts: ["playground/client/main.ts"],
  };
}

const number = (name: string, label: string, more: Markup): Markup =>
  markup`<label>${label}<input type="number" name="${name}" ${more}></label>`;

const stage = ({
  networks,
  surfaces,
}: Catalogue): Markup => markup`<section class="stage" aria-label="The race">
<p class="link-says" role="status"></p>
<form class="setup">
<label>Race on<select name="surface">${surfaces.map(({ name, title }) => markup`<option value="${name}">${title}</option>`)}<option value="own">A formula of your own</option>${networks.map(({ name, title }) => markup`<option value="${name}">${title}</option>`)}</select></label>
<label hidden>Compute on<select name="device"><option value="processor">Processor</option><option value="gpu">GPU</option></select></label>
<span class="about note"></span>
<label class="own" hidden>f(x, y) =<input name="formula" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="formula-problem"></label>
<p class="problem own" id="formula-problem" role="status" hidden></p>
<div class="numbers">
<div class="own" hidden>${number("xLow", "x from", markup`step="any"`)}${number("xHigh", "to", markup`step="any"`)}${number("yLow", "y from", markup`step="any"`)}${number("yHigh", "to", markup`step="any"`)}</div>
<div class="of-surface">${number("startX", "Start x", markup`step="any"`)}${number("startY", "y", markup`step="any"`)}${number("noise", "Gradient noise", markup`step="any" min="0" max="1000"`)}</div>
${number("seed", "Seed", markup`step="1" min="0" max="4294967295"`)}
${number("steps", "Steps", markup`step="1" min="1" max="${mostSteps}"`)}
</div>
<p class="note device-says" role="status"></p>
</form>
<div class="pictures">
<figure class="field"><figcaption>The stronger the shade, the lower. Drag the start.</figcaption><div class="plot"></div></figure>
<figure class="decisions" hidden><figcaption>What each network decides where, and the share of test points that it gets right.</figcaption><div class="plot"></div></figure>
<figure class="shares" hidden><figcaption>The share of test images that each network gets right.</figcaption><div class="plot"></div></figure>
<figure class="values"><figcaption>The <span class="measured">value</span> at each step.</figcaption><div class="plot"></div></figure>
</div>
<div class="transport" role="group" aria-label="Playing the race">
<button type="button" data-act="play">Play</button>
<button type="button" data-act="step">Step</button>
<button type="button" data-act="reset">Reset</button>
<label class="scrub"><span>Step <output></output></span><input type="range" min="0" step="1" name="shown"></label>
<label class="speed"><span>Speed <output></output></span><input type="range" min="${Math.log10(speeds.least)}" max="${Math.log10(speeds.most)}" step="0.05" name="speed"></label>
</div>
<p class="says" role="status"></p>
<p class="now" aria-hidden="true"></p>
<div class="sharing" role="group" aria-label="Share and save">
<button type="button" data-act="link">Copy link</button>
<button type="button" data-act="csv" title="As a table in CSV">Save numbers</button>
<button type="button" data-act="png" title="As a PNG">Save picture</button>
</div>
<div class="device-times"></div>
</section>`;

const entrants = ({
  optimizers,
}: Catalogue): Markup => markup`<section class="entrants" aria-label="Optimizers">
<div class="adding">
<button type="button" class="main" data-act="write">Write your own</button>
<button type="button" data-act="tune" title="Gives each optimizer the best of the learning rates that are tried">Find good rates</button>
<select name="add" aria-label="Add an optimizer"><option value="">Add an optimizer ...</option>${optimizers.map(({ name, title }) => markup`<option value="${name}">${title}</option>`)}</select>
</div>
<div class="racers"></div>
<template id="rule-help"><p class="note">Change a line, and it races. <code>g</code> is the gradient, <code>p</code> a weight, <code>t</code> the number of the step. <code>u</code> is the direction: a step makes p − lr · u of p. <a href="/guides/add-an-optimizer/">More on rules</a></p></template>
</section>`;
