/** A figure of Adam and three optimizers that change one part of it. */
import { adam, amsgrad, lion, nadamw, type Rule } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { keyMarkup } from "../../../charts/key.ts";
import type { LinesChart } from "../../../charts/lines.ts";
import { markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import { type Point, surfaceChart } from "../../../charts/surface.ts";
import { descend } from "../descend.ts";
import { liveFigure } from "../figure.ts";
import { raceNoise } from "../noise.ts";
import { entered, raceOn } from "../race.ts";
import { heightAt } from "../size.ts";
import { chartsIn } from "./panels.ts";

const STEPS = 119;
const STEEPNESS = 20;
const START: Point = [-7, 2.2];
const value = (x: number, y: number) => (x ** 2 + STEEPNESS * y ** 2) / 2;
export const noises = raceNoise(STEPS);
const sides = {
  x: { label: "θ₁", domain: [-9, 4] },
  y: { label: "θ₂", domain: [-2.6, 2.6] },
} as const;

interface Settings {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
}

interface Kind {
  readonly rule: (settings: Settings) => Rule;
  /** The exported name. */
  readonly name: string;
  /** Options besides the settings that all have. */
  readonly more: Readonly<Record<string, number>>;
}

const variants = {
  AMSGrad: { rule: amsgrad, name: "amsgrad", more: {} },
  // Without decay it is NAdam without PyTorch's momentum schedule.
  NAdam: { rule: nadamw, name: "nadamw", more: { weightDecay: 0 } },
  Lion: { rule: lion, name: "lion", more: {} },
} as const satisfies Readonly<Record<string, Kind>>;
type Variant = keyof typeof variants;

export const figure = liveFigure({
  name: "variants",
  title: "Against Adam",
  caption:
    "The same valley, the same noise, the same η, β₁ and β₂, for Adam and for a variant. Below is how far each step moves θ₁.",
  controls: {
    variant: { kind: "choice", label: "variant", options: Object.keys(variants), value: "Lion" },
    noise: { kind: "range", label: "noise", min: 0, max: 10, step: 0.5, value: 2 },
    lr: {
      ...{ kind: "range", label: "η, learning rate", symbol: "lr" },
      ...{ min: 0.01, max: 0.5, step: 1.05, log: true, value: 0.1 },
    },
    beta1: {
      ...{ kind: "range", label: "β₁", symbol: "beta1" },
      ...{ min: 0, max: 0.99, step: 0.01, value: 0.9 },
    },
    beta2: {
      ...{ kind: "range", label: "β₂", symbol: "beta2" },
      ...{ min: 0.5, max: 0.999, step: 0.001, value: 0.95 },
    },
  },
  compute({ variant, noise, ...settings }) {
    const gradient = (x: number, y: number, step: number): Point => [
      x + noise * noises[2 * step - 2]!,
      STEEPNESS * y + noise * noises[2 * step - 1]!,
    ];
    const wayOf = (rule: Rule) => descend(rule, gradient, START, STEPS);
    const { rule, more } = variants[variant as Variant];
    return { adam: wayOf(adam(settings)), variant: wayOf(rule({ ...settings, ...more })) };
  },
  draw(result, { variant, lr }, width) {
    const shown = [
      { series: { label: "Adam", ...styleOf(0), dash: "none" }, points: result.adam },
      { series: { label: variant, ...styleOf(1), dash: "none" }, points: result.variant },
    ];
    const map = surfaceChart(
      {
        ...{ id: "variants", label: `Paths of Adam and ${variant}`, value, start: START },
        ...sides,
        ...{ ways: shown, minima: [[0, 0]] },
      },
      width,
      heightAt(width, 300),
    );
    const steps: LinesChart = {
      ...{ id: "variants-steps", label: `Steps of θ₁ with Adam and ${variant}` },
      x: { label: "step", log: false, format: "integer", domain: [0, STEPS] },
      y: { label: "step of θ₁ / η", log: false, format: "number", domain: [-1.3, 1.3] },
      lines: shown.map(({ series, points }) => ({
        series,
        points: points.slice(1).map(([x], i): Point => [i + 1, (x - points[i]![0]) / lr]),
      })),
    };
    return markup`${keyMarkup(shown)}${map}${chartsIn(width, 1, 180, [steps])}`;
  },
  says(result, { variant }) {
    const end = (points: readonly Point[]) => formatNumber(value(...points.at(-1)!), 3);
    return `After ${STEPS} steps the value is ${end(result.variant)} with ${variant} and ${end(result.adam)} with Adam.`;
  },
  played: "noise",
  race({ variant, noise, ...settings }) {
    const { name, more } = variants[variant as Variant];
    return raceOn(
      {
        formula: `(x^2 + ${STEEPNESS} * y^2) / 2`,
        ...{ view: { x: sides.x.domain, y: sides.y.domain }, start: START, noise },
      },
      [entered("adam", settings), entered(name, { ...settings, ...more })],
      STEPS,
    );
  },
});
