/** Error messages that every terminal and log can show, whatever they quote: short, and without control characters. */

/** Control characters other than tabs and newlines, and characters that change the direction of text. */
const unsafe = /[^\P{Cc}\t\n]|\p{Bidi_C}/gu;

/** Replaces characters that a terminal would act on by their escapes in JSON. */
export const visible = (text: string): string =>
  text.replace(unsafe, (each) => `\\u${(each.charCodeAt(0) + 0x10000).toString(16).slice(1)}`);

/** Shortens a text to 3 kB: a longer one keeps its start and its end. */
export const shortened = (text: string): string =>
  text.length > 3000 ? `${text.slice(0, 1500)} ... ${text.slice(-1500)}` : text;

/** An error whose message may quote text from strangers. */
export class Legible extends Error {
  constructor(message = "", options?: ErrorOptions) {
    // Escapes are longer than what they stand for.
    super(shortened(visible(shortened(message))), options);
  }
}
