/** Writes types as in TypeScript. TypeDoc's own text of a type omits the contents of objects and functions within it. */
import {
  type DeclarationReflection,
  type ParameterReflection,
  type ReferenceType,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
  TypeContext,
  type TypeParameterReflection,
  type TypeVisitor,
} from "typedoc";

/** The most columns of a line of code. */
const WIDTH = 76;

/** Called for every type that a type names, except type parameters. */
export type Mention = (type: ReferenceType) => void;

const indented = (text: string): string => text.replaceAll("\n", "\n  ");

/** `a, b, c` between brackets, or one in each line if they do not fit into one. */
export function bracketed(
  [open, close]: readonly [string, string],
  items: readonly string[],
  used = 0,
): string {
  const line = `${open}${items.join(", ")}${close}`;
  if (items.length === 0 || (used + line.length <= WIDTH && !line.includes("\n"))) return line;
  // A single object stays on the line of its bracket.
  if (items.length === 1 && items[0]!.includes("{\n")) return line;
  return `${open}\n${items.map((item) => `  ${indented(item)},\n`).join("")}${close}`;
}

export function typeParametersText(
  parameters: readonly TypeParameterReflection[] | undefined,
  mention: Mention,
  used = 0,
): string {
  const texts = parameters?.map(({ name, type, default: usual }) => {
    const bound = type === undefined ? "" : ` extends ${typeText(type, mention)}`;
    return `${name}${bound}${usual === undefined ? "" : ` = ${typeText(usual, mention)}`}`;
  });
  return texts === undefined || texts.length === 0 ? "" : bracketed(["<", ">"], texts, used);
}

/** A parameter such as `a: number`, `options?: Options` or `...rules: Rule[]`. */
export function parameterText(parameter: ParameterReflection, mention: Mention): string {
  const { name, flags, type, defaultValue } = parameter;
  const dots = flags.isRest ? "..." : "";
  const optional = flags.isOptional || defaultValue !== undefined ? "?" : "";
  // A destructured parameter has no name; TypeDoc gives it one with underscores.
  const written = name.startsWith("__") ? "options" : name;
  return `${dots}${written}${optional}: ${typeText(type, mention)}`;
}

/** Parameters such as `(a: number, b?: string)`, after the type parameters. */
export function parametersText(
  { typeParameters, parameters = [] }: Pick<SignatureReflection, "parameters" | "typeParameters">,
  mention: Mention,
  used = 0,
): string {
  const texts = parameters.map((each) => parameterText(each, mention));
  return typeParametersText(typeParameters, mention) + bracketed(["(", ")"], texts, used);
}

/** A property or a method as in an interface, without a semicolon. */
export function memberText(member: DeclarationReflection, mention: Mention): string {
  const { name, flags, type, signatures, getSignature, setSignature } = member;
  const optional = flags.isOptional ? "?" : "";
  if (signatures !== undefined) {
    return signatures
      .map((signature) => {
        const head = `${signature.name === "__type" ? "" : name}${optional}`;
        const result = typeText(signature.type, mention);
        const text = parametersText(signature, mention, head.length + result.length + 2);
        return `${head}${text}: ${result}`;
      })
      .join(";\n");
  }
  if (getSignature !== undefined) {
    const settable = setSignature === undefined ? "readonly " : "";
    return `${settable}${name}: ${typeText(getSignature.type, mention)}`;
  }
  return `${flags.isReadonly ? "readonly " : ""}${name}${optional}: ${typeText(type, mention)}`;
}

/** The call and index signatures of a type, one in each line. */
export function callLines(
  { signatures = [], indexSignatures = [] }: DeclarationReflection,
  mention: Mention,
): string[] {
  return [
    ...signatures.map((each) => {
      return `${parametersText(each, mention)}: ${typeText(each.type, mention)}`;
    }),
    ...indexSignatures.map((each) => {
      const [key] = each.parameters!;
      return `[${key!.name}: ${typeText(key!.type, mention)}]: ${typeText(each.type, mention)}`;
    }),
  ];
}

