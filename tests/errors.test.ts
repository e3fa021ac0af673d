/** docs/errors.md has every class of error that is exported, and no other. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as cli from "../cli/src/errors.ts";
import * as autodiff from "../src/autodiff/index.ts";
import * as checkpoint from "../src/checkpoint/index.ts";
import * as main from "../src/index.ts";
import * as pytorch from "../src/pytorch/index.ts";
import * as tasks from "../src/tasks/index.ts";
import * as webgpu from "../src/webgpu/index.ts";
import { sourceFiles } from "./support/imports.ts";

const page = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `(\w+Error)` \| `([\w/]+)` \|/gm)].map(
  ([, name, entry]) => [name!, entry!] as const,
);

const entries: Readonly<Record<string, object>> = {
  gradus: main,
  "gradus/autodiff": autodiff,
  "gradus/checkpoint": checkpoint,
  "gradus/pytorch": pytorch,
  "gradus/tasks": tasks,
  "gradus/webgpu": webgpu,
};

const errorsOf = (exported: object): string[] =>
  Object.keys(exported).filter((name) => /^[A-Z]\w+Error$/.test(name));

it("lists what each entry exports", () => {
  for (const [entry, exported] of Object.entries(entries)) {
    const listed = rows.filter(([, each]) => each === entry).map(([name]) => name);
    const own = errorsOf(exported).filter((name) => entry === "gradus" || !(name in main));
    expect(listed.sort(), entry).toEqual(own.sort());
  }
});

it("names those of the command", () => {
  for (const name of errorsOf(cli)) expect(page).toContain(`\`${name}\``);
});

it("leaves out none that there is", () => {
  const defined = sourceFiles("src").flatMap(({ path }) =>
    [...readFileSync(path, "utf8").matchAll(/^(?:export )?class (\w+Error) extends/gm)].map(
      ([, name]) => name!,
    ),
  );
  expect(defined.length).toBeGreaterThan(10);
  for (const name of defined) expect(page, name).toContain(`\`${name}\``);
});
