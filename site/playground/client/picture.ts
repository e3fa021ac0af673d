/** A picture of the race, to be kept: what is drawn on the page, with the names of the optimizers under it. */
import type { Colors } from "./colors.ts";
import type { Layers } from "./layers.ts";

/** What a picture alone must say of an SVG's parts, for it has no style sheet. */
const inherited = [
  ...["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray"],
  ...["opacity", "font-family", "font-size", "font-weight", "paint-order", "text-anchor"],
];

function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg, copy].map((each) => [each, ...each.querySelectorAll<SVGElement>("*")]);
  from!.forEach((element, i) => {
    const style = getComputedStyle(element);
    const text = inherited.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
    to![i]!.setAttribute("style", text);
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

async function imageOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
  await image.decode();
  return image;
}

/** Pixels for each of the page's. */
const sharpness = 2;
const margin = 20;
const lineHeight = 22;
const font = "13px system-ui, sans-serif";

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** Whether they lie one under the other on the page. */
function areStacked(parts: readonly Layers[]): boolean {
  const [first, second] = parts.map(({ canvases: [canvas] }) => canvas.getBoundingClientRect());
  return second !== undefined && second.top >= first!.bottom;
}

export async function pictureOf(
  parts: readonly Layers[],
  labels: readonly string[],
  colors: Colors,
): Promise<Blob> {
  const boxes = parts.map(({ canvases: [first] }) => ({
    width: Number.parseFloat(first.style.width),
    height: Number.parseFloat(first.style.height),
  }));
  const isStacked = areStacked(parts);
  const widths = boxes.map((box) => box.width + margin);
  const heights = boxes.map((box) => box.height + margin);
  const width = margin + (isStacked ? Math.max(...widths) : sumOf(widths));
  const edge = margin + (isStacked ? sumOf(heights) : Math.max(...heights));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d")!;
  const legend = legendOf(context, labels, width);
  const height = edge + ((legend.at(-1)?.line ?? 0) + 1) * lineHeight + margin / 2;
  // Another size resets what is set of the context.
  canvas.width = width * sharpness;
  canvas.height = height * sharpness;
  context.scale(sharpness, sharpness);
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, width, height);
  let [left, top] = [margin, margin];
  for (const [i, { under, canvases }] of parts.entries()) {
    const { width: across, height: down } = boxes[i]!;
    const svg = under.querySelector("svg");
    if (svg !== null) context.drawImage(await imageOf(svg), left, top, across, down);
    for (const each of canvases) context.drawImage(each, left, top, across, down);
    if (isStacked) top += down + margin;
    else left += across + margin;
  }
  drawLegend(context, legend, colors, edge);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error("No picture could be made.")) : resolve(blob),
    );
  });
}

interface Named {
  readonly label: string;
  readonly left: number;
  /** Of the legend, from 0 on. */
  readonly line: number;
}

/** Where names stand, in as many lines as they need. */
function legendOf(
  context: CanvasRenderingContext2D,
  labels: readonly string[],
  width: number,
): readonly Named[] {
  context.font = font;
  let [left, line] = [margin, 0];
  return labels.map((label) => {
    const across = 22 + context.measureText(label).width;
    if (left > margin && left + across > width - margin) [left, line] = [margin, line + 1];
    const named = { label, left, line };
    left += across + 18;
    return named;
  });
}

function drawLegend(
  context: CanvasRenderingContext2D,
  legend: readonly Named[],
  colors: Colors,
  top: number,
): void {
  context.font = font;
  for (const [i, { label, left, line }] of legend.entries()) {
    const bottom = top + (line + 0.6) * lineHeight;
    context.fillStyle = colors.series[i]!;
    context.fillRect(left, bottom - 7, 16, 3);
    context.fillStyle = colors.ink;
    context.fillText(label, left + 22, bottom);
  }
}

/** Gives the reader a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
