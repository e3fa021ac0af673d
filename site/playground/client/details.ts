/** What an optimizer is: its maths, what it keeps, and the code that it becomes. */
import { formatInteger } from "../../../charts/format.ts";
import { type Markup, markup } from "../../../charts/markup.ts";
import type { Facts, StateFact } from "../engine/facts.ts";

const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;

const tabs = [
  ["typescript", "TypeScript", "Copy as TypeScript"],
  ["webassembly", "WebAssembly", "Copy WebAssembly"],
  ["wgsl", "WGSL", "Copy WGSL"],
] as const;

/** Characters of LaTeX and of code beyond which a page would be slow, and nobody reads on. */
const [longestFormula, longestCode] = [10_000, 100_000];

export async function detailsMarkup(facts: Facts): Promise<Markup> {
  const { formulaMarkup } = await import("../../../charts/formula.ts");
  const { summary, paper } = facts;
  const formula =
    facts.latex.length > longestFormula
      ? markup`<p class="note">Its formula is too long to show.</p>`
      : markup`<div class="formula" tabindex="0" role="region" aria-label="Formula">${formulaMarkup(facts.latex)}</div>`;
  return markup`${summary !== undefined && markup`<p>${summary}</p>`}
${formula}
<p class="note">${stateSentence(facts)} A step moves ${facts.movedBytes} bytes a parameter in ${counted(facts.passes, "pass").replace("passs", "passes")} over memory.</p>
${paper !== undefined && markup`<p class="note">${paper}</p>`}
${tabs.map(
  ([
    name,
    title,
    copy,
  ]) => markup`<details class="code" data-code="${name}"><summary>${title}</summary>
<div class="code-bar"><button type="button" data-copy="${name}">${copy}</button></div>
${codeMarkup(title, facts[name])}</details>`,
)}`;
}

const codeMarkup = (title: string, code: string): Markup =>
  code.length > longestCode
    ? markup`<p class="note">Its ${formatInteger(code.length)} characters are too many to show. What is copied has them all.</p>`
    : markup`<pre tabindex="0" role="region" aria-label="${title}"><code>${code}</code></pre>`;

function stateSentence({ state, stateBytes }: Facts): string {
  if (state.length === 0) return "It keeps no state.";
  const one = ({ symbol, kind, bytes }: StateFact) =>
    `${symbol} (${bytes > 0 ? `${bytes} bytes a parameter` : kind})`;
  return `It keeps ${state.map(one).join(" and ")}: ${stateBytes} bytes a parameter in float32.`;
}
