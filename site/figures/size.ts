/** A chart's height in pixels: less on a phone, where a figure and its controls should be seen at once. */
export const heightAt = (width: number, height: number): number =>
  width < 480 ? Math.round(0.72 * height) : height;
