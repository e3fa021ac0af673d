/**
 * Draws docs/schedules.svg, a panel for each schedule, from the functions themselves:
 * `npx tsx scripts/draw-schedules.ts`. A test sees to it that the picture is up to date.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DARK, LIGHT } from "../src/cli/report/palette.ts";
import type { Schedule } from "../src/schedules/index.ts";
import * as s from "../src/schedules/index.ts";

const STEPS = 100;
const COLUMNS = 4;
const PANEL = { width: 214, height: 92, left: 18, top: 46, across: 236, down: 162 } as const;

const ends = { initial: 1, steps: 90 };
const fall = s.exponential({ initial: 1, gamma: 0.97 });
/** A loss that stops falling now and then. */
const loss = (step: number) => 1 / Math.ceil(step / 25) + 0.001 * (step % 5);
/** What a plateau schedule gives after that many of them. */
function onPlateau(step: number): number {
  const lr = s.reduceOnPlateau({ initial: 1, factor: 0.5, patience: 8 });
  for (let observed = 1; observed <= step; observed++) lr.observe(loss(observed));
  return lr(step);
}

/** What to draw of each schedule: options in words, and the curve. */
const curves: Readonly<Record<keyof typeof s.schedules, Readonly<Record<string, Schedule>>>> = {
  constant: { "": s.constant(0.6) },
  inverseTime: { "decay 0.1": s.inverseTime({ initial: 1, decay: 0.1 }) },
  stepDecay: { "gamma 0.5": s.stepDecay({ initial: 1, gamma: 0.5, every: 20 }) },
  multiStep: { "gamma 0.4": s.multiStep({ initial: 1, gamma: 0.4, milestones: [50, 75] }) },
  exponential: {
    smooth: fall,
    staircase: s.exponential({ initial: 1, gamma: 0.5, steps: 20, staircase: true }),
    final: s.exponential({ initial: 1, gamma: 0.9, final: 0.2 }),
  },
  multiplicative: {
    "factor(k)": s.multiplicative({ initial: 1, factor: (k) => 1 - (0.06 * (k % 20)) / 20 }),
  },
  polynomial: {
    "power 2": s.polynomial({ ...ends, power: 2 }),
    "0.5": s.polynomial({ ...ends, power: 0.5 }),
    "kDecay 3": s.polynomial({ ...ends, kDecay: 3 }),
  },
  linear: {
    up: s.linear({ from: 0.1, to: 1, steps: 40 }),
    down: s.linear({ from: 1, to: 0.1, steps: 90 }),
  },
  inverseSqrt: {
    "timescale 1": s.inverseSqrt({ initial: 1 }),
    "timescale 20": s.inverseSqrt({ initial: 1, timescale: 20 }),
  },
  noam: { "": s.noam({ modelSize: 1 / 20, warmup: 20 }) },
  rex: { "": s.rex(ends) },
  tanh: {
    "-7 to 3": s.tanh(ends),
    "-4 to 4": s.tanh({ ...ends, lower: -4, upper: 4 }),
  },
  cosine: {
    plain: s.cosine(ends),
    "exponent 3": s.cosine({ ...ends, exponent: 3 }),
    "kDecay 3": s.cosine({ ...ends, kDecay: 3 }),
  },
  cosineWarmRestarts: {
    "stepsFactor 2": s.cosineWarmRestarts({ initial: 1, steps: 14, stepsFactor: 2 }),
    "gamma 0.7": s.cosineWarmRestarts({ initial: 1, steps: 25, gamma: 0.7 }),
  },
  cyclic: {
    triangular: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17 }),
    triangular2: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17, mode: "triangular2" }),
    expRange: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17, mode: "expRange", gamma: 0.985 }),
  },
  oneCycle: {
    cosine: s.oneCycle({ peak: 1, steps: 90 }),
    linear: s.oneCycle({ peak: 1, steps: 90, anneal: "linear" }),
    threePhase: s.oneCycle({ peak: 1, steps: 90, threePhase: true }),
  },
  piecewise: {
    none: s.piecewise({ values: [0.3, 1, 0.5, 0.1], boundaries: [20, 50, 90] }),
    linear: s.piecewise({
      values: [0.3, 1, 0.5, 0.1],
      boundaries: [20, 50, 90],
      interpolate: "linear",
    }),
    cosine: s.piecewise({
      values: [0.3, 1, 0.5, 0.1],
      boundaries: [20, 50, 90],
      interpolate: "cosine",
    }),
  },
  warmup: {
    "to 0.6": s.warmup({ steps: 20, to: 0.6 }),
    "to exponential": s.warmup({ steps: 20, to: fall }),
  },
  warmupCosine: { "": s.warmupCosine({ peak: 1, warmup: 20, steps: 90 }) },
  wsd: {
    "1-sqrt": s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90 }),
    cosine: s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90, anneal: "cosine" }),
    linear: s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90, anneal: "linear" }),
  },
  cooldown: {
    "from exponential": s.cooldown({ from: fall, start: 40, steps: 20, final: 0.6 }),
    "1-sqrt": s.cooldown({ from: 0.9, start: 60, steps: 30 }),
  },
  join: {
    "cosine, cosine": s.join(
      [s.cosine({ initial: 1, final: 0.3, steps: 60 }), s.cosine({ initial: 0.6, steps: 30 })],
      [60],
    ),
  },
  scaled: {
    "cyclic × exponential": s.scaled(s.cyclic({ initial: 0.3, peak: 1, stepsUp: 8 }), fall),
  },
  reduceOnPlateau: { "patience 8": onPlateau },
};

