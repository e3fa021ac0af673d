/**
 * Makes the program one module: with imports of what is shipped, for command lines Node's files, for pages the modules; or
 * with these in it and minified, as a user's bundler makes it.
 */
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src") + sep;

/** Whether a bundle is for a command line or for a page. */
export type Target = "command" | "page";

/** Whether it imports the library or has it within. */
export type Build = "shipped" | "bundled";

/** What stands in place of a source: the file of its entry, of which Node has one of its own. */
const built = (target: Target, source: string): string => {
  const [entry] = /^\w+/.exec(source)!;
  return target === "command" && entry === "index" ? "node.js" : `${entry}.js`;
};

/** Where the program finds it: in the package, or at the page's server. */
const places: Readonly<Record<Target, string>> = { command: join(ROOT, "dist"), page: "/dist" };

const takesBuilt = (target: Target, build: Build): Plugin => ({
  name: "takes-built",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const source = resolve(resolveDir, path);
      if (!source.startsWith(SOURCES)) return undefined;
      const file = built(target, relative(SOURCES, source));
      return build === "bundled"
        ? { path: join(ROOT, "dist", file) }
        : { path: `${places[target]}/${file}`, external: true };
    });
  },
});

/** The program as one module. */
export async function bundle(target: Target, kind: Build): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, `${target}Entry.ts`)],
    plugins: [takesBuilt(target, kind)],
    bundle: true,
    minify: kind === "bundled",
    write: false,
    format: "esm",
    target: "es2022",
    platform: target === "page" ? "browser" : "node",
    // As users have it: the checkout's own paths are not theirs, and of imports without names nothing is said in node_modules.
    tsconfigRaw: {},
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}
