/** Canvases over a drawing: one that is drawn on further and further, and one that is cleared for each frame. */

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export class Layers {
  readonly #host: HTMLElement;
  readonly #under: HTMLElement;
  readonly canvases: readonly [HTMLCanvasElement, HTMLCanvasElement];
  #box: Box = { left: 0, right: 0, top: 0, bottom: 0 };

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#under = document.createElement("div");
    const layer = () => document.createElement("canvas");
    this.canvases = [layer(), layer()];
    for (const canvas of this.canvases) canvas.setAttribute("aria-hidden", "true");
    host.append(this.#under, ...this.canvases);
  }

  get width(): number {
    return Math.round(this.#host.clientWidth);
  }

  get under(): HTMLElement {
    return this.#under;
  }

  /** @param box what canvases may draw on */
  resize(width: number, height: number, box: Box): void {
    this.#box = box;
    this.#host.style.height = `${height}px`;
    const ratio = Math.min(devicePixelRatio, 2);
    for (const canvas of this.canvases) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      const context = canvas.getContext("2d")!;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
  }

  /** Draws within the box. */
  draw(layer: 0 | 1, clear: boolean, act: (context: CanvasRenderingContext2D) => void): void {
    const { left, right, top, bottom } = this.#box;
    const context = this.canvases[layer].getContext("2d")!;
    context.save();
    context.beginPath();
    // Markers stand out by their radius.
    context.rect(left - 6, top - 6, right - left + 12, bottom - top + 12);
    if (clear) context.clearRect(left - 8, top - 8, right - left + 16, bottom - top + 16);
    context.clip();
    // Round joins of thousands of steps take most of a frame where there is no GPU.
    context.lineJoin = "bevel";
    act(context);
    context.restore();
  }
}
