import { createHighlighter, type Highlighter } from "shiki";
import { Markup, markup } from "../charts/markup.ts";

const languages = ["ts", "js", "json", "sh", "html", "python", "wasm", "wgsl"] as const;
const names: Readonly<Record<string, string>> = {
  wat: "wasm",
  bash: "sh",
  typescript: "ts",
  py: "python",
};

let highlighter: Promise<Highlighter> | undefined;

/** Code with the colours of its language, for light and dark; without colours if the language is unknown. */
export async function highlight(code: string, language: string): Promise<Markup> {
  const lang = names[language] ?? language;
  if (!languages.some((each) => each === lang))
    return markup`<pre tabindex="0"><code>${code}</code></pre>`;
  highlighter ??= createHighlighter({
    themes: ["github-light-high-contrast", "github-dark-high-contrast"],
    langs: [...languages],
  });
  const html = (await highlighter).codeToHtml(code, {
    lang,
    themes: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    defaultColor: "light-dark()",
    // The page has its own background for code.
    transformers: [{ pre: ({ properties }) => void delete properties["style"] }],
  });
  // Removes the variables that repeat each colour.
  return new Markup(html.replaceAll(/;--shiki-\w+:#\w+/g, ""));
}
