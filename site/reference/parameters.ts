/** Finds out what explains a parameter: its own text, its type, or the description of its function. */
import type {
  CommentDisplayPart,
  DeclarationReflection,
  ParameterReflection,
  Reflection,
  SignatureReflection,
} from "typedoc";
import { commentOf, signaturesOf } from "./declarations.ts";
import { typeText } from "./types.ts";

/** A parameter by its name, over all overloads. */
export interface Parameter {
  readonly reflection: ParameterReflection;
  readonly signature: SignatureReflection;
  /** Its `@param` text; for a method without one, that of the method that it overrides. */
  readonly text: readonly CommentDisplayPart[];
}

const textIn = (declaration: DeclarationReflection, name: string): readonly CommentDisplayPart[] =>
  signaturesOf(declaration)
    .flatMap(({ parameters = [] }) => parameters)
    .find((each) => each.name === name && each.comment?.summary.length)?.comment?.summary ?? [];

/** The methods that a method overrides or implements, the nearest first. */
function overriddenBy(declaration: DeclarationReflection): readonly DeclarationReflection[] {
  const { overwrites, implementationOf, signatures = [] } = declaration;
  const above = [overwrites, implementationOf].concat(
    signatures.flatMap((each) => [each.overwrites, each.implementationOf]),
  );
  return above.flatMap((type) => {
    const found = type?.reflection;
    const method = found?.isSignature() ? found.parent : found;
    return method?.isDeclaration() ? [method, ...overriddenBy(method)] : [];
  });
}

/** The parameters of a function, a method or a constructor. */
export function parametersOf(declaration: DeclarationReflection): readonly Parameter[] {
  const places = [declaration, ...overriddenBy(declaration)];
  const all = new Map<string, Parameter>();
  for (const signature of signaturesOf(declaration)) {
    for (const reflection of signature.parameters ?? []) {
      const { name } = reflection;
      const texts = places.map((place) => textIn(place, name));
      const text = texts.find(({ length }) => length > 0) ?? [];
      // The last overload is the usual call.
      all.set(name, { reflection, signature, text });
    }
  }
  return [...all.values()];
}

/** The exported types that a parameter's type names; for a type parameter, those of its constraint. */
export function typesOf({ reflection, signature }: Parameter): readonly Reflection[] {
  const { type } = reflection;
  const types: Reflection[] = [];
  const bound =
    type?.type === "reference" && type.refersToTypeParameter
      ? signature.typeParameters?.find(({ name }) => name === type.name)?.type
      : undefined;
  typeText(bound ?? type, ({ reflection: named }) => {
    if (named !== undefined) types.push(named);
  });
  return types;
}

/** Whether a description names it in code, as in "`a` where a condition is 1, `b` elsewhere". */
function isNamedBy(declaration: DeclarationReflection, name: string): boolean {
  const code = commentOf(declaration)?.summary.filter(({ kind }) => kind === "code") ?? [];
  return code.some(({ text }) => new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text));
}

/** The parameters that nothing explains: neither a text, nor an exported type, nor the description. */
export const unexplained = (declaration: DeclarationReflection): readonly Parameter[] =>
  parametersOf(declaration).filter(
    (each) =>
      each.text.length === 0 &&
      typesOf(each).length === 0 &&
      !isNamedBy(declaration, each.reflection.name),
  );
