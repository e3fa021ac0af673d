/** Groups the exports of an entry, for its page and the sidebar. */
import type { Exported } from "./arrange.ts";
import { kindOf } from "./declarations.ts";

/** Group names by source folder, where these say more than the kind of export. */
const folders: Readonly<Record<string, string>> = {
  optimizers: "Optimizers",
  transforms: "Transforms",
  schedules: "Schedules",
  wrappers: "Around an optimizer",
};

const kinds: Readonly<Record<string, string>> = {
  function: "Functions",
  class: "Classes",
  constant: "Constants",
  type: "Types",
  error: "Errors",
};

const order = [...Object.values(folders), ...Object.values(kinds)];

/** The heading of an export's group. */
export function groupOf({ declaration }: Exported): string {
  const kind = kindOf(declaration);
  const [, folder] = /^src\/(\w+)\//.exec(declaration.sources?.[0]?.fileName ?? "") ?? [];
  const byFolder = kind === "type" || kind === "error" ? undefined : folders[folder ?? ""];
  return byFolder ?? kinds[kind]!;
}

export const groupAnchor = (group: string): string => group.toLowerCase().replaceAll(" ", "-");

/** The groups that are not empty, each with its exports by name. */
export function inGroups(
  exports: readonly Exported[],
): readonly (readonly [group: string, exports: readonly Exported[]])[] {
  return order
    .map((group) => {
      const inside = exports.filter((each) => groupOf(each) === group);
      const byName = inside.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
      return [group, byName] as const;
    })
    .filter(([, inside]) => inside.length > 0);
}