type Point = readonly [x: number, y: number];

/** The points without those that lie within a tenth of the line between others: Douglas and Peucker. */
function simplified(points: readonly Point[]): Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const slope = (last[1] - first[1]) / (last[0] - first[0]);
  const away = points.map(([x, y]) => Math.abs(y - first[1] - slope * (x - first[0])));
  const furthest = away.indexOf(Math.max(...away));
  if (away[furthest]! <= 0.1) return [first, last];
  const before = simplified(points.slice(0, furthest + 1));
  return [...before.slice(0, -1), ...simplified(points.slice(furthest))];
}

/** A curve as path data, of a point a step. */
function path(lr: Schedule): string {
  const points = Array.from(
    { length: STEPS + 1 },
    (_, k): Point => [(k * PANEL.width) / STEPS, (1 - lr(k + 1)) * PANEL.height],
  );
  const rounded = simplified(points).map((point) => point.map((each) => Number(each.toFixed(1))));
  return `M${rounded.map((point) => point.join(" ")).join("L")}`;
}

function panel(name: string, lines: Readonly<Record<string, Schedule>>, index: number): string {
  const x = PANEL.left + (index % COLUMNS) * PANEL.across;
  const y = PANEL.top + Math.floor(index / COLUMNS) * PANEL.down;
  const labels = Object.keys(lines).map((label, i) => `<tspan class="l${i}">${label}</tspan>`);
  return [
    `  <g transform="translate(${x} ${y})">`,
    `    <text class="name" y="-22">${name}</text><text y="-7">${labels.join(" · ")}</text>`,
    `    <path class="axis" d="M0 0V${PANEL.height}H${PANEL.width}"/>`,
    ...Object.values(lines).map((lr, i) => `    <path class="c${i}" d="${path(lr)}"/>`),
    "  </g>",
  ].join("\n");
}

/** The picture as SVG. */
export function drawSchedules(): string {
  const names = Object.keys(s.schedules) as (keyof typeof s.schedules)[];
  const height = Math.ceil(names.length / COLUMNS) * PANEL.down + 14;
  const colours = (palette: readonly string[]) =>
    [0, 1, 2]
      .map((i) => `.c${i} { stroke: ${palette[i]}; } .l${i} { fill: ${palette[i]}; }`)
      .join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 ${height}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12">
  <title>The curve of every schedule over a hundred updates</title>
  <style>
    path { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
    text { fill: #4a5568; } .name { font-family: ui-monospace, monospace; font-size: 13px; fill: #1a202c; }
    .axis { stroke: #c3cad6; stroke-width: 1; } ${colours(LIGHT)}
    @media (prefers-color-scheme: dark) {
      text { fill: #aab4c4; } .name { fill: #edf2f7; } .axis { stroke: #3a4556; } ${colours(DARK)}
    }
  </style>
${names.map((name, i) => panel(name, curves[name], i)).join("\n")}
</svg>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("../docs/schedules.svg", import.meta.url), drawSchedules());
}
