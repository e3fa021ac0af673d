/**
 * Bundles the library: `gradus.js` has all that `import "gradus"` needs, and the other files import from it what they share with
 * it. Nothing is minified, so that users can follow an error into the package.
 */
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type BuildOptions, build, type OnResolveArgs, type Plugin } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { effectsOf, markPure } from "./purity.ts";
import { usedImports } from "./usedImports.ts";

/** What is bundled: a folder of modules, and the entries by name, relative to that folder. */
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
  // Only users who have them import these entries.
  external: Object.keys(manifest.peerDependencies),
  metafile: true,
  write: false,
  // The libraries that adapters build on are the user's.
  packages: "external",
} as const satisfies BuildOptions;

/** Removes comments: users read them in the declarations. esbuild itself removes comments, except within classes. */
const withoutComments = (text: string): string => text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "");

const pure: Plugin = {
  name: "pure",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => ({
      contents: markPure(withoutComments(await readFile(path, "utf8"))),
    }));
  },
};

/** Removes the spaces in precompiled programs, which are data on one line each. */
const inShort = (text: string): string =>
  text.replace(/^.*\bnodes: \[\[.*$/gm, (line) =>
    line.replace(
      /("(?:[^"\\]|\\.)*")|(?<=[,:{[]) | (?=[}\]])/g,
      (_, quoted: string | undefined) => quoted ?? "",
    ),
  );

/** The modules that an entry consists of. */
async function modulesOf({ modules, entries }: Library): Promise<ReadonlySet<string>> {
  const entryPoints = [join(modules, entries[main]!)];
  const { metafile } = await build({ ...settings, absWorkingDir: modules, entryPoints });
  return new Set(Object.keys(metafile.inputs).map((path) => join(modules, path)));
}

/** The exports of modules, by path. */
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

/** The name under which `gradus.js` exports something for the other files. */
const sharedName = ({ modules }: Library, path: string, name: string): string =>
  `${relative(modules, path).replace(/\.js$/, "").replace(/\W/g, "_")}$${name}`;

/**
 * Replaces imports of modules of the core by imports from `gradus.js`, if the importing module is not itself in the core.
 * @param namesOf the exports of a module
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
        // esbuild writes the path into a comment, so it must not be a path of this machine.
        const path = relative(library.modules, found.path);
        if (inCore.has(found.path)) return { path, namespace: "core" };
        // An entry may have side effects.
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
    // It would complain that nothing is exported yet.
    logLevel: "silent",
    plugins: [fromCore(library, inCore, seen)],
  }).catch(() => undefined);
  return [...shared].sort();
}

/** Imports of shared files for their side effects. They have none, and bundlers warn about them. */
const ofNothing = /^import "\.\/shared-\w+\.js";\n/gm;

const writtenOf = ({ modules }: Library) =>
  ({ ...settings, absWorkingDir: modules, write: true }) as const;

/**
 * Writes all files except the core.
 * @returns what they import from it
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
 * @param also what another file imports from the core, by module and name
 * @returns a function that gives the name under which `gradus.js` exports something of a module
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
