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
const line = 22;

export async function pictureOf(
  parts: readonly Layers[],
  labels: readonly string[],
  colors: Colors,
): Promise<Blob> {
  const boxes = parts.map(({ canvases: [first] }) => ({
    width: Number.parseFloat(first.style.width),
    height: Number.parseFloat(first.style.height),
  }));
  const width = boxes.reduce((sum, box) => sum + box.width + margin, margin);
  const height = Math.max(...boxes.map((box) => box.height)) + 2 * margin + line;
  const canvas = document.createElement("canvas");
  canvas.width = width * sharpness;
  canvas.height = height * sharpness;
  const context = canvas.getContext("2d")!;
  context.scale(sharpness, sharpness);
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, width, height);
  let left = margin;
  for (const [i, { under, canvases }] of parts.entries()) {
    const { width: across, height: down } = boxes[i]!;
    const svg = under.querySelector("svg");
    if (svg !== null) context.drawImage(await imageOf(svg), left, margin, across, down);
    for (const each of canvases) context.drawImage(each, left, margin, across, down);
    left += across + margin;
  }
  drawLegend(context, labels, colors, height - margin / 2);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error("No picture could be made.")) : resolve(blob),
    );
  });
}

function drawLegend(
  context: CanvasRenderingContext2D,
  labels: readonly string[],
  colors: Colors,
  bottom: number,
): void {
  context.font = "13px system-ui, sans-serif";
  let at = margin;
  labels.forEach((label, i) => {
    context.fillStyle = colors.series[i]!;
    context.fillRect(at, bottom - 7, 16, 3);
    context.fillStyle = colors.ink;
    context.fillText(label, at + 22, bottom);
    at += 40 + context.measureText(label).width;
  });
}

/** Gives the reader a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
