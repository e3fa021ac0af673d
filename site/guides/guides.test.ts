import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { groups } from "./list.ts";

it("every file of the documentation is a guide, in one group", () => {
  const files = readdirSync(new URL("../../docs/", import.meta.url))
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -3));
  expect(groups.flatMap(([, names]) => names).toSorted()).toEqual(files.toSorted());
});
