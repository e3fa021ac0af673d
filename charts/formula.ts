import temml from "temml";
import { Markup, markup } from "./markup.ts";

/**
 * LaTeX as MathML, which browsers draw themselves. What temml cannot parse is shown as text. `\data{name=value}{...}` adds
 * attributes by which a script finds a part.
 */
export function formulaMarkup(latex: string): Markup {
  try {
    const mathml = temml.renderToString(latex, {
      displayMode: true,
      throwOnError: true,
      trust: isData,
    });
    return new Markup(tightenScripts(mathml));
  } catch {
    return markup`<code class="latex">${latex}</code>`;
  }
}

/** Of the commands that need trust, only attributes are allowed: no links, no pictures. */
const isData = ({ command }: { readonly command: string }): boolean => command === "\\data";

const SCRIPTED = new Set(["msub", "msup", "msubsup"]);

/**
 * Removes the space around operators in sub- and superscripts, as TeX does. Browsers keep it, and would show "t − 1" instead of
 * "t−1".
 */
function tightenScripts(mathml: string): string {
  // The open elements, each with the number of its children so far.
  const open: { readonly name: string; children: number }[] = [];
  return mathml.replace(
    /<(\/?)(\w+)([^>]*)>/g,
    (tag, slash: string, name: string, rest: string) => {
      if (slash !== "") {
        open.pop();
        return tag;
      }
      const parent = open.at(-1);
      if (parent !== undefined) parent.children++;
      // The first child of a scripted element is its base.
      const inScript = open.some((element) => SCRIPTED.has(element.name) && element.children > 1);
      open.push({ name, children: 0 });
      if (name !== "mo" || !inScript || rest.includes("lspace")) return tag;
      return `<mo${rest} lspace="0" rspace="0">`;
    },
  );
}
