/** How long steps take on the processor and on a GPU, as a table and in words. */
import { formatInteger, formatNumber } from "../../../../charts/format.ts";
import { type Markup, markup } from "../../../../charts/markup.ts";
import type { Timed } from "../../engine/timing.ts";

/** @param labels of the entries */
export function timesMarkup(timed: readonly Timed[], labels: readonly string[]): Markup {
  const row = ({ entry, numbers, processor, thereAndBack, alone }: Timed) =>
    markup`<tr><th scope="row">${entry === undefined ? "Adam" : labels[entry]!}</th><td>${formatInteger(numbers)}</td>${[processor, thereAndBack, alone].map((time) => markup`<td>${durationOf(time)}</td>`)}</tr>`;
  return markup`<p>${timesInWords(timed)}</p>
<div class="scroll-x" tabindex="0" role="region" aria-label="How long a step takes"><table><caption>How long a step takes, measured here</caption>
<thead><tr><th scope="col">Optimizer</th><th scope="col">Weights</th><th scope="col">Processor</th><th scope="col">GPU, there and back</th><th scope="col">GPU alone</th></tr></thead>
<tbody>${timed.map(row)}</tbody></table></div>
<p class="note">“There and back” is what a step takes here, with the ways of gradients and weights. “Alone” is a step whose gradients are computed on the GPU, too.</p>`;
}

/** `0.16 µs`, `2.9 ms` */
const durationOf = (milliseconds: number): string =>
  milliseconds < 0.1
    ? `${formatNumber(1000 * milliseconds, 2)} µs`
    : `${formatNumber(milliseconds, 2)} ms`;

/** Which of the two is faster: in the race, by the optimizer in the middle, and on many weights. */
export function timesInWords(timed: readonly Timed[]): string {
  const ratios = timed
    .filter(({ entry }) => entry !== undefined)
    .map(({ processor, thereAndBack }) => thereAndBack / processor)
    .toSorted((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)];
  const why = "the way there and back is longer than the work on so few weights";
  const sentences = timed
    .filter(({ entry }) => entry === undefined)
    .map(
      ({ numbers, processor, thereAndBack, alone }) =>
        `On ${formatInteger(numbers)} weights ${compared(thereAndBack / processor)}; where gradients are computed on the GPU, too, ${compared(alone / processor)}.`,
    );
  if (middle !== undefined)
    sentences.unshift(`In this race ${compared(middle)}${middle > close ? `: ${why}` : ""}.`);
  return sentences.join(" ");
}

/** Times that differ by less are alike: clocks and machines are not steadier. */
const close = 1.2;

/** @param ratio of the GPU's time to the processor's */
function compared(ratio: number): string {
  if (ratio < close && ratio > 1 / close) return "a step takes about as long on both";
  const factor = Math.max(ratio, 1 / ratio);
  const times =
    factor < 10 ? formatNumber(factor, 2) : formatInteger(Number(factor.toPrecision(1)));
  const [longer, other] = ratio > 1 ? ["the GPU", "the processor"] : ["the processor", "the GPU"];
  return `a step takes about ${times} times as long on ${longer} as on ${other}`;
}
