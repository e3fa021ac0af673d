import { join } from "node:path";
import {
  Application,
  type Context,
  Converter,
  type DeclarationReflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
  TSConfigReader,
  TypeScript,
} from "typedoc";
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
      // Which error it is.
      preservedTypeAnnotationTags: ["@throws"],
      logLevel: "Error",
    },
    [new TSConfigReader()],
  );
  app.converter.on(Converter.EVENT_CREATE_SIGNATURE, keepWords);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, writeOutQueries);
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

/** Has types as they are written in signatures: TypeDoc writes out what their names stand for. */
function keepWords(
  context: Context,
  signature: SignatureReflection,
  node?: TypeScript.JSDocSignature | TypeScript.SignatureDeclaration,
): void {
  if (node === undefined || TypeScript.isJSDocSignature(node)) return;
  const { typeParameters = [], parameters = [] } = signature;
  const typeOf = (written: TypeScript.TypeNode | undefined, before: SomeType | undefined) =>
    written === undefined ? before : context.converter.convertType(context, written);
  typeParameters.forEach((parameter, i) => {
    parameter.type = typeOf(node.typeParameters?.[i]?.constraint, parameter.type)!;
  });
  parameters.forEach((parameter, i) => {
    parameter.type = typeOf(node.parameters[i]?.type, parameter.type)!;
  });
  signature.type = typeOf(node.type, signature.type)!;
}

/** Has the type of a constant that is `typeof` something else: what that is called within a file says nothing outside. */
function writeOutQueries(context: Context, declaration: DeclarationReflection): void {
  if (declaration.kind !== ReflectionKind.Variable || declaration.type?.type !== "query") return;
  const symbol = context.getSymbolFromReflection(declaration);
  if (symbol === undefined) return;
  const type = context.checker.getTypeOfSymbol(symbol);
  declaration.type = context.converter.convertType(context.withScope(declaration), type);
}
