/** What a declaration is called, what its comment says, and where it stands. */
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

/** The calls that a declaration takes, be it a function, a method or a value that is a function. */
export function signaturesOf(declaration: DeclarationReflection): readonly SignatureReflection[] {
  const { signatures, type } = declaration;
  if (signatures !== undefined) return signatures;
  return type?.type === "reflection" ? (type.declaration.signatures ?? []) : [];
}

/** Its comment: that of a function is with its signature, and what else there is belongs to a statement that gives it on. */
export function commentOf(declaration: DeclarationReflection): Comment | undefined {
  const { getSignature, setSignature } = declaration;
  const places = [...signaturesOf(declaration), declaration, getSignature, setSignature];
  return places.map((each) => each?.comment).find((comment) => comment?.hasVisibleComponent());
}

/**
 * The members that a class, an interface or an object has of its own, in the order of the source: those of a base that no entry
 * exports are its own. Left out are members under symbols, which are for the language (`[Symbol.dispose]`) or the type checker,
 * and protected ones of classes that nobody can extend.
 */
export function membersOf(declaration: DeclarationReflection): readonly DeclarationReflection[] {
  const { children, type } = declaration;
  const all = children ?? (type?.type === "reflection" ? (type.declaration.children ?? []) : []);
  // A constructor that is internal is not among them.
  const isClosed = !all.some(({ kind }) => kind === ReflectionKind.Constructor);
  return all.filter(
    ({ name, inheritedFrom, flags }) =>
      (inheritedFrom === undefined || inheritedFrom.reflection === undefined) &&
      name[0] !== "[" &&
      !(flags.isProtected && isClosed),
  );
}

/** Whether it is a type of this package that no entry exports, so that users cannot name it. */
export function isNameless(type: ReferenceType, { packageName }: ProjectReflection): boolean {
  const { reflection, refersToTypeParameter, package: from } = type;
  return reflection === undefined && !refersToTypeParameter && from === packageName;
}

/** What an entry exports under this name: for one that comes from another entry, what that has. */
export function resolved(declaration: DeclarationReflection): DeclarationReflection {
  if (!(declaration instanceof ReferenceReflection)) return declaration;
  return declaration.getTargetReflectionDeep() as DeclarationReflection;
}

/** What tells one declaration from all others: TypeDoc reads a function once for each entry that gives it on. */
export function identityOf(reflection: Reflection): string {
  const { name, sources } = resolved(reflection as DeclarationReflection);
  const [source] = sources ?? [];
  return `${source?.fileName}:${source?.line}:${source?.character}:${name}`;
}

/** `src/optimizers/adam.ts:17` */
export function placeOf({ sources }: Pick<DeclarationReflection, "sources">): string {
  const [source] = sources ?? [];
  return source === undefined ? "an unknown file" : `${source.fileName}:${source.line}`;
}

/** Whether it is an error class: all are called so. */
export const isError = ({ kind, name }: DeclarationReflection): boolean =>
  kind === ReflectionKind.Class && name.endsWith("Error");

/** What kind of thing it is, in a word that TypeScript's users know. */
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

/** The export that a reflection stands in, and the name below it: `Optimizer` and `step`. */
export function ancestorsOf(reflection: Reflection): readonly Reflection[] {
  const all: Reflection[] = [];
  for (let at: Reflection | undefined = reflection; at !== undefined; at = at.parent) all.push(at);
  return all;
}
