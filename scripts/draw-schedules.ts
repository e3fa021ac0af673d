/**
 * Draws docs/schedules.svg, a panel for each schedule, from the functions themselves:
 * `npx tsx scripts/draw-schedules.ts`. A test checks that the picture is up to date.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DARK, LIGHT } from "../charts/palette.ts";
import { type Schedule, schedules } from "../src/schedules/index.ts";
import { curves } from "../tests/support/everySchedule.ts";

const STEPS = 100;
const COLUMNS = 4;
const PANEL = { width: 214, height: 92, left: 18, top: 46, across: 236, down: 162 } as const;

type Point = readonly [x: number, y: number];

/** Removes the points within a tenth of the line between others (Douglas and Peucker). */
function simplified(points: readonly Point[]): Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const slope = (last[1] - first[1]) / (last[0] - first[0]);
  const away = points.map(([x, y]) => Math.abs(y - first[1] - slope * (x - first[0])));
  const furthest = away.indexOf(Math.max(...away));
  if (away[furthest]! <= 0.1) return [first, last];
  const before = simplified(points.slice(0, furthest + 1));
  return [...before.slice(0, -1), ...simplified(points.slice(furthest))];
}

/** A curve as path data, with one point for each step. */
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
  const names = Object.keys(schedules) as (keyof typeof schedules)[];
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
