/** Describes one export for its page: its signature, comment, parameters and members. */
import {
  type Comment,
  type DeclarationReflection,
  type Reflection,
  ReflectionKind,
  type SignatureReflection,
} from "typedoc";
import { type Content, type Markup, markup } from "../../charts/markup.ts";
import { type Arrangement, memberAnchor } from "./arrange.ts";
import { codeBlock, inlineCode, linked } from "./code.ts";
import { firstSentence, inlineText, markdownOf, tagsOf, textOf, thrownBy } from "./comments.ts";
import { commentOf, isError, kindOf, membersOf, signaturesOf } from "./declarations.ts";
import { type EntryOf, examplesIn, wholeExample } from "./examples.ts";
import { type Parameter, parametersOf, typesOf } from "./parameters.ts";
import {
  callLines,
  type Mention,
  memberText,
  objectText,
  parametersText,
  parameterText,
  typeParametersText,
  typeText,
} from "./types.ts";

/** What the descriptions need to know about other exports. */
export interface Context {
  readonly linkTo: Arrangement["linkTo"];
  /** The entry of the export: `gradus/autodiff`. */
  readonly entry: string;
  /** The entries from which its examples import names. */
  readonly entryOf: EntryOf;
  /** The link to an export by its name; if there are several, to that of this entry. */
  readonly hrefOf: (name: string) => string | undefined;
}

/** The declaration as in its source, without the members. */
export function declarationText(declaration: DeclarationReflection, mention: Mention): string {
  const { name, kind, typeParameters, extendedTypes = [], implementedTypes = [] } = declaration;
  const parameters = typeParametersText(typeParameters, mention, `interface ${name}`.length);
  const list = (word: string, types: readonly Parameters<typeof typeText>[0][]) =>
    types.length === 0
      ? ""
      : `\n  ${word} ${types.map((each) => typeText(each, mention)).join(", ")}`;
  const inLines = (text: string) => (text.length <= 76 ? text.replaceAll(/\n\s*/g, " ") : text);
  if (kindOf(declaration) === "function") {
    return signaturesOf(declaration)
      .map((each) => `function ${signatureText(name, each, mention)}`)
      .join("\n\n");
  }
  switch (kind) {
    case ReflectionKind.Class:
      return inLines(
        `class ${name}${parameters}${list("extends", extendedTypes)}${list("implements", implementedTypes)}`,
      );
    case ReflectionKind.Interface:
      return (
        inLines(`interface ${name}${parameters}${list("extends", extendedTypes)}`) +
        bodyText(callLines(declaration, mention))
      );
    case ReflectionKind.TypeAlias:
      // For an object type, TypeDoc only has the members.
      return `type ${name}${parameters} = ${
        declaration.type === undefined
          ? objectText(declaration, mention)
          : typeText(declaration.type, mention)
      }`;
    default:
      return `const ${memberText(declaration, mention).replace(/^readonly /, "")}`;
  }
}

/** The body in braces after a head; empty if there are no lines. */
const bodyText = (lines: readonly string[]): string =>
  lines.length === 0
    ? ""
    : ` {\n${lines.map((line) => `  ${line.replaceAll("\n", "\n  ")};\n`).join("")}}`;

function signatureText(name: string, signature: SignatureReflection, mention: Mention): string {
  const result = typeText(signature.type, mention);
  const used = `function ${name}: ${result.split("\n")[0]}`.length;
  return `${name}${parametersText(signature, mention, used)}: ${result}`;
}

/** Makes a heading of a section within an export's: `h2` on its own page, `h3` if it shares a page. */
export type Heading = (text: string) => Content;

const definitions = (heading: Heading, title: string, rows: readonly Markup[]): Content =>
  rows.length > 0 && [heading(title), markup`<dl class="members">${rows}</dl>`];

/** The options in a type, each a link: `initial`, `steps`; optional `final`. */
function optionsIn(type: DeclarationReflection, { linkTo }: Context): string {
  // Inherited ones included.
  const members = (type.children ?? []).filter(({ name }) => name[0] !== "[");
  const namesOf = (isOptional: boolean) =>
    members
      .filter(({ flags }) => flags.isOptional === isOptional)
      .map((each) => `[\`${each.name}\`](${linkTo(each)})`)
      .join(", ");
  const [needed, optional] = [namesOf(false), namesOf(true)];
  return [needed, optional && `optional ${optional}`].filter((part) => part !== "").join("; ");
}

/**
 * The meaning of a parameter: its own text, or else that of its type: for options their names, for other types the first
 * sentence.
 */
function meaningOf(parameter: Parameter, context: Context): string {
  if (parameter.text.length > 0) return markdownOf(parameter.text, context.linkTo);
  const [type] = typesOf(parameter) as readonly DeclarationReflection[];
  if (type === undefined) return "";
  if (type.name.endsWith("Options")) return optionsIn(type, context);
  return firstSentence(markdownOf(commentOf(type)?.summary ?? [], context.linkTo));
}

/** The parameters that have an explanation; for members, only those with a text of their own. */
async function parametersSection(
  declaration: DeclarationReflection,
  heading: Heading,
  context: Context,
  isMember: boolean,
): Promise<Content> {
  const shown = parametersOf(declaration).filter((each) => !isMember || each.text.length > 0);
  const rows = shown.map(async (parameter) => {
    const { reflection } = parameter;
    const write = (mention: Mention) => parameterText(reflection, mention);
    const text = meaningOf(parameter, context);
    if (text === "") return null;
    return markup`<dt>${inlineCode(linked(write, context.linkTo))}</dt><dd>${await inlineText(text)}</dd>`;
  });
  const written = (await Promise.all(rows)).filter((row) => row !== null);
  return definitions(heading, "Parameters", written);
}

