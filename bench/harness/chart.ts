/** Draws the results: a row for each case, a mark for each contestant, at its time relative to Gradus'. */
import { scaleLog } from "d3-scale";
import { fastest, gradusOn } from "./overview.ts";
import type { CaseResult, Results } from "./results.ts";

/** In the order of the legend. The colours are those of Okabe and Ito, which colour-blind readers can tell apart. */
const series = [
  { library: "plain loop", colour: "#999999" },
  { library: "jax-js", colour: "#CC79A7" },
  { library: "TensorFlow.js", colour: "#E69F00" },
  { library: "PyTorch", colour: "#D55E00" },
  { library: "Optax", colour: "#0072B2" },
  { library: "C", colour: "#009E73" },
  { library: "copy", colour: "#56B4E9" },
] as const;

/** Marks beyond these ratios are drawn at the edge. */
const [nearest, farthest] = [1 / 16, 150];

const size = { width: 920, left: 250, right: 80, row: 22, top: 96, gap: 10, bottom: 44 };

const styles = `
  text { font: 12px system-ui, sans-serif; fill: #222; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #666; }
  .paper { fill: #fff; }
  .grid { stroke: #ddd; }
  .one { stroke: #222; stroke-width: 1.5; }
  .range { stroke: #bbb; }
  .far { font-size: 10px; }
${series.map(({ colour }, index) => `  .s${index} { color: ${colour}; }`).join("\n")}
  @media (prefers-color-scheme: dark) {
    text { fill: #eee; }
    .quiet { fill: #aaa; }
    .paper { fill: #161616; }
    .grid { stroke: #333; }
    .one { stroke: #eee; }
    .range { stroke: #555; }
    .s4 { color: #4aa3e8; }
  }`;

interface Mark {
  /** The index in `series`. */
  readonly index: number;
  readonly threads: number;
  readonly ratio: number;
  readonly title: string;
}

function marksOf(result: CaseResult): Mark[] {
  return [1, 2].flatMap((threads) => {
    const own = gradusOn(result, threads);
    return series.flatMap(({ library }, index) => {
      const best = fastest(result, library, threads);
      if (own === undefined || best === undefined) {
        return [];
      }
      const ratio = best.ratio / own.ratio;
      return [{ index, threads, ratio, title: `${best.name}: ${short(ratio)}` }];
    });
  });
}

const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const short = (value: number): string =>
  value >= 1 ? `${Number(value.toPrecision(3))}×` : `1/${Number((1 / value).toPrecision(3))}×`;

/** A disc for one thread, a ring for two. */
function symbol({ index, threads, title }: Omit<Mark, "ratio">, x: number, y: number): string {
  const fill = threads === 1 ? "currentColor" : "none";
  const place = `cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${threads === 1 ? 5 : 4.5}"`;
  return (
    `<circle class="s${index}" ${place} fill="${fill}" stroke="currentColor" stroke-width="1.5">` +
    `<title>${escaped(title)}</title></circle>`
  );
}

function legend(): string[] {
  let x = size.left + 6;
  return series.map(({ library }, index) => {
    const at = x;
    x += 34 + 7 * library.length;
    return (
      `${symbol({ index, threads: 1, title: library }, at, 60)}` +
      `<text x="${at + 9}" y="64">${library}</text>`
    );
  });
}

function row(result: CaseResult, y: number, x: (ratio: number) => number): string[] {
  const marks = marksOf(result);
  const ratios = marks.map(({ ratio }) => ratio);
  const [low, high] = [Math.min(1, ...ratios), Math.max(1, ...ratios)];
  const range = `x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${y}" y2="${y}"`;
  const name = escaped(`${result.group}: ${result.name}`);
  const far = Math.max(...ratios);
  return [
    `<text x="${size.left - 12}" y="${y + 4}" text-anchor="end">${name}</text>`,
    `<line class="range" ${range}/>`,
    ...marks.map((mark) => symbol(mark, x(mark.ratio), y)),
    ...(far > farthest
      ? [`<text class="far" x="${x(far) + 9}" y="${y + 4}">${short(far)} →</text>`]
      : []),
  ];
}

/** The position of each row; there is space between groups. */
function placesOf(cases: readonly CaseResult[]): { ys: number[]; end: number } {
  let y = size.top;
  const ys = cases.map(({ group }, index) => {
    const begins = index > 0 && cases[index - 1]!.group !== group;
    y += size.row + (begins ? size.gap : 0);
    return y - size.row / 2;
  });
  return { ys, end: y };
}

/** SVG that follows the reader's colour scheme. */
export function renderChart({ cases, date, machine }: Results): string {
  const shown = cases.filter((each) => marksOf(each).length > 0);
  const ratios = shown.flatMap((each) => marksOf(each).map(({ ratio }) => ratio));
  const x = scaleLog()
    .domain([
      Math.max(nearest, 0.9 * Math.min(0.5, ...ratios)),
      Math.min(farthest, 1.1 * Math.max(2, ...ratios)),
    ])
    .range([size.left, size.width - size.right])
    .clamp(true);
  const { ys, end } = placesOf(shown);
  const height = end + size.bottom;
  const wanted = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];
  const [low, high] = x.domain() as [number, number];
  const ticks = wanted.filter((tick) => tick > low && tick < high);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" role="img">`,
    `<title>Each library's time relative to Gradus', by case</title>`,
    `<style>${styles}\n</style>`,
    `<rect class="paper" width="${size.width}" height="${height}"/>`,
    `<text class="title" x="16" y="26">Time of a step relative to Gradus, at equal threads</text>`,
    `<text class="quiet" x="16" y="44">Each library's best way; right of 1 Gradus is faster. Disc: one thread, ring: two. ${escaped(`${machine.processor}, ${date}`)}</text>`,
    ...legend(),
    ...ticks.flatMap((tick) => {
      const at = x(tick).toFixed(1);
      const kind = tick === 1 ? "one" : "grid";
      return [
        `<line class="${kind}" x1="${at}" x2="${at}" y1="${size.top - 4}" y2="${end}"/>`,
        `<text class="quiet" x="${at}" y="${size.top - 10}" text-anchor="middle">${short(tick)}</text>`,
        `<text class="quiet" x="${at}" y="${end + 16}" text-anchor="middle">${short(tick)}</text>`,
      ];
    }),
    ...shown.flatMap((each, index) => row(each, ys[index]!, x)),
    "</svg>",
    "",
  ].join("\n");
}
