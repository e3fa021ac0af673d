/**
 * Bundles the program into one module. It imports the shipped files (Node's for command lines, the modules for pages), or
 * contains
 * them minified, as from a user's bundler.
 */
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = join(ROOT, "src") + sep;

/** Whether a bundle is for a command line or for a page. */
export type Target = "command" | "page";

/** Whether it imports the library or contains it. */
export type Build = "shipped" | "bundled";

/** The built file of an entry, which replaces its source; Node has a file of its own. */
const built = (target: Target, source: string): string => {
  const [entry] = /^\w+/.exec(source)!;
  return target === "command" && entry === "index" ? "node.js" : `${entry}.js`;
};

/** Where the program imports it from: the package, or the page's server. */
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

/** Bundles the program into one module. */
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
    // As for users: this checkout's paths do not apply, and esbuild does not warn about bare imports in node_modules.
    tsconfigRaw: {},
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}
