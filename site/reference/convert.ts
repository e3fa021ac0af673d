import { join } from "node:path";
import { Application, type DeclarationReflection, TSConfigReader } from "typedoc";
import type { Entry } from "./entries.ts";

/** An entry with what TypeDoc read of it. */
export interface Converted {
  readonly entry: Entry;
  readonly module: DeclarationReflection;
}

/**
 * Reads the sources behind entries, with their types and comments. This takes seconds: it checks types.
 *
 * @param root of the repository
 * @param tsconfig names the files that belong to them
 * @throws Error where TypeDoc finds no module for an entry
 */
export async function convert(
  root: string,
  entries: readonly Entry[],
  tsconfig: string,
): Promise<Converted[]> {
  const app = await Application.bootstrap(
    {
      entryPoints: entries.map(({ source }) => join(root, source)),
      basePath: root,
      tsconfig,
      alwaysCreateEntryPointModule: true,
      // `tsc` checks the sources; here only what they declare matters.
      skipErrorChecking: true,
      excludeExternals: true,
      excludePrivate: true,
      excludeInternal: true,
      disableGit: true,
      sourceLinkTemplate: "{path}",
      sort: ["source-order"],
      logLevel: "Error",
    },
    [new TSConfigReader()],
  );
  const project = await app.convert();
  return entries.map((entry) => {
    const module = project?.children?.find(({ sources }) =>
      sources?.some(({ fileName }) => fileName === entry.source),
    );
    if (module === undefined) {
      throw new Error(`${entry.name}: TypeDoc finds no module in ${entry.source}`);
    }
    return { entry, module };
  });
}
