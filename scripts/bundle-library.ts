/**
 * Bundles the library: `gradus.js` has all that `import "gradus"` needs, the other files take from it what they share with
 * it. Nothing is minified, so that whoever follows an error into the package can read it.
 */
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type BuildOptions, build, type OnResolveArgs, type Plugin } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { effectsOf, markPure } from "./purity.ts";
import { usedImports } from "./usedImports.ts";

/** What is bundled: a folder of modules, and the entries by name, from that folder. */
export interface Library {
  readonly modules: string;
  readonly entries: Readonly<Record<string, string>>;
}

const main = "index";
const core = "./gradus.js";

const settings = {
  bundle: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  // Whoever has them has asked for them.
  external: Object.keys(manifest.peerDependencies),
  metafile: true,
  write: false,
  // What an adapter stands on is the user's.
  packages: "external",
} as const satisfies BuildOptions;

/**
 * What users read of it is in the declarations. esbuild itself leaves comments out, but for those within classes.
 */
const withoutComments = (text: string): string => text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "");

const pure: Plugin = {
  name: "pure",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => ({
      contents: markPure(withoutComments(await readFile(path, "utf8"))),
    }));
  },
};

/** Programs that were made beforehand are data on one line each, which nobody reads: without the spaces between them. */
const inShort = (text: string): string =>
  text.replace(/^.*\bnodes: \[\[.*$/gm, (line) =>
    line.replace(
      /("(?:[^"\\]|\\.)*")|(?<=[,:{[]) | (?=[}\]])/g,
      (_, quoted: string | undefined) => quoted ?? "",
    ),
  );

/** Every module that one is made of. */
async function modulesOf({ modules, entries }: Library): Promise<ReadonlySet<string>> {
  const entryPoints = [join(modules, entries[main]!)];
  const { metafile } = await build({ ...settings, absWorkingDir: modules, entryPoints });
  return new Set(Object.keys(metafile.inputs).map((path) => join(modules, path)));
}

/** What modules export, by path. */
async function exportsOf(
  { modules }: Library,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { metafile } = await build({
    ...settings,
    absWorkingDir: modules,
    entryPoints: [...paths],
    outdir: join(modules, "out"),
    splitting: true,
  });
  const found = Object.values(metafile.outputs).flatMap(({ entryPoint, exports }) =>
    entryPoint === undefined ? [] : [[join(modules, entryPoint), exports] as const],
  );
  return new Map(found);
}

/** How `gradus.js` calls what others take from it. */
const sharedName = ({ modules }: Library, path: string, name: string): string =>
  `${relative(modules, path).replace(/\.js$/, "").replace(/\W/g, "_")}$${name}`;

/**
 * Takes modules of `gradus.js` from there, wherever a module that is not among them imports them.
 * @param namesOf what a module exports
 */
function fromCore(
  library: Library,
  inCore: ReadonlySet<string>,
  namesOf: (path: string) => readonly string[],
): Plugin {
  return {
    name: "from-core",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^entry:/ }, ({ path }) => ({ path, namespace: "entry" }));
      onLoad({ filter: /./, namespace: "entry" }, ({ path }) => ({
        contents: `export * from "./${library.entries[path.slice("entry:".length)]}";`,
        resolveDir: library.modules,
      }));
      onResolve({ filter: /^\./ }, async (asked: OnResolveArgs) => {
        if (asked.namespace === "core") return { path: core, external: true };
        if (asked.pluginData === "resolving" || inCore.has(asked.importer)) return undefined;
        const { kind, importer, resolveDir } = asked;
        const found = await resolve(asked.path, {
          kind,
          importer,
          resolveDir,
          pluginData: "resolving",
        });
        // The path stands in a comment of what is written: it is the package's, not this machine's.
        const path = relative(library.modules, found.path);
        if (inCore.has(found.path)) return { path, namespace: "core" };
        // An entry may be there for what it does when it is loaded.
        return asked.namespace === "entry" ? { ...found, sideEffects: true } : found;
      });
      onLoad({ filter: /./, namespace: "core" }, ({ path }) => {
        const module = join(library.modules, path);
        const names = namesOf(module).map(
          (name) => `${sharedName(library, module, name)} as ${name}`,
        );
        return { contents: `export { ${names.join(", ")} } from "${core}";` };
      });
    },
  };
}

