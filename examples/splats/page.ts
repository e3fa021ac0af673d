// The page: connects its buttons, fields and files with the running fit.
import { keepInAddress } from "./address.ts";
import { type Choice, choices } from "./choices.ts";
import { Curve } from "./curve.ts";
import { Failure, openDevice } from "./device.ts";
import { takeFiles } from "./files.ts";
import { checkCount, limitOf, longestSide, sentence } from "./limits.ts";
import { painter, showPicture } from "./paint.ts";
import { landscape, type Picture, pictureOf } from "./picture.ts";
import { RateSliders } from "./rates.ts";
import { type Progress, Run } from "./run.ts";
import { Fit } from "./splats.ts";

const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const show = (id: string, text: string) => {
  element(id).textContent = text;
};
const count = element<HTMLInputElement>("count");
const grow = element<HTMLInputElement>("grow");
const longest = element<HTMLSelectElement>("longest");
const choice = element<HTMLSelectElement>("choice");
const pause = element<HTMLButtonElement>("pause");
const curve = new Curve(document.querySelector<SVGSVGElement>("#curve")!);

/** Shows a problem; an empty text hides it. */
function complain(problem: string): void {
  show("problem", problem);
  element("problem").hidden = problem === "";
}

/** An error as a sentence for the user. */
function sentenceOf(error: unknown): string {
  if (error instanceof Failure) {
    return error.message;
  }
  if ((error as Error)?.name === "GradientError") {
    return "The fit has diverged: some gradients are not finite. Lower the learning rates and continue, or start again.";
  }
  if ((error as Error)?.name === "DeviceError") {
    return `The GPU could not do this: ${(error as Error).message}`;
  }
  return `An unexpected error occurred: ${error instanceof Error ? error.message : error}`;
}

let device: GPUDevice | undefined;
/** The user's picture; undefined for the one that this page draws. */
let file: File | undefined;
let run: Run | undefined;
/** Counts starts. A start that is overtaken by a later one is dropped. */
let latest = 0;

/** The present device, or a new one. */
async function presentDevice(): Promise<GPUDevice> {
  if (device === undefined) {
    const opened = await openDevice();
    device = opened;
    opened.onuncapturederror = ({ error }) => stop(`The GPU reported an error: ${error.message}`);
    opened.lost.then(({ message }) => {
      device = undefined;
      stop(`The GPU was lost. ${message} Press “Start again” to use another one.`);
    });
  }
  return device;
}

/** Ends the fit if it cannot continue. */
function stop(why: string): void {
  run?.end();
  run = undefined;
  showState();
  complain(why);
}

/** The number of splats in the field. A new picture lowers it to its limit; otherwise a larger number is an error. */
function askedFor(device: GPUDevice, picture: Picture, isOther: boolean): number {
  const limit = limitOf(device.limits, picture);
  show("limit", sentence(limit));
  count.max = String(limit.most);
  if (isOther && count.valueAsNumber > limit.most) {
    count.value = String(limit.most);
  }
  count.setAttribute("aria-invalid", "true");
  checkCount(device.limits, picture, count.valueAsNumber);
  count.removeAttribute("aria-invalid");
  return count.valueAsNumber;
}

/** Starts a new fit with the present settings. If that fails, the running fit continues. */
async function start(next = file): Promise<void> {
  const mine = ++latest;
  const device = await presentDevice();
  const side = Math.min(Number(longest.value), longestSide(device.limits));
  const picture = next ? await pictureOf(next, side) : landscape(side, Math.round(0.75 * side));
  if (mine !== latest) {
    return;
  }
  const asked = askedFor(device, picture, next !== file);
  show("status", "Preparing …");
  const options = {
    count: asked,
    choice: choice.value as Choice,
    rates: sliders.rates,
    grow: grow.checked,
  };
  const fit = await Fit.of(device, picture, options);
  const painted = await painter(device, fit, element("fit"));
  if (mine !== latest) {
    fit.dispose();
    return;
  }
  run?.end();
  file = next;
  showPicture(element("picture"), picture);
  const name = file?.name ?? "An evening at a lake, drawn by this page";
  show("name", `${name}, ${picture.width} × ${picture.height} pixels`);
  curve.begin();
  curve.mark({ step: 0, text: choices[options.choice].title });
  run = new Run(device, fit, { paint: painted(), progress, failed });
  run.loop();
  complain("");
  showState();
}

function progress({ step, loss, count, pace, overfull }: Progress): void {
  // An error of 0 would be infinitely many decibels.
  const decibels = Math.min(100, -10 * Math.log10(loss));
  show("step", step.toLocaleString("en"));
  show("decibels", `${decibels.toFixed(1)} dB`);
  show("splats", count.toLocaleString("en"));
  show("pace", `${pace.toFixed(pace < 10 ? 1 : 0)} steps/s`);
  curve.add({ step, decibels });
  showState(overfull);
}

function failed(error: unknown): void {
  complain(sentenceOf(error));
  showState();
}

/** Shows the state of the fit, also on the button. @param overfull the number of tiles with too many splats */
function showState(overfull = 0): void {
  pause.disabled = run === undefined;
  pause.textContent = run?.isPaused ? "Continue" : "Pause";
  const state = run?.isPaused
    ? `Paused after step ${run.fit.steps.toLocaleString("en")}.`
    : `Fitting with ${choices[choice.value as Choice].title}.`;
  const crowd = `${overfull} tiles have more splats than they have room for. The rest is left out: use fewer splats.`;
  const status =
    run === undefined ? "No fit is running." : overfull > 0 ? `${state} ${crowd}` : state;
  // A screen reader would read the same text out again.
  if (element("status").textContent !== status) {
    show("status", status);
  }
}

/** Starts a new fit, and shows what goes wrong. */
const restart = (next?: File) => start(next).catch((error) => failed(error));

choice.append(...Object.entries(choices).map(([value, { title }]) => new Option(title, value)));
keepInAddress([count, longest, grow, choice]);
const sliders = new RateSliders(element("rates"), choices[choice.value as Choice].rates, (rates) =>
  run?.change(() => run?.fit.setRates(rates)),
);
choice.onchange = () => {
  const chosen = choice.value as Choice;
  const { title, rates } = choices[chosen];
  sliders.reset(rates);
  const current = run;
  current?.change(async () => {
    await current.fit.use(chosen, rates);
    curve.mark({ step: current.fit.steps, text: title });
    showState();
  });
};
pause.onclick = () => {
  run?.[run.isPaused ? "goOn" : "pause"]();
  complain("");
  showState();
};
element("restart").onclick = () => restart();
count.onchange = () => restart();
longest.onchange = () => restart();
grow.onchange = () => restart();
element("settings").onsubmit = (event) => event.preventDefault();
takeFiles(element("file"), restart, failed);
restart();
