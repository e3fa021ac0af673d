/** A chart's height in pixels: less on a phone, so that a figure and its controls fit on the screen. */
export const heightAt = (width: number, height: number): number =>
  width < 480 ? Math.round(0.72 * height) : height;
