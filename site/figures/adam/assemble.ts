/** A figure that puts Adam together term by term, in a valley with noisy gradients. */
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import type { LinesChart } from "../../../charts/lines.ts";
import { type Markup, markup, symbolOf } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import { type Point, surfaceChart } from "../../../charts/surface.ts";
import { liveFigure } from "../figure.ts";
import { raceNoise } from "../noise.ts";
import { raceOn } from "../race.ts";
import { run, type Step } from "../run.ts";
import { heightAt } from "../size.ts";
import { chartsIn, domainOf } from "./panels.ts";
import { newLines, type StageName, stageNames, stages } from "./stages.ts";

const MOST_STEPS = 100;
const STEEPNESS = 8;
const START: Point = [-6, 2];
const value = (x: number, y: number) => (x ** 2 + STEEPNESS * y ** 2) / 2;
export const noises = raceNoise(MOST_STEPS);
const sides = {
  x: { label: "θ₁", domain: [-8, 4] },
  y: { label: "θ₂", domain: [-2.5, 2.5] },
} as const;

const weights = [0, 1].map((i) => ({ label: `θ${"₁₂"[i]!}`, ...styleOf(i), dash: "none" }));

interface Result {
  readonly steps: readonly Step[];
  readonly gradients: readonly Point[];
  /** The change of the weights in each step, in learning rates. */
  readonly moves: readonly Point[];
}

export const figure = liveFigure({
  name: "assemble",
  title: "Adam, term by term",
  caption:
    "One valley, eight times as steep in θ₂ as in θ₁, with noisy gradients. The text is the rule that runs; what is new in it is marked. Go through the stages from the top.",
  controls: {
    stage: { kind: "choice", label: "stage", options: stageNames, value: "Adam" },
    steps: { kind: "range", label: "steps", min: 1, max: MOST_STEPS, step: 1, value: MOST_STEPS },
    lr: {
      ...{ kind: "range", label: "η, learning rate", symbol: "lr" },
      ...{ min: 0.01, max: 0.25, step: 1.05, log: true, value: 0.1 },
    },
    noise: { kind: "range", label: "noise", min: 0, max: 4, step: 0.1, value: 1 },
    beta1: {
      ...{ kind: "range", label: "β₁, memory of m", symbol: "beta1" },
      ...{ min: 0, max: 0.99, step: 0.01, value: 0.9 },
    },
    beta2: {
      ...{ kind: "range", label: "β₂, memory of v", symbol: "beta2" },
      ...{ min: 0.5, max: 0.999, step: 0.001, value: 0.999 },
    },
    eps: {
      ...{ kind: "range", label: "ε", symbol: "eps" },
      ...{ min: 1e-8, max: 10, step: 10 ** 0.25, log: true, value: 1e-8 },
    },
  },
  compute({ stage, steps, noise, ...settings }): Result {
    const gradients: Point[] = [];
    const gradient = ([x, y]: Float64Array, step: number) => {
      const at = 2 * (step - 1);
      const found: Point = [x! + noise * noises[at]!, STEEPNESS * y! + noise * noises[at + 1]!];
      gradients.push(found);
      return found;
    };
    const rule = stages[stage as StageName].rule(settings);
    const taken = run(rule, gradient, START, steps);
    const moves = taken.slice(1).map(({ parameters }, i): Point => {
      const before = taken[i]!.parameters;
      return [
        (parameters[0]! - before[0]!) / settings.lr,
        (parameters[1]! - before[1]!) / settings.lr,
      ];
    });
    return { steps: taken, gradients, moves };
  },
  draw(result, { stage }, width) {
    const points = result.steps.map(({ parameters: [x, y] }): Point => [x!, y!]);
    const map = surfaceChart(
      {
        ...{ id: "assemble", label: `The path of the stage ${stage}`, value, start: START },
        ...sides,
        ways: [{ series: { label: stage, ...styleOf(2), dash: "none" }, points }],
        minima: [[0, 0]],
      },
      width,
      heightAt(width, 280),
    );
    const charts = chartsIn(width, 2, 130, signalsOf(result));
    return markup`${ruleText(stage as StageName)}${map}${keyMarkup(weights.map((series) => ({ series })))}${charts}`;
  },
  says({ steps, moves }, { lr }) {
    const [x, y] = steps.at(-1)!.parameters;
    const sizes = moves.map((move) => Math.max(...move.map(Math.abs)));
    const times = (size: number) => formatNumber(size * lr, 3);
    return `After ${steps.length - 1} steps the value is ${formatNumber(value(x!, y!), 3)}. The first step moved a weight by up to ${times(sizes[0] ?? 0)}, the longest by ${times(Math.max(0, ...sizes))}; η is ${formatNumber(lr, 3)}.`;
  },
  played: "steps",
  race: ({ stage, steps, noise, ...settings }) =>
    raceOn(
      {
        formula: `(x^2 + ${STEEPNESS} * y^2) / 2`,
        ...{ view: { x: sides.x.domain, y: sides.y.domain }, start: START, noise },
      },
      [stages[stage as StageName].entry(settings)],
      steps,
    ),
});

/** The rule in the library's language. */
function ruleText(name: StageName): Markup {
  const isNew = newLines(name);
  const lines = stages[name].lines.map((line, i) => {
    const text = line.split(/\b(beta1|beta2|eps|lr|m|v|g)\b/).map((part, j) => {
      // Every second part is a name.
      return j % 2 === 0 ? part : markup`<span${symbolOf(part)}>${part}</span>`;
    });
    return isNew[i] ? markup`<mark>${text}</mark>\n` : markup`${text}\n`;
  });
  return markup`<pre class="rule"><code>${lines}p = p - <span${symbolOf("lr")}>lr</span> * u</code></pre>`;
}

/** What a rule reads, stores and does, weight by weight. */
function signalsOf({ steps, gradients, moves }: Result): readonly LinesChart[] {
  const state = (name: string) =>
    steps.slice(1).map(({ state }) => {
      const found = Object.entries(state).find(([key]) => key.endsWith(`.${name}`));
      return found === undefined ? null : ([found[1][0]!, found[1][1]!] as const);
    });
  const [means, squares] = [state("m"), state("v")];
  const chart = (
    name: string,
    label: string,
    values: readonly (Point | null)[],
    domain: readonly [number, number],
    log = false,
  ): LinesChart => ({
    ...{ id: `assemble-${name}`, label: `${label} of both weights against steps` },
    x: { label: "", log: false, format: "integer", domain: [0, MOST_STEPS] },
    y: { label: values[0] === null ? `${label}: not used` : label, log, format: "number", domain },
    lines: weights.map((series, i) => ({
      ...{ series, symbol: name },
      points: values.map((each, t): Point => [t + 1, each?.[i] ?? Number.NaN]),
    })),
  });
  const sizes = [...gradients.flat(), ...means.flatMap((each) => each ?? [])];
  const gradientsDomain = domainOf(sizes, [-4, 4]);
  return [
    chart("g", "gradient gₜ", gradients, gradientsDomain),
    chart("m", "mean mₜ", means, gradientsDomain),
    chart("v", "squares vₜ", squares, [1e-4, 1e3], true),
    chart("u", "step / η", moves, domainOf(moves.flat(), [-1.2, 1.2])),
  ];
}
