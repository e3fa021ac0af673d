/** Decides on which page each export is described: on one page of one entry, even if several entries re-export it. */
import { type DeclarationReflection, type Reflection, ReflectionKind } from "typedoc";
import type { Converted } from "./convert.ts";
import { ancestorsOf, identityOf, membersOf, resolved } from "./declarations.ts";
import type { Entry } from "./entries.ts";
import { mentionsOf } from "./mentions.ts";

/** An export. */
export interface Exported {
  readonly name: string;
  /** The first entry that exports it; its page has that entry's name. */
  readonly entry: Entry;
  readonly declaration: DeclarationReflection;
}

/** The exports that one page describes: for example a function and its options. */
export interface Topic {
  /** The path from the site's root: `reference/gradus/adam`. */
  readonly path: string;
  /** The first one gives the page its name; the others have an anchor with theirs. */
  readonly exports: readonly [Exported, ...Exported[]];
}

/** An entry with its exports. */
export interface EntryContents {
  readonly entry: Entry;
  readonly module: DeclarationReflection;
  readonly exports: readonly Exported[];
}

export interface Arrangement {
  readonly entries: readonly EntryContents[];
  readonly topics: readonly Topic[];
  /** The link to the description of a declaration or a part of one; undefined if there is none. */
  readonly linkTo: (reflection: Reflection) => string | undefined;
}

function contentsOf(converted: readonly Converted[]): EntryContents[] {
  const known = new Map<string, Exported>();
  return converted.map(({ entry, module }) => ({
    entry,
    module,
    exports: (module.children ?? []).map((child) => {
      const declaration = resolved(child);
      const first = known.get(identityOf(declaration)) ?? { name: child.name, entry, declaration };
      known.set(identityOf(declaration), first);
      return first;
    }),
  }));
}

/** Whether it is a list of other exports by their names, such as `optimizers`. */
export function isRegistry({ declaration }: Exported, contents: readonly Exported[]): boolean {
  if (declaration.kind !== ReflectionKind.Variable) return false;
  const members = membersOf(declaration);
  const names = new Set(contents.map(({ name }) => name));
  return members.length > 0 && members.every(({ name }) => names.has(name));
}

const isType = ({ declaration }: Exported): boolean =>
  declaration.kindOf([ReflectionKind.Interface, ReflectionKind.TypeAlias]);

/**
 * The exports that share the page of another one: a type with the only export that names it, as options with their function, and
 * names that
 * differ only in case, which some file systems do not distinguish.
 */
function hostsOf(entries: readonly EntryContents[]): Map<Exported, Exported> {
  const all = allOf(entries);
  const registries = new Set(
    entries.flatMap(({ exports }) => exports.filter((each) => isRegistry(each, exports))),
  );
  const byIdentity = new Map(all.map((each) => [identityOf(each.declaration), each]));
  const namedBy = new Map<Exported, Exported[]>();
  for (const each of all.filter((one) => !registries.has(one))) {
    const mentioned = mentionsOf(each.declaration).flatMap(({ reflection }) =>
      reflection === undefined ? [] : (byIdentity.get(identityOf(reflection)) ?? []),
    );
    for (const named of new Set(mentioned)) {
      if (named !== each) namedBy.set(named, [...(namedBy.get(named) ?? []), each]);
    }
  }
  const hosts = new Map<Exported, Exported>();
  const rootOf = (exported: Exported): Exported => {
    const host = hosts.get(exported);
    return host === undefined ? exported : rootOf(host);
  };
  for (const each of all) {
    const low = `${each.entry.slug}/${each.name.toLowerCase()}`;
    const twin = all.find(
      (other) =>
        other !== each &&
        `${other.entry.slug}/${other.name.toLowerCase()}` === low &&
        other.declaration.kind === ReflectionKind.Function,
    );
    if (twin !== undefined) hosts.set(each, twin);
  }
  for (const each of all.filter(isType)) {
    const [only, ...more] = namedBy.get(each) ?? [];
    if (only === undefined || more.length > 0 || hosts.has(each)) continue;
    if (only.entry === each.entry && rootOf(only) !== each) hosts.set(each, only);
  }
  return new Map([...hosts.keys()].map((each) => [each, rootOf(each)]));
}

/** Each export once. */
export const allOf = (entries: readonly EntryContents[]): readonly Exported[] => [
  ...new Set(entries.flatMap(({ exports }) => exports)),
];

export function arrange(converted: readonly Converted[]): Arrangement {
  const entries = contentsOf(converted);
  const all = allOf(entries);
  const hosts = hostsOf(entries);
  const topics = all
    .filter((each) => !hosts.has(each))
    .map((main): Topic => {
      const guests = all.filter((each) => hosts.get(each) === main);
      return { path: `reference/${main.entry.slug}/${main.name}`, exports: [main, ...guests] };
    });
  return { entries, topics, linkTo: linker(entries, topics) };
}

function linker(
  entries: readonly EntryContents[],
  topics: readonly Topic[],
): Arrangement["linkTo"] {
  const pages = new Map(
    topics.flatMap(({ path, exports: [main, ...guests] }) => [
      [identityOf(main.declaration), `/${path}/`] as const,
      ...guests.map((each) => [identityOf(each.declaration), `/${path}/#${each.name}`] as const),
    ]),
  );
  for (const { entry, module } of entries) {
    pages.set(identityOf(module), `/reference/${entry.slug}/`);
  }
  return (reflection) => {
    const line = ancestorsOf(resolved(reflection as DeclarationReflection));
    const at = line.findIndex((each) => pages.has(identityOf(each)));
    if (at === -1) return undefined;
    const [member, owner] = [line[at - 1], line[at]!];
    const page = pages.get(identityOf(owner))!;
    const isMember =
      member !== undefined && membersOf(owner as DeclarationReflection).some((m) => m === member);
    return isMember ? `${page.split("#")[0]}#${memberAnchor(owner.name, member.name)}` : page;
  };
}

/** The anchor of a member on the page of its owner. */
export const memberAnchor = (owner: string, member: string): string =>
  `${owner}.${member.replace(/^\[(.*)\]$/, "$1")}`;
