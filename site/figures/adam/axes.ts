/** A figure on invariance: Adam ignores the scale of an axis but not a rotation, and gradient descent the other way round. */
import { adam, type Rule, sgd } from "gradus";
import { formatNumber } from "../../../charts/format.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import { styleOf } from "../../../charts/palette.ts";
import { pathThrough } from "../../../charts/path.ts";
import { type Point, surfaceChart, type Way } from "../../../charts/surface.ts";
import { descend } from "../descend.ts";
import { liveFigure } from "../figure.ts";
import { entered, raceOn } from "../race.ts";
import { columnWidth, inColumns } from "./panels.ts";

const STEPS = 80;
/** A quarter turn moves it from the upper left to the lower left. */
const START: Point = [-5.2, 4.2];
const STEEPNESS = 4;
/** Equally long, so that angles are not distorted. */
const sides = {
  x: { label: "θ₁", domain: [-7.4, 3.8] },
  y: { label: "θ₂", domain: [-5.6, 5.6] },
} as const;

const series = {
  sgd: { label: "gradient descent", ...styleOf(4), dash: "none" },
  adam: { label: "Adam", ...styleOf(0), dash: "none" },
} as const;

const settings = { sgd: { lr: 0.05 }, adam: { lr: 0.15 } } as const;

/** A bowl whose second axis is `scale` times as steep, rotated by an angle. */
function landscape(scale: number, degrees: number) {
  const [cos, sin] = turn(degrees);
  const steepness = STEEPNESS * scale;
  return {
    value(x: number, y: number): number {
      const [along, across] = [cos * x + sin * y, cos * y - sin * x];
      return (along ** 2 + steepness * across ** 2) / 2;
    },
    formula: `((${cos} * x + ${sin} * y)^2 + ${steepness} * (${cos} * y - ${sin} * x)^2) / 2`,
    gradient(x: number, y: number): Point {
      const [along, across] = [cos * x + sin * y, steepness * (cos * y - sin * x)];
      return [cos * along - sin * across, sin * along + cos * across];
    },
  };
}

/** Cosine and sine, exact for an angle of 0. */
const turn = (degrees: number): Point => [
  Math.cos((degrees * Math.PI) / 180),
  Math.sin((degrees * Math.PI) / 180),
];

function turned([x, y]: Point, degrees: number): Point {
  const [cos, sin] = turn(degrees);
  return [cos * x - sin * y, sin * x + cos * y];
}

interface Ways {
  /** The path in the original landscape, scaled or rotated with it. */
  readonly expected: readonly Point[];
  readonly found: readonly Point[];
  /** The largest distance between the two at a step. */
  readonly distance: number;
}

export const figure = liveFigure({
  name: "axes",
  title: "Scales and rotations",
  caption:
    "The broad grey line is the path in the landscape as it was, turned along with it. The dots are the path that the optimizer takes now. Make θ₂ steeper: gradient descent leaves the line, and Adam does not. Turn the landscape: now Adam leaves it.",
  controls: {
    scale: {
      ...{ kind: "range", label: "gradients of θ₂, times" },
      ...{ min: 0.125, max: 8, step: 2 ** 0.25, log: true, value: 4 },
    },
    angle: { kind: "range", label: "turn, degrees", min: 0, max: 90, step: 1, value: 0 },
    eps: {
      ...{ kind: "choice", label: "ε of Adam" },
      ...{ options: ["0", "1e-8", "1e-4", "0.01", "1"], value: "0" },
    },
  },
  compute({ scale, angle, eps }) {
    const before = landscape(1, 0);
    const after = landscape(scale, angle);
    const ways = (rule: Rule): Ways => {
      const original = descend(rule, before.gradient, START, STEPS);
      const expected = original.map((each) => turned(each, angle));
      const found = descend(rule, after.gradient, expected[0]!, STEPS);
      const distances = found.map(([x, y], i) =>
        Math.hypot(x - expected[i]![0], y - expected[i]![1]),
      );
      return { expected, found, distance: Math.max(...distances) };
    };
    return {
      sgd: ways(sgd(settings.sgd)),
      adam: ways(adam({ ...settings.adam, eps: Number(eps) })),
    };
  },
  draw(result, { scale, angle }, width) {
    // The same function for both maps, so that its contours are computed once.
    const { value } = landscape(scale, angle);
    const each = columnWidth(width, 2);
    const maps = (["sgd", "adam"] as const).map(
      (name) =>
        markup`<p class="map-name" style="--color:${series[name].color}">${series[name].label}<span>${distanceText(result[name].distance)}</span></p>${mapOf(name, value, result[name], each)}`,
    );
    return inColumns(2, maps);
  },
  says({ sgd, adam }) {
    const of = (name: string, { distance }: Ways) =>
      distance < ROUNDING
        ? `${name} takes the same path${distance === 0 ? ", to the last bit" : `, to rounding (${formatNumber(distance, 2)})`}`
        : `${name} strays by up to ${formatNumber(distance, 3)}`;
    return `${of("Gradient descent", sgd)}; ${of("Adam", adam)}.`;
  },
  played: "angle",
  race: ({ scale, angle, eps }) =>
    raceOn(
      {
        formula: landscape(scale, angle).formula,
        view: { x: sides.x.domain, y: sides.y.domain },
        start: turned(START, angle),
      },
      [entered("sgd", settings.sgd), entered("adam", { ...settings.adam, eps: Number(eps) })],
      STEPS,
    ),
});

/** Smaller distances are rounding: 1e-16 of numbers up to 10, in eighty steps. */
const ROUNDING = 1e-11;

const distanceText = (distance: number) =>
  distance < ROUNDING ? "same path" : `${formatNumber(distance, 3)} away`;

function mapOf(
  name: keyof typeof series,
  value: (x: number, y: number) => number,
  { expected, found }: Ways,
  width: number,
): Markup {
  const way: Way = { series: series[name], points: found };
  // As wide as high, without the room for the axes.
  const height = width - 56 - 12 + 30 + 42;
  return surfaceChart(
    {
      ...{ id: `axes-${name}`, label: `Path of ${series[name].label}`, value },
      ...sides,
      ...{ ways: [way], minima: [[0, 0]], start: expected[0]! },
      between: (x, y) => {
        const path = pathThrough(expected.map(([across, up]) => [x(across), y(up)]));
        return markup`<path class="ghost" d="${path}"/>`;
      },
    },
    width,
    height,
  );
}