/** How users create an instance of a class. Errors are not created by users. */
async function constructorSection(
  declaration: DeclarationReflection,
  heading: Heading,
  context: Context,
): Promise<Content> {
  const made = declaration.children?.find(({ kind }) => kind === ReflectionKind.Constructor);
  const [signature] = made?.signatures ?? [];
  if (made === undefined || signature === undefined || isError(declaration)) return null;
  const head = `new ${declaration.name}`;
  // The head of the class has its type parameters.
  const { parameters = [] } = signature;
  const write = (mention: Mention) =>
    `${head}${parametersText({ parameters }, mention, head.length)}`;
  return [
    heading("Constructor"),
    await codeBlock(linked(write, context.linkTo)),
    await parametersSection(made, () => null, context, false),
    await tagged(signature.comment, (text) => markup`<p class="part">${text}</p>`, context),
  ];
}

async function tagged(
  comment: Comment | undefined,
  heading: Heading,
  { linkTo, hrefOf }: Context,
): Promise<Content[]> {
  const returns = await Promise.all(
    tagsOf(comment, "@returns").map(({ content }) => textOf(markdownOf(content, linkTo))),
  );
  const throws = await Promise.all(
    tagsOf(comment, "@throws").map(async (tag) => {
      const { error, when } = thrownBy(tag, linkTo);
      const href = hrefOf(error);
      const links = new Map(href === undefined ? [] : [[error, href]]);
      return markup`<dt>${inlineCode({ text: error, links })}</dt><dd>${await inlineText(when)}</dd>`;
    }),
  );
  return [
    returns.length > 0 && [heading("Returns"), returns],
    definitions(heading, "Throws", throws),
  ];
}

/** Runnable examples with their imports. */
export async function examplesOf(
  comment: Comment | undefined,
  heading: Heading,
  { entry, entryOf }: Context,
): Promise<Content> {
  const examples = examplesIn(comment);
  const links = new Map<string, string>();
  const blocks = await Promise.all(
    examples.map((code) => codeBlock({ text: wholeExample(code, entry, entryOf), links })),
  );
  return blocks.length > 0 && [heading(blocks.length === 1 ? "Example" : "Examples"), blocks];
}

async function memberRow(
  owner: string,
  member: DeclarationReflection,
  context: Context,
): Promise<Markup> {
  const { linkTo } = context;
  const comment = commentOf(member);
  // `readonly` is left out: nearly all have it, and it would hide the names.
  const write = (mention: Mention) => memberText(member, mention).replace(/^readonly /, "");
  const code = inlineCode(linked(write, linkTo));
  const text = await textOf(markdownOf(comment?.summary ?? [], linkTo));
  const small = (title: string) => markup`<p class="part">${title}</p>`;
  const [signature] = signaturesOf(member);
  const inner = [
    signature === undefined ? null : await parametersSection(member, small, context, true),
    await tagged(comment, small, context),
    await examplesOf(comment, small, context),
    member.type?.type === "reflection" ? await nested(owner, member, context) : null,
  ];
  return markup`<dt id="${memberAnchor(owner, member.name)}">${code}</dt><dd>${text}${inner}</dd>`;
}

/** The members of an object within an object. */
async function nested(
  owner: string,
  member: DeclarationReflection,
  context: Context,
): Promise<Content> {
  const name = `${owner}.${member.name}`;
  const rows = membersOf(member).map((each) => memberRow(name, each, context));
  return definitions(() => null, "", await Promise.all(rows));
}

/** The names of inherited members, each a link to its description. */
async function inheritedSection(
  declaration: DeclarationReflection,
  { linkTo }: Context,
): Promise<Content> {
  const byBase = new Map<Reflection, string[]>();
  for (const { name, inheritedFrom } of declaration.children ?? []) {
    const found = inheritedFrom?.reflection;
    const base = found?.isSignature() ? found.parent.parent : found?.parent;
    if (base === undefined || name[0] === "[" || name === "constructor") continue;
    byBase.set(base, [...(byBase.get(base) ?? []), `[\`${name}\`](${linkTo(found!)})`]);
  }
  const parts = [...byBase].map(
    ([base, names]) => `from [\`${base.name}\`](${linkTo(base)}) ${names.join(", ")}`,
  );
  return parts.length > 0 && (await textOf(`Also ${parts.join("; ")}.`));
}

/** Members in the order of the source, properties before methods. Inherited members of a class are described with its base. */
export async function membersSection(
  declaration: DeclarationReflection,
  heading: Heading,
  context: Context,
): Promise<Content> {
  const members = membersOf(declaration).filter(
    ({ name }) => name !== "constructor" || declaration.kind !== ReflectionKind.Class,
  );
  const isMethod = ({ signatures }: DeclarationReflection) => signatures !== undefined;
  const rowsOf = (some: readonly DeclarationReflection[]) =>
    Promise.all(some.map((member) => memberRow(declaration.name, member, context)));
  return [
    definitions(heading, "Properties", await rowsOf(members.filter((each) => !isMethod(each)))),
    definitions(heading, "Methods", await rowsOf(members.filter(isMethod))),
    await inheritedSection(declaration, context),
  ];
}

/** The sections of an export after its summary, from its comment and its type. */
export async function sectionsOf(
  declaration: DeclarationReflection,
  heading: Heading,
  context: Context,
): Promise<readonly Content[]> {
  const comment = commentOf(declaration);
  const [signature] = signaturesOf(declaration);
  return [
    signature === undefined ? null : await parametersSection(declaration, heading, context, false),
    await constructorSection(declaration, heading, context),
    ...(await tagged(comment, heading, context)),
    await membersSection(declaration, heading, context),
    await examplesOf(comment, heading, context),
  ];
}
