/** An entry of the package, which one `import` reaches. */
export interface Entry {
  /** The name in imports: `gradus/tfjs/webgpu`. */
  readonly name: string;
  /** Its path below `/reference/`: `tfjs-webgpu`. */
  readonly slug: string;
  /** Its source file, from the root of the repository: `src/tfjs/webgpu/index.ts`. */
  readonly source: string;
}

/** The parts of package.json that are read. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

const declarations = /^\.\/dist\/types\/(.*)\.d\.ts$/;

/** The entries in package.json, in its order, without plain files such as package.json itself. */
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
