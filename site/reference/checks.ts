/** Checks the comments of the sources: the build fails if there is a problem. */
import {
  type Comment,
  type CommentDisplayPart,
  type DeclarationReflection,
  Reflection,
} from "typedoc";
import { type Arrangement, type EntryContents, type Exported, isRegistry } from "./arrange.ts";
import {
  commentOf,
  isError,
  isNameless,
  kindOf,
  membersOf,
  placeOf,
  signaturesOf,
} from "./declarations.ts";
import { examplesIn } from "./examples.ts";
import { mentionsOf } from "./mentions.ts";
import { unexplained } from "./parameters.ts";

/** Whether a comment has a description before any tags. */
function describes(comment: Comment | undefined): boolean {
  return comment?.summary.some(({ text }) => text.trim() !== "") ?? false;
}

/** Members whose meaning JavaScript defines, and constructors, which their class describes. */
const isKnown = (owner: DeclarationReflection, { name }: DeclarationReflection): boolean =>
  name === "constructor" || (name === "name" && isError(owner));

/** An export or a part of one, with its name: `Optimizer.step`. */
interface Part {
  readonly name: string;
  readonly declaration: DeclarationReflection;
}

function undocumentedMembers(declaration: DeclarationReflection, name: string): Part[] {
  const members = membersOf(declaration).filter((member) => !isKnown(declaration, member));
  return members.flatMap((member) => {
    const qualified = `${name}.${member.name}`;
    const own = describes(commentOf(member)) ? [] : [{ name: qualified, declaration: member }];
    return [...own, ...undocumentedMembers(member, qualified)];
  });
}

function undocumented({ entry, module, exports }: EntryContents): string[] {
  const head = describes(module.comment)
    ? []
    : [
        `${entry.name}: the entry has no documentation (${entry.source}). Begin the file with a comment that says what ` +
          "the entry is for, and ends with @packageDocumentation.",
      ];
  const own = exports.filter((each) => each.entry === entry);
  const bare = own.flatMap((exported) => {
    const { name, declaration } = exported;
    const itself = describes(commentOf(declaration)) ? [] : [{ name, declaration }];
    return isRegistry(exported, exports)
      ? itself
      : [...itself, ...undocumentedMembers(declaration, name)];
  });
  return [
    ...head,
    ...bare.map(
      ({ name, declaration }) =>
        `${entry.name}: ${name} has no documentation (${placeOf(declaration)}). Write a comment /** ... */ in front ` +
        "of it that says what it is.",
    ),
  ];
}

/** The comments of an export, and of all its described parts. */
function commentsIn(declaration: DeclarationReflection): Comment[] {
  const signatures = signaturesOf(declaration);
  const parameters = signatures.flatMap((each) => [
    ...(each.parameters ?? []),
    ...(each.typeParameters ?? []),
  ]);
  const parts: readonly (Comment | undefined)[] = [
    commentOf(declaration),
    ...[...signatures, ...parameters].map(({ comment }) => comment),
  ];
  return [
    ...parts.filter((comment) => comment !== undefined),
    ...membersOf(declaration).flatMap(commentsIn),
  ];
}

const contentOf = ({ summary, blockTags }: Comment): readonly CommentDisplayPart[] => [
  ...summary,
  ...blockTags.flatMap(({ content }) => content),
];

function brokenLinks(
  { name, entry, declaration }: Exported,
  linkTo: Arrangement["linkTo"],
): string[] {
  const parts = commentsIn(declaration).flatMap(contentOf);
  const broken = parts.filter(
    (part) =>
      part.kind === "inline-tag" &&
      typeof part.target !== "string" &&
      !(part.target instanceof Reflection && linkTo(part.target) !== undefined),
  );
  return [...new Set(broken.map(({ text }) => text))].map(
    (text) =>
      `${entry.name}: the documentation of ${name} links to ${text}, which no entry exports ` +
      `(${placeOf(declaration)}). Link to something exported, or write \`${text}\`.`,
  );
}

/** An export and all its described parts, with their names. */
function partsOf(declaration: DeclarationReflection, name: string): readonly Part[] {
  // Errors are created by the library, not by users.
  const members = membersOf(declaration).filter(
    (member) => !(isError(declaration) && member.name === "constructor"),
  );
  const below = members.flatMap((member) => partsOf(member, `${name}.${member.name}`));
  return [{ name, declaration }, ...below];
}

/**
 * Parameters that nothing but a name explains. A parameter is explained by a text of its own, by its type if an entry exports
 * that, or
 * by the description of its function.
 */
function unexplainedParameters({ name, entry, declaration }: Exported): string[] {
  return partsOf(declaration, name).flatMap((part) =>
    unexplained(part.declaration).map(
      ({ reflection }) =>
        `${entry.name}: ${part.name} does not say what its parameter ${reflection.name} is (${placeOf(part.declaration)}). ` +
        `Write @param ${reflection.name} with its unit, range or default, or name \`${reflection.name}\` in the description.`,
    ),
  );
}

/** Types of this package in a signature that users cannot import. */
function nameless({ name, entry, declaration }: Exported): string[] {
  const types = mentionsOf(declaration).filter((type) => isNameless(type, declaration.project));
  return [...new Set(types.map((type) => type.name))].map(
    (type) =>
      `${entry.name}: ${name} has ${type} in its signature, which no entry exports (${placeOf(declaration)}). Export it; or, ` +
      `of a short type, end its comment with @inline: then it is written out.`,
  );
}

/** Functions and classes, including errors, that have no example. Types and constants need none. */
function withoutExample({ name, entry, declaration }: Exported): string[] {
  const kind = kindOf(declaration);
  const isUsed = kind !== "type" && kind !== "constant";
  if (!isUsed || examplesIn(commentOf(declaration)).length > 0) return [];
  return [
    `${entry.name}: the ${kind} ${name} has no example (${placeOf(declaration)}). End its comment with @example and a few ` +
      "lines that run, with a value to compare: lr(51); // 0.05",
  ];
}

/** Sentences that say what is missing or wrong, where it is, and what to do; none if there is no problem. */
export function checkDocumentation({ entries, linkTo }: Arrangement): readonly string[] {
  return entries.flatMap((contents) => [
    ...undocumented(contents),
    ...contents.exports
      .filter(({ entry }) => entry === contents.entry)
      .flatMap((exported) => [
        ...brokenLinks(exported, linkTo),
        ...withoutExample(exported),
        ...(isRegistry(exported, contents.exports)
          ? []
          : [...nameless(exported), ...unexplainedParameters(exported)]),
      ]),
  ]);
}
