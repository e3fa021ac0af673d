/** Reads the name, the comment and the place of a declaration. */
import {
  type Comment,
  type DeclarationReflection,
  type ProjectReflection,
  ReferenceReflection,
  type ReferenceType,
  type Reflection,
  ReflectionKind,
  type SignatureReflection,
} from "typedoc";

/** The call signatures of a function, a method, or a value that is a function. */
export function signaturesOf(declaration: DeclarationReflection): readonly SignatureReflection[] {
  const { signatures, type } = declaration;
  if (signatures !== undefined) return signatures;
  return type?.type === "reflection" ? (type.declaration.signatures ?? []) : [];
}

/** Its comment. That of a function is with its signature; another one belongs to a re-export. */
export function commentOf(declaration: DeclarationReflection): Comment | undefined {
  const { getSignature, setSignature } = declaration;
  const places = [...signaturesOf(declaration), declaration, getSignature, setSignature];
  return places.map((each) => each?.comment).find((comment) => comment?.hasVisibleComponent());
}

/**
 * The own members of a class, an interface or an object, in the order of the source, with those of a base that no entry exports.
 * Members
 * under symbols are left out, which are for the language (`[Symbol.dispose]`) or the type checker, and protected members of
 * classes
 * that users cannot extend.
 */
export function membersOf(declaration: DeclarationReflection): readonly DeclarationReflection[] {
  const { children, type } = declaration;
  const all = children ?? (type?.type === "reflection" ? (type.declaration.children ?? []) : []);
  // An internal constructor is not among them.
  const isClosed = !all.some(({ kind }) => kind === ReflectionKind.Constructor);
  return all.filter(
    ({ name, inheritedFrom, flags }) =>
      (inheritedFrom === undefined || inheritedFrom.reflection === undefined) &&
      name[0] !== "[" &&
      !(flags.isProtected && isClosed),
  );
}

/** Whether it is a type of this package that no entry exports, so that users cannot import it. */
export function isNameless(type: ReferenceType, { packageName }: ProjectReflection): boolean {
  const { reflection, refersToTypeParameter, package: from } = type;
  return reflection === undefined && !refersToTypeParameter && from === packageName;
}

/** The declaration behind an entry's export, which may come from another entry. */
export function resolved(declaration: DeclarationReflection): DeclarationReflection {
  if (!(declaration instanceof ReferenceReflection)) return declaration;
  return declaration.getTargetReflectionDeep() as DeclarationReflection;
}

/** Identifies a declaration: TypeDoc reads a function once for each entry that re-exports it. */
export function identityOf(reflection: Reflection): string {
  const { name, sources } = resolved(reflection as DeclarationReflection);
  const [source] = sources ?? [];
  return `${source?.fileName}:${source?.line}:${source?.character}:${name}`;
}

/** A place such as `src/optimizers/adam.ts:17`. */
export function placeOf({ sources }: Pick<DeclarationReflection, "sources">): string {
  const [source] = sources ?? [];
  return source === undefined ? "an unknown file" : `${source.fileName}:${source.line}`;
}

/** Whether it is an error class, by its name. */
export const isError = ({ kind, name }: DeclarationReflection): boolean =>
  kind === ReflectionKind.Class && name.endsWith("Error");

/** The kind of declaration, in a term of TypeScript. */
export function kindOf(declaration: DeclarationReflection): string {
  switch (declaration.kind) {
    case ReflectionKind.Function:
      return "function";
    case ReflectionKind.Variable:
      return signaturesOf(declaration).length > 0 ? "function" : "constant";
    case ReflectionKind.Class:
      return isError(declaration) ? "error" : "class";
    default:
      return "type";
  }
}

/** The export that contains a reflection, and the name within it: `Optimizer` and `step`. */
export function ancestorsOf(reflection: Reflection): readonly Reflection[] {
  const all: Reflection[] = [];
  for (let at: Reflection | undefined = reflection; at !== undefined; at = at.parent) all.push(at);
  return all;
}