const entryPointsOf = ({ entries }: Library): Record<string, string> =>
  Object.fromEntries(
    Object.keys(entries)
      .filter((name) => name !== main)
      .map((name) => [name, `entry:${name}`]),
  );

/** The modules of the core that others import. */
async function sharedBy(library: Library, inCore: ReadonlySet<string>): Promise<readonly string[]> {
  const shared = new Set<string>();
  const seen = (path: string) => {
    shared.add(path);
    return [];
  };
  await build({
    ...settings,
    entryPoints: entryPointsOf(library),
    outdir: library.modules,
    // That nothing is exported yet is what is complained of.
    logLevel: "silent",
    plugins: [fromCore(library, inCore, seen)],
  }).catch(() => undefined);
  return [...shared].sort();
}

/** Imports of shared files for what they do when they are loaded, which is nothing: bundlers warn of them. */
const ofNothing = /^import "\.\/shared-\w+\.js";\n/gm;

const writtenOf = ({ modules }: Library) =>
  ({ ...settings, absWorkingDir: modules, write: true }) as const;

/**
 * Writes all files but that of the core.
 * @returns what they take from it
 */
async function bundleOthers(
  library: Library,
  outdir: string,
  inCore: ReadonlySet<string>,
  names: ReadonlyMap<string, readonly string[]>,
): Promise<readonly string[]> {
  const { metafile } = await build({
    ...writtenOf(library),
    entryPoints: entryPointsOf(library),
    outdir,
    splitting: true,
    chunkNames: "shared-[hash]",
    plugins: [fromCore(library, inCore, (path) => names.get(path)!), pure],
  });
  const taken = Object.keys(metafile.outputs).map(async (output) => {
    const file = join(library.modules, output);
    const used = usedImports(await readFile(file, "utf8"), core);
    writeFileSync(file, used.text.replace(ofNothing, ""));
    return used.names;
  });
  return (await Promise.all(taken)).flat();
}

async function bundleCore(library: Library, outdir: string, contents: string): Promise<void> {
  const file = join(outdir, core);
  await build({
    ...writtenOf(library),
    stdin: { contents, resolveDir: library.modules },
    outfile: file,
    plugins: [pure],
  });
  const text = inShort(await readFile(file, "utf8"));
  const effects = effectsOf(text);
  if (effects.length > 0) throw new Error(`all bundles would have ${effects.join(" ")}`);
  writeFileSync(file, text);
}

/**
 * Writes the library.
 * @param also what another file takes from the core, by module and name
 * @returns what `gradus.js` calls an export of one of its modules
 */
export async function bundleLibrary(
  library: Library,
  outdir: string,
  also: readonly (readonly [module: string, name: string])[],
): Promise<(module: string, name: string) => string> {
  const inCore = await modulesOf(library);
  const others = await sharedBy(library, inCore);
  const shared = [...new Set([...others, ...also.map(([path]) => join(library.modules, path))])];
  const entry = join(library.modules, library.entries[main]!);
  const names = await exportsOf(library, [entry, ...shared]);
  const nameOf = (module: string, name: string) =>
    sharedName(library, join(library.modules, module), name);
  const taken = new Set([
    ...(await bundleOthers(library, outdir, inCore, names)),
    ...also.map(([module, name]) => nameOf(module, name)),
  ]);
  const given = shared.flatMap((path) =>
    names
      .get(path)!
      .map((name) => [name, sharedName(library, path, name)] as const)
      .filter(([, alias]) => taken.has(alias))
      .map(([name, alias]) => {
        const from = `./${relative(library.modules, path)}`;
        return `export { ${name} as ${alias} } from "${from}";`;
      }),
  );
  const face = `export * from "./${library.entries[main]}";`;
  await bundleCore(library, outdir, [face, ...given].join("\n"));
  writeFileSync(
    join(outdir, `${main}.js`),
    `export {\n${names
      .get(entry)!
      .map((name) => `  ${name},\n`)
      .join("")}} from "${core}";\n`,
  );
  return nameOf;
}
