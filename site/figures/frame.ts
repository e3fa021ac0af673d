/** A figure in a page without a script: caption, picture, controls and the sentence under it. */
import { type Markup, markup, symbolOf } from "../../charts/markup.ts";
import { writeAddress } from "../playground/address.ts";
import type { State as Race } from "../playground/state.ts";
import { type Control, initialState, type LiveFigure } from "./figure.ts";
import { settingText } from "./format.ts";
import { positionOf, stepOf } from "./slider.ts";

/** The width at which pictures are drawn, before the script fits them to the window. */
export const DRAWN_WIDTH = 720;

export async function frameOf(figure: LiveFigure): Promise<Markup> {
  const { name, title, caption, controls } = figure;
  const state = initialState(controls);
  const result = figure.compute(state);
  return markup`<figure class="live" id="figure-${name}" data-figure="${name}">
<figcaption><strong>${title}.</strong> ${caption}</figcaption>
<div class="plot">${figure.draw(result, state, DRAWN_WIDTH)}</div>
<p class="says" role="status">${figure.says(result, state)}</p>
<form class="controls" hidden>${Object.entries(controls).map(([key, control]) => controlMarkup(name, key, control))}
<div class="buttons">${figure.played !== undefined && markup`<button type="button" data-act="play">Play</button>`}<button type="button" data-act="reset">Reset</button></div></form>
${figure.race !== undefined && (await raceLink(figure.race(state)))}</figure>`;
}

/** The link to the playground; hidden if no race shows the same. */
async function raceLink(race: Race | undefined): Promise<Markup> {
  const hash = race === undefined ? "" : `#${await writeAddress(race)}`;
  return markup`<p class="race"${race === undefined && markup` hidden`}><a href="/playground/${hash}">Race this in the playground</a></p>`;
}

function controlMarkup(figure: string, key: string, control: Control): Markup {
  const id = `${figure}-${key}`;
  switch (control.kind) {
    case "range": {
      const at = (value: number) => positionOf(control, value);
      return markup`<label class="range" for="${id}"${symbolOf(control.symbol)}><span>${control.label}</span><input type="range" id="${id}" name="${key}" min="${at(control.min)}" max="${at(control.max)}" step="${stepOf(control)}" value="${at(control.value)}"><output>${settingText(control.value)}</output></label>`;
    }
    case "choice":
      return markup`<label class="choice" for="${id}"><span>${control.label}</span><select id="${id}" name="${key}">${control.options.map((option) => markup`<option${option === control.value && markup` selected`}>${option}</option>`)}</select></label>`;
    case "toggle":
      return markup`<label class="toggle" for="${id}"><input type="checkbox" id="${id}" name="${key}"${control.value && markup` checked`}><span>${control.label}</span></label>`;
  }
}
