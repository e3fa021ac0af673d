// The page: what its buttons, fields and files do to the fit that runs.
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

/** Says what went wrong, until it is otherwise; nothing where all is well. */
function complain(problem: string): void {
  show("problem", problem);
  element("problem").hidden = problem === "";
}

/** What went wrong, for whoever looks at the page. */
function sentenceOf(error: unknown): string {
  if (error instanceof Failure) {
    return error.message;
  }
  if ((error as Error)?.name === "GradientError") {
    return "The fit has run away: some gradients are no finite numbers any more. Lower the learning rates and go on, or start again.";
  }
  if ((error as Error)?.name === "DeviceError") {
    return `The GPU could not do this: ${(error as Error).message}`;
  }
  return `Something went wrong that this page did not expect: ${error instanceof Error ? error.message : error}`;
}

let device: GPUDevice | undefined;
/** Undefined for the one that is drawn here. */
let file: File | undefined;
let run: Run | undefined;
/** Counts what was begun: what is slower than what was begun after it is of no use any more. */
let latest = 0;

/** The device that there is, or a new one. */
async function presentDevice(): Promise<GPUDevice> {
  if (device === undefined) {
    const opened = await openDevice();
    device = opened;
    opened.onuncapturederror = ({ error }) => stop(`The GPU refused something: ${error.message}`);
    opened.lost.then(({ message }) => {
      device = undefined;
      stop(`The GPU was lost. ${message} “Start again” asks for another.`);
    });
  }
  return device;
}

/** Ends the fit, where nothing can go on. */
function stop(why: string): void {
  run?.end();
  run = undefined;
  showState();
  complain(why);
}

/** The number of splats that is asked for, where the picture takes as many: of another picture as many as that takes. */
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

/** Fits anew, with the settings as they are. Where that cannot be, what runs goes on. */
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
  // An error of nought would be endlessly many.
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

/** What goes on, and the button as that is. @param overfull tiles in which there are too many splats */
function showState(overfull = 0): void {
  pause.disabled = run === undefined;
  pause.textContent = run?.isPaused ? "Go on" : "Pause";
  const state = run?.isPaused
    ? `Paused behind step ${run.fit.steps.toLocaleString("en")}.`
    : `Fitting with ${choices[choice.value as Choice].title}.`;
  const crowd = `${overfull} of its tiles have more splats than they have room for; what is beyond is left out: take fewer.`;
  const status =
    run === undefined ? "Nothing is fitted." : overfull > 0 ? `${state} ${crowd}` : state;
  // What is said again would be read out again.
  if (element("status").textContent !== status) {
    show("status", status);
  }
}

/** Starts, and says what goes wrong. */
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
