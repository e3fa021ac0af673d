/** Makes the program one module that imports what is shipped: for engines with a command line Node's files, for pages the modules. */
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src") + sep;

/** Whether a bundle is for a command line or for a page. */
export type Target = "command" | "page";

/** What is imported in place of a source: a file, or an address of the page's server. */
const shipped: Readonly<Record<Target, (source: string) => string>> = {
  command: (source) => join(ROOT, "dist", "node", `${/^\w+/.exec(source)![0]}.js`),
  page: (source) => `/dist/${source.replace(/\.ts$/, ".js")}`,
};

const takesShipped = (target: Target): Plugin => ({
  name: "takes-shipped",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const source = resolve(resolveDir, path);
      return source.startsWith(SOURCES)
        ? { path: shipped[target](relative(SOURCES, source)), external: true }
        : undefined;
    });
  },
});

const entries: Readonly<Record<Target, string>> = {
  command: `
    import process from "node:process";
    import { text } from "node:stream/consumers";
    import * as program from "./program.ts";
    const [, , question] = process.argv;
    const answer = await program[question](JSON.parse(await text(process.stdin)));
    console.log(JSON.stringify(answer));`,
  page: `
    import * as program from "./program.ts";
    const answerOf = async ({ question, argument }) => {
      try {
        return { answer: await program[question](argument) };
      } catch (error) {
        return { error: String(error.stack ?? error) };
      }
    };
    let asked = await fetch("question");
    while (asked.ok) {
      const body = JSON.stringify(await answerOf(await asked.json()));
      asked = await fetch("answer", { method: "POST", body });
    }`,
};

/** The program as one module. */
export async function bundle(target: Target): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entries[target], resolveDir: import.meta.dirname, loader: "ts" },
    plugins: [takesShipped(target)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    platform: target === "page" ? "browser" : "node",
    // As users have it: the checkout's own paths are not theirs.
    tsconfigRaw: {},
  });
  return outputFiles[0]!.text;
}
