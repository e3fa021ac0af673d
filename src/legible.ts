/** Messages that every terminal and log can take, whatever they quote: short, and without control characters. */

/** Control characters but tabs and newlines, and those that turn the direction of reading. */
const unsafe = /[^\P{Cc}\t\n]|\p{Bidi_C}/gu;

/** A text with escapes, as JSON writes them, in the place of characters that a terminal would act on. */
export const visible = (text: string): string =>
  text.replace(unsafe, (each) => `\\u${(each.charCodeAt(0) + 0x10000).toString(16).slice(1)}`);

/** A text of any length in 3 kB: of a longer one the start and the end. */
export const shortened = (text: string): string =>
  text.length > 3000 ? `${text.slice(0, 1500)} ... ${text.slice(-1500)}` : text;

/** An error whose message may quote what a stranger wrote. */
export class Legible extends Error {
  constructor(message = "", options?: ErrorOptions) {
    // Escapes are longer than what they stand for.
    super(shortened(visible(shortened(message))), options);
  }
}
