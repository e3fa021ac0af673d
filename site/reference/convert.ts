import { join } from "node:path";
import {
  Application,
  Context,
  Converter,
  type DeclarationReflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
  TSConfigReader,
  TypeScript,
  UnionType,
} from "typedoc";
import { isNameless } from "./declarations.ts";
import type { Entry } from "./entries.ts";

// TypeDoc looks for `@inline` at an import of a type, too, where there is none: the type itself has it.
const { shouldInline } = Context.prototype;
Context.prototype.shouldInline = function (symbol, name) {
  return shouldInline.call(this, this.resolveAliasedSymbol(symbol), name);
};

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
  const bases = new Map<DeclarationReflection, readonly SomeType[]>();
  const choices = new Map<DeclarationReflection, SomeType>();
  app.converter.on(Converter.EVENT_CREATE_SIGNATURE, keepWords);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, declaration) => {
    keepOwnComment(context, declaration);
    writeOutQuery(context, declaration);
    keepWordsOfProperty(context, declaration);
    bases.set(declaration, basesOf(context, declaration));
    const union = unionOf(context, declaration);
    if (union !== undefined) choices.set(declaration, union);
  });
  const project = await app.convert();
  for (const [declaration, all] of bases) {
    if (declaration.extendedTypes === undefined) continue;
    // A base that no entry exports says nothing: what it extends does.
    const known = all.find((each) => !(each.type === "reference" && isNameless(each, project!)));
    declaration.extendedTypes = known === undefined ? [] : [known];
  }
  for (const [declaration, union] of choices) {
    if (isQuery(declaration.type)) declaration.type = union;
  }
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

/** Has the comment in front of what is declared: TypeDoc takes that of the statement that gives it on, such as a file's head. */
function keepOwnComment(context: Context, declaration: DeclarationReflection): void {
  const symbol = context.getSymbolFromReflection(declaration);
  const isGivenOn =
    ReflectionKind.ClassOrInterface | ReflectionKind.TypeAlias | ReflectionKind.Variable;
  if (symbol === undefined || !declaration.kindOf(isGivenOn)) return;
  const own = context.getComment(context.resolveAliasedSymbol(symbol), declaration.kind);
  if (own !== undefined) declaration.comment = own;
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

/** The same of a property, unless it comes from a base whose type parameters are others. */
function keepWordsOfProperty(context: Context, declaration: DeclarationReflection): void {
  const { kind, parent } = declaration;
  if (kind !== ReflectionKind.Property || declaration.type === undefined) return;
  const [node] = context.getSymbolFromReflection(declaration)?.declarations ?? [];
  if (node === undefined || !TypeScript.isPropertyDeclaration(node)) return;
  const owner = parent && context.getSymbolFromReflection(parent);
  if (node.type === undefined || !owner?.declarations?.includes(node.parent)) return;
  declaration.type = context.converter.convertType(context.withScope(declaration), node.type);
}

/** Has the type of a constant that is `typeof` something else: what that is called within a file says nothing outside. */
function writeOutQuery(context: Context, declaration: DeclarationReflection): void {
  if (declaration.kind !== ReflectionKind.Variable || declaration.type?.type !== "query") return;
  const symbol = context.getSymbolFromReflection(declaration);
  if (symbol === undefined) return;
  const type = context.checker.getTypeOfSymbol(symbol);
  declaration.type = context.converter.convertType(context.withScope(declaration), type);
}

/** All that a type may be, if it has a name and is one of several. */
function unionOf(context: Context, declaration: DeclarationReflection): SomeType | undefined {
  const symbol = context.getSymbolFromReflection(declaration);
  if (symbol === undefined || declaration.kind !== ReflectionKind.TypeAlias) return undefined;
  const type = context.checker.getDeclaredTypeOfSymbol(symbol);
  const scope = context.withScope(declaration);
  const convert = (each: TypeScript.Type) => scope.converter.convertType(scope, each);
  return type.isUnion() ? new UnionType(type.types.map(convert)) : undefined;
}

/** Such as `keyof typeof table`, `(typeof names)[number]`, or one of these or another. */
function isQuery(type: SomeType | undefined): boolean {
  switch (type?.type) {
    case "query":
      return true;
    case "typeOperator":
      return isQuery(type.target);
    case "indexedAccess":
      return isQuery(type.objectType);
    case "union":
      return type.types.some(isQuery);
    default:
      return false;
  }
}

/** What a class or an interface extends, what that extends, and so on. */
function basesOf(context: Context, declaration: DeclarationReflection): SomeType[] {
  const bases: SomeType[] = [];
  if (!declaration.kindOf(ReflectionKind.ClassOrInterface)) return bases;
  const symbol = context.getSymbolFromReflection(declaration);
  let type = symbol && context.checker.getDeclaredTypeOfSymbol(symbol);
  while (type?.isClassOrInterface()) {
    const [base] = context.checker.getBaseTypes(type);
    if (base !== undefined) {
      bases.push(context.converter.convertType(context.withScope(declaration), base));
    }
    const next = base?.getSymbol();
    type = next && context.checker.getDeclaredTypeOfSymbol(next);
  }
  return bases;
}
