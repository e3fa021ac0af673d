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

// TypeDoc looks for `@inline` also at the import of a type, where it never is: the type's own declaration has it.
const { shouldInline } = Context.prototype;
Context.prototype.shouldInline = function (symbol, name) {
  return shouldInline.call(this, this.resolveAliasedSymbol(symbol), name);
};

/** An entry and TypeDoc's model of it. */
export interface Converted {
  readonly entry: Entry;
  readonly module: DeclarationReflection;
}

/**
 * Reads the sources of entries, with their types and comments. This takes seconds, because it checks types.
 *
 * @param root of the repository
 * @param tsconfig names their files
 * @throws Error if TypeDoc finds no module for an entry
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
      // `tsc` checks the sources; only declarations matter here.
      skipErrorChecking: true,
      excludeExternals: true,
      excludePrivate: true,
      excludeInternal: true,
      disableGit: true,
      sourceLinkTemplate: "{path}",
      sort: ["source-order"],
      // Keeps the type of the error.
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
    // A base that no entry exports is unknown to readers; what it extends may be known.
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

/** Keeps the comment before a declaration: TypeDoc replaces it by that of a re-export, such as a file's head. */
function keepOwnComment(context: Context, declaration: DeclarationReflection): void {
  const symbol = context.getSymbolFromReflection(declaration);
  const isGivenOn =
    ReflectionKind.ClassOrInterface | ReflectionKind.TypeAlias | ReflectionKind.Variable;
  if (symbol === undefined || !declaration.kindOf(isGivenOn)) return;
  const own = context.getComment(context.resolveAliasedSymbol(symbol), declaration.kind);
  if (own !== undefined) declaration.comment = own;
}

/** Keeps types as signatures write them: TypeDoc replaces names of types by their definitions. */
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

/** The same for a property, unless it comes from a base with other type parameters. */
function keepWordsOfProperty(context: Context, declaration: DeclarationReflection): void {
  const { kind, parent } = declaration;
  if (kind !== ReflectionKind.Property || declaration.type === undefined) return;
  const [node] = context.getSymbolFromReflection(declaration)?.declarations ?? [];
  if (node === undefined || !TypeScript.isPropertyDeclaration(node)) return;
  const owner = parent && context.getSymbolFromReflection(parent);
  if (node.type === undefined || !owner?.declarations?.includes(node.parent)) return;
  declaration.type = context.converter.convertType(context.withScope(declaration), node.type);
}

/** Writes out the type of a constant that is `typeof` something else: the name within a file means nothing outside. */
function writeOutQuery(context: Context, declaration: DeclarationReflection): void {
  if (declaration.kind !== ReflectionKind.Variable || declaration.type?.type !== "query") return;
  const symbol = context.getSymbolFromReflection(declaration);
  if (symbol === undefined) return;
  const type = context.checker.getTypeOfSymbol(symbol);
  declaration.type = context.converter.convertType(context.withScope(declaration), type);
}

/** The union that a named type stands for, if it is one. */
function unionOf(context: Context, declaration: DeclarationReflection): SomeType | undefined {
  const symbol = context.getSymbolFromReflection(declaration);
  if (symbol === undefined || declaration.kind !== ReflectionKind.TypeAlias) return undefined;
  const type = context.checker.getDeclaredTypeOfSymbol(symbol);
  const scope = context.withScope(declaration);
  const convert = (each: TypeScript.Type) => scope.converter.convertType(scope, each);
  return type.isUnion() ? new UnionType(type.types.map(convert)) : undefined;
}

/** Such as `keyof typeof table`, `(typeof names)[number]`, or a union with one of these. */
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

/** The bases of a class or an interface, and theirs, and so on. */
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
