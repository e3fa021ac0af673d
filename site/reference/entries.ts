/** An entry of the package: what one `import` reaches. */
export interface Entry {
  /** As it is imported: `gradus/tfjs/webgpu`. */
  readonly name: string;
  /** Its place below `/reference/`: `tfjs-webgpu`. */
  readonly slug: string;
  /** The file behind it, from the root of the repository: `src/tfjs/webgpu/index.ts`. */
  readonly source: string;
}

/** What is read of package.json. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

const declarations = /^\.\/dist\/types\/(.*)\.d\.ts$/;

/** The entries that package.json lists, in its order; files that it gives as they are, such as itself, are none. */
export function entriesOf({ name, exports }: Manifest): Entry[] {
  return Object.entries(exports).flatMap(([path, target]) => {
    const file = typeof target === "string" ? null : declarations.exec(target.types);
    if (file === null) return [];
    const below = path.replace(/^\.\/?/, "");
    return {
      name: below === "" ? name : `${name}/${below}`,
      slug: below === "" ? name : below.replaceAll("/", "-"),
      source: `src/${file[1]}.ts`,
    };
  });
}
