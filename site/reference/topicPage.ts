import { type Content, type Markup, markup } from "../../charts/markup.ts";
import type { Page } from "../page.ts";
import { type EntryContents, type Exported, isRegistry, type Topic } from "./arrange.ts";
import { codeBlock, linked } from "./code.ts";
import { firstSentence, markdownOf, plainLine, textOf } from "./comments.ts";
import { commentOf, kindOf, membersOf, placeOf } from "./declarations.ts";
import { type Context, declarationText, examplesOf, type Heading, sectionsOf } from "./describe.ts";
import type { Entry } from "./entries.ts";
import { anchored, columns, crumbs, type Outline, sidebarOf } from "./layout.ts";
import { isRule, roleOf, ruleSections, ruleSignature, ruleText } from "./rules.ts";

/** The words after a name in a page's title. */
const kindIn = ({ name, entry, declaration }: Exported): string =>
  isRule(name, entry.name) ? roleOf(name) : kindOf(declaration);

/** The import statement: types as types. */
function importText({ name, entry, declaration }: Exported): string {
  const type = kindOf(declaration) === "type" ? "type " : "";
  return `import { ${type}${name} } from "${entry.name}";`;
}

const definedIn = ({ declaration }: Exported): Markup =>
  markup`<p class="place">Defined in <code>${placeOf(declaration)}</code>.</p>`;

/** The page of an optimizer or a transform: its comment, and its facts from the registries. */
async function ruleBody(exported: Exported, markdown: string, heading: Heading, context: Context) {
  const { name, declaration } = exported;
  const { text, state } = ruleText(markdown);
  const links = new Map(
    ["Schedule", "Rule"].flatMap((type) => {
      const href = context.hrefOf(type);
      return href === undefined ? [] : [[type, href] as const];
    }),
  );
  return [
    await codeBlock({ text: ruleSignature(name), links }),
    await textOf(text),
    await ruleSections(name, state, heading),
    await examplesOf(commentOf(declaration), heading, context),
  ];
}

/** The names of a registry, each with a link to its page. */
function registryNames(
  { exports }: EntryContents,
  { declaration }: Exported,
  { linkTo }: Context,
): Markup {
  const names = new Set(membersOf(declaration).map(({ name }) => name));
  const listed = exports.filter(({ name }) => names.has(name));
  return markup`<ul class="names">${listed.map(
    (each) => markup`<li><a href="${linkTo(each.declaration)!}"><code>${each.name}</code></a></li>`,
  )}</ul>`;
}

async function bodyOf(
  exported: Exported,
  contents: EntryContents,
  heading: Heading,
  context: Context,
): Promise<Content> {
  const { name, entry, declaration } = exported;
  const markdown = markdownOf(commentOf(declaration)?.summary ?? [], context.linkTo);
  if (isRule(name, entry.name)) return ruleBody(exported, markdown, heading, context);
  if (isRegistry(exported, contents.exports)) {
    return [await textOf(markdown), registryNames(contents, exported, context)];
  }
  const code = linked((mention) => declarationText(declaration, mention), context.linkTo);
  return [
    // The head of a plain interface repeats the heading.
    code.text !== `interface ${name}` && (await codeBlock(code)),
    await textOf(markdown),
    await sectionsOf(declaration, heading, context),
  ];
}

/** The page of an export, and of the types that only it uses. */
export async function topicPage(
  topic: Topic,
  contents: EntryContents,
  others: readonly Entry[],
  context: Context,
): Promise<Page> {
  const [main, ...guests] = topic.exports;
  const outline: Outline = [];
  const heading: Heading = (text) => anchored(outline, text);
  const body = await bodyOf(main, contents, heading, context);
  const below = await Promise.all(
    guests.map(async (guest) => [
      anchored(outline, guest.name, guest.name),
      await bodyOf(guest, contents, (text) => markup`<h3>${text}</h3>`, context),
      definedIn(guest),
    ]),
  );
  const markdown = markdownOf(commentOf(main.declaration)?.summary ?? [], context.linkTo);
  const also = others.map(({ name, slug }, i) => [
    i > 0 && ", ",
    markup`<a href="/reference/${slug}/"><code>${name}</code></a>`,
  ]);
  const text = markup`${crumbs(main.entry)}<h1><code>${main.name}</code> <span class="kind">${kindIn(main)}</span></h1>
${await codeBlock({ text: importText(main), links: new Map() })}${body}${others.length > 0 && markup`<p class="place">Also in ${also}.</p>`}${definedIn(main)}${below}`;
  return {
    ...{ path: topic.path, title: main.name, section: "reference" },
    summary: plainLine(firstSentence(markdown)),
    body: columns(sidebarOf(contents, main, context.linkTo), text, outline),
  };
}
