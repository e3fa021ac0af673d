/** docs/errors.md has every class of error that is exported, and no other. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as cli from "../cli/src/errors.ts";
import * as autodiff from "../src/autodiff/index.ts";
import * as checkpoint from "../src/checkpoint/index.ts";
import * as main from "../src/index.ts";
import * as minimize from "../src/minimize/index.ts";
import * as pytorch from "../src/pytorch/index.ts";
import * as tasks from "../src/tasks/index.ts";
import * as webgpu from "../src/webgpu/index.ts";
import { mistakes, thrownBy } from "./support/errorSamples.ts";
import { sourceFiles } from "./support/imports.ts";

const page = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `(\w+Error)` \| `([\w/]+)` \|/gm)].map(
  ([, name, entry]) => [name!, entry!] as const,
);

const entries: Readonly<Record<string, object>> = {
  gradus: main,
  "gradus/autodiff": autodiff,
  "gradus/checkpoint": checkpoint,
  "gradus/minimize": minimize,
  "gradus/pytorch": pytorch,
  "gradus/tasks": tasks,
  "gradus/webgpu": webgpu,
};

const errorsOf = (exported: object): string[] =>
  Object.keys(exported).filter((name) => /^[A-Z]\w+Error$/.test(name));

/** By class, the message that each row quotes; "..." stands for what it leaves out. */
const samples: (readonly [kind: string, quoted: string])[] = [];
const table = page.slice(page.indexOf("| class |"), page.indexOf("\n\nThe command"));
for (const line of table.split("\n").slice(2)) {
  const [, kind, , , quoted] = line.split(/ *\| */);
  samples.push([kind === "" ? samples.at(-1)![0] : kind!.replaceAll("`", ""), quoted!]);
}

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

it("has a mistake for each row, in its order", () => {
  expect(mistakes.map(([kind]) => kind)).toEqual(samples.map(([kind]) => kind));
});

it.each(mistakes.map(([kind, mistake], i) => [kind, samples[i]![1], mistake] as const))(
  "quotes %s as it is thrown: %s",
  async (kind, quoted, mistake) => {
    const error = await thrownBy(mistake);
    expect(error).toMatchObject({ name: kind });
    const [line] = (error as Error).message.split("\n");
    // Where the command runs, and how the engine says it, is left out.
    const pattern = quoted.split("...").map((text) => text.replace(/[^\w\s]/g, "\\$&"));
    expect(line).toMatch(new RegExp(`^${pattern.join(".*")}$`));
  },
);