/** An object type's members in braces, or a function type as an arrow function. */
export function objectText(declaration: DeclarationReflection, mention: Mention): string {
  const { children = [], signatures = [] } = declaration;
  const [call] = signatures;
  if (call !== undefined && children.length === 0) {
    const isNew = call.kind === ReflectionKind.ConstructorSignature;
    const result = typeText(call.type, mention);
    return `${isNew ? "new " : ""}${parametersText(call, mention, result.length)} => ${result}`;
  }
  const lines = [
    ...callLines(declaration, mention),
    ...children.map((each) => memberText(each, mention)),
  ];
  const line = `{ ${lines.join("; ")} }`;
  if (lines.length === 0) return "{}";
  if (lines.length < 4 && line.length <= WIDTH && !line.includes("\n")) return line;
  return `{\n${lines.map((each) => `  ${indented(each)};\n`).join("")}}`;
}

const signs = { "+": "", "-": "-" } as const;

function writers(mention: Mention): TypeVisitor<string> {
  const within = (type: SomeType, context: TypeContext) => {
    const text = typeText(type, mention);
    return type.needsParenthesis(context) ? `(${text})` : text;
  };
  const all = (types: readonly SomeType[]) => types.map((each) => typeText(each, mention));
  return {
    array: ({ elementType }) => `${within(elementType, TypeContext.arrayElement)}[]`,
    conditional: ({ checkType, extendsType, trueType, falseType }) =>
      `${within(checkType, TypeContext.conditionalCheck)} extends ` +
      `${within(extendsType, TypeContext.conditionalExtends)} ? ${typeText(trueType, mention)} ` +
      `: ${typeText(falseType, mention)}`,
    indexedAccess: ({ objectType, indexType }) =>
      `${within(objectType, TypeContext.indexedObject)}[${typeText(indexType, mention)}]`,
    inferred: ({ name }) => `infer ${name}`,
    intersection: ({ types }) =>
      types.map((each) => within(each, TypeContext.intersectionElement)).join(" & "),
    intrinsic: ({ name }) => name,
    literal: ({ value }) => (typeof value === "bigint" ? `${value}n` : JSON.stringify(value)),
    mapped: (type) => {
      const { parameter, parameterType, templateType, readonlyModifier, optionalModifier } = type;
      const fixed = readonlyModifier === undefined ? "" : `${signs[readonlyModifier]}readonly `;
      const name = type.nameType === undefined ? "" : ` as ${typeText(type.nameType, mention)}`;
      const optional = optionalModifier === undefined ? "" : `${signs[optionalModifier]}?`;
      const key = `[${parameter} in ${typeText(parameterType, mention)}${name}]`;
      return `{ ${fixed}${key}${optional}: ${typeText(templateType, mention)} }`;
    },
    namedTupleMember: ({ name, isOptional, element }) =>
      `${name}${isOptional ? "?" : ""}: ${typeText(element, mention)}`,
    optional: ({ elementType }) => `${within(elementType, TypeContext.optionalElement)}?`,
    predicate: ({ name, asserts, targetType }) =>
      `${asserts ? "asserts " : ""}${name}` +
      (targetType === undefined ? "" : ` is ${typeText(targetType, mention)}`),
    query: ({ queryType }) => `typeof ${typeText(queryType, mention)}`,
    reference: (type) => {
      const { name, typeArguments, reflection, refersToTypeParameter } = type;
      if (!refersToTypeParameter) mention(type);
      const given = typeArguments?.length ? bracketed(["<", ">"], all(typeArguments)) : "";
      // A type that is exported under another name is known by that name.
      return `${refersToTypeParameter ? name : (reflection?.name ?? name)}${given}`;
    },
    reflection: ({ declaration }) => objectText(declaration, mention),
    rest: ({ elementType }) => `...${within(elementType, TypeContext.restElement)}`,
    templateLiteral: ({ head, tail }) =>
      `\`${head}${tail.map(([type, text]) => `\${${typeText(type, mention)}}${text}`).join("")}\``,
    tuple: ({ elements }) => bracketed(["[", "]"], all(elements)),
    typeOperator: ({ operator, target }) =>
      `${operator} ${within(target, TypeContext.typeOperatorTarget)}`,
    union: ({ types }) => {
      const parts = types.map((each) => within(each, TypeContext.unionElement));
      const line = parts.join(" | ");
      return line.length <= WIDTH ? line : parts.map((each) => `\n  | ${indented(each)}`).join("");
    },
    unknown: ({ name }) => name,
  };
}

/** @param mention is called for each type that it names */
export function typeText(type: SomeType | undefined, mention: Mention = () => {}): string {
  return type === undefined ? "unknown" : type.visit(writers(mention));
}
