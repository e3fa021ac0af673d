/** Makes the pages of the reference: one for all entries, one for each entry, and one for each export. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "../page.ts";
import { type Arrangement, arrange } from "./arrange.ts";
import { checkDocumentation } from "./checks.ts";
import { convert } from "./convert.ts";
import type { Context } from "./describe.ts";
import { entriesOf } from "./entries.ts";
import { entriesPage, entryPage } from "./entryPage.ts";
import { entriesFor, namesFor } from "./names.ts";
import { topicPage } from "./topicPage.ts";

const root = join(import.meta.dirname, "../..");

/** Reads the package's exports from its sources. This takes seconds. */
export async function readReference(): Promise<Arrangement> {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const tsconfig = join(import.meta.dirname, "tsconfig.json");
  return arrange(await convert(root, entriesOf(manifest), tsconfig));
}

/** @throws Error if documentation is missing or a link is broken: a line for each */
export async function pagesOf(arrangement: Arrangement): Promise<readonly Page[]> {
  const problems = checkDocumentation(arrangement);
  if (problems.length > 0) {
    throw new Error(`The reference cannot be made:\n${problems.join("\n")}`);
  }
  const { entries, topics, linkTo } = arrangement;
  const finders = new Map(
    entries.map(({ entry }) => [entry, namesFor(arrangement, entry.name)] as const),
  );
  const topicPages = topics.map((topic) => {
    const [main] = topic.exports;
    const contents = entries.find(({ entry }) => entry === main.entry)!;
    const others = entries.filter(
      ({ entry, exports }) => entry !== main.entry && exports.includes(main),
    );
    const find = finders.get(main.entry)!;
    const context: Context = {
      linkTo,
      entry: main.entry.name,
      entryOf: entriesFor(arrangement, main.entry.name),
      hrefOf: (name) => {
        const found = find(name);
        return found && linkTo(found.declaration);
      },
    };
    return topicPage(
      topic,
      contents,
      others.map(({ entry }) => entry),
      context,
    );
  });
  return [
    await entriesPage(entries, linkTo),
    ...(await Promise.all(entries.map((each) => entryPage(each, entries, linkTo)))),
    ...(await Promise.all(topicPages)),
  ];
}
