/**
 * The reference of the package as it is: nothing lacks documentation, no link leads nowhere, and all examples run and come to
 * what they say. The sources are read once for all of this.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as jax from "@jax-js/jax";
import * as gradus from "gradus";
import * as autodiff from "gradus/autodiff";
import * as checkpoint from "gradus/checkpoint";
import * as compilers from "gradus/compilers";
import * as distributed from "gradus/distributed";
import * as explanations from "gradus/explain";
import * as init from "gradus/init";
import * as jaxAdapter from "gradus/jax-js";
import * as minimize from "gradus/minimize";
import * as pytorch from "gradus/pytorch";
import * as rule from "gradus/rule";
import * as tfjs from "gradus/tfjs";
import * as webgpu from "gradus/webgpu";
import { afterAll, describe, expect, it } from "vitest";
import { runExample } from "../../tests/support/runExample.ts";
import { useBackend } from "../../tests/tfjs/backends.ts";
import { normalized, points, train } from "../../tests/tfjs/models.ts";
import { testDevice } from "../../tests/webgpu/adapter.ts";
import { brokenLinks } from "../links.ts";
import { allOf, isRegistry } from "./arrange.ts";
import { checkDocumentation } from "./checks.ts";
import { commentOf, membersOf } from "./declarations.ts";
import { examplesIn, wholeExample } from "./examples.ts";
import { namesFor, pagesOf, readReference } from "./pages.ts";

const reference = await readReference();
const { entries, topics } = reference;
const all = allOf(entries);

const modules = {
  gradus,
  "gradus/autodiff": autodiff,
  "gradus/checkpoint": checkpoint,
  "gradus/compilers": compilers,
  "gradus/distributed": distributed,
  "gradus/explain": explanations,
  "gradus/init": init,
  "gradus/jax-js": jaxAdapter,
  "gradus/minimize": minimize,
  "gradus/pytorch": pytorch,
  "gradus/rule": rule,
  "gradus/tfjs": tfjs,
  "gradus/webgpu": { ...webgpu, requestDevice: testDevice },
  "@jax-js/jax": jax,
};

it("has an entry for each of package.json's", () => {
  const { exports } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  const names = Object.keys(exports).filter((name) => name !== "./package.json");
  expect(entries.map(({ entry }) => entry.name.replace("gradus", "."))).toEqual(names);
});

it("lacks nothing, and links to nothing that is not there", () => {
  expect(checkDocumentation(reference)).toEqual([]);
});

it("has every value that the modules have", () => {
  for (const [name, module] of Object.entries(modules)) {
    if (!name.startsWith("gradus")) continue;
    const { exports } = entries.find(({ entry }) => entry.name === name)!;
    const known = new Set(exports.map((each) => each.name));
    expect(Object.keys(module).filter((each) => !known.has(each))).toEqual([]);
  }
});

describe("pages", async () => {
  const pages = await pagesOf(reference);
  const textOf = (path: string) => pages.find((page) => page.path === path)!.body.text;

  it("are one for each topic and entry, and differ in more than case", () => {
    expect(pages).toHaveLength(topics.length + entries.length + 1);
    expect(new Set(pages.map(({ path }) => path.toLowerCase())).size).toBe(pages.length);
    expect(pages.length).toBeGreaterThan(400);
  });

  it("link to each other's places", () => {
    const written = pages.map(({ path, body }) => ({ path, html: body.text }));
    expect(brokenLinks(written, new Set())).toEqual([]);
  });

  it("have no anchor twice", () => {
    for (const { path, body } of pages) {
      const ids = [...body.text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!);
      expect(new Set(ids).size, path).toBe(ids.length);
    }
  });

  it("say in a sentence what they are for", () => {
    const bare = pages.filter(({ summary }) => !/^\S.{15,}[.!?]$/s.test(summary));
    expect(bare.map(({ path, summary }) => `${path}: ${summary}`)).toEqual([]);
  });

  it("describe every export where lists lead", () => {
    for (const { entry, exports } of entries) {
      const page = textOf(`reference/${entry.slug}`);
      for (const { name } of exports) expect(page).toContain(`<code>${name}</code>`);
    }
  });

  it("show of an optimizer what its definition has", () => {
    const adam = textOf("reference/gradus/adam");
    expect(adam).toContain("<math");
    expect(adam.match(/<th scope="row" id="options\./g)).toHaveLength(4);
    expect(adam).toMatch(/<code>beta2<\/code>.*<code>0\.999<\/code>.*<code>\[0, 1\)<\/code>/s);
    expect(adam).toContain("8 bytes an element");
    expect(adam).toContain('href="https://arxiv.org/abs/1412.6980"');
    expect(adam).not.toContain("Options: ");
    for (const name of Object.keys({ ...gradus.optimizers, ...gradus.transforms })) {
      const page = textOf(`reference/gradus/${name}`);
      expect(page, name).toContain('<h2 id="formula">');
      expect(page, name).toContain('<h2 id="state-and-cost">');
    }
  });

  it("have an example of every optimizer, transform and schedule", () => {
    const named = { ...gradus.optimizers, ...gradus.transforms, ...gradus.schedules };
    for (const name of Object.keys(named)) {
      expect(textOf(`reference/gradus/${name}`), name).toMatch(/<h2 id="examples?">/);
    }
  });
});

/** Examples that need what is not here, by the export, and the test that runs them. */
const elsewhere = new Map([
  ["gradus/checkpoint checkpointBlob", "a page: tests/browser/checkpoint.test.ts"],
  ["gradus/checkpoint loadCheckpointBlob", "a page: tests/browser/checkpoint.test.ts"],
  ["gradus/checkpoint browserCheckpoints", "a page: tests/browser/checkpoint.test.ts"],
  ["gradus/distributed mpi", "mpirun: tests/distributed/transports.test.ts"],
]);

const folder = mkdtempSync(join(tmpdir(), "gradus-examples-"));
/** What PyTorch would have saved there. */
const there = gradus.optimize(gradus.parameters({ w: [2, 3], b: [3] }), gradus.adam());
const torchNames = { "0.weight": "w", "0.bias": "b" };
const saved = pytorch.writeTorch(pytorch.torchStates(there, { names: torchNames }));
writeFileSync(join(folder, "there.pt"), saved);
afterAll(() => rmSync(folder, { recursive: true }));

/** The examples of an export and of its members. */
const examples = all.flatMap((exported) => {
  const { name, entry, declaration } = exported;
  const { exports } = entries.find((contents) => contents.entry === entry)!;
  // What a list of exports has is looked at by itself.
  const members = isRegistry(exported, exports) ? [] : membersOf(declaration);
  const comments = [declaration, ...members].map(commentOf);
  const find = namesFor(reference, entry.name);
  return comments
    .flatMap((comment) => examplesIn(comment))
    .map((code) => ({
      entry: entry.name,
      name: `${entry.name} ${name}`,
      code: wholeExample(code, entry.name, (each) => find(each)?.entry.name),
    }));
});

/** A model of TensorFlow.js, which its examples take for granted. */
async function modelFor(code: string): Promise<object> {
  await useBackend("cpu");
  const { train: optimizers } = await import("@tensorflow/tfjs-core");
  const theirs = code.includes("fromTensorFlow");
  const model = normalized(theirs ? optimizers.adam() : new tfjs.GradusOptimizer("adam"));
  const { x: xs, y: ys } = points();
  await train(model, points(), 1);
  return { model, xs, ys };
}

describe("examples", () => {
  const here = examples.filter(({ name }) => !elsewhere.has(name));

  it("are many, and those that cannot run here are there", () => {
    expect(here.length).toBeGreaterThan(180);
    const names = new Set(examples.map(({ name }) => name));
    for (const name of elsewhere.keys()) expect(names).toContain(name);
  });

  it.each(here)("$name: $code", async ({ entry, code }) => {
    const scope = entry === "gradus/tfjs" ? await modelFor(code) : {};
    const compared = await runExample(code, { modules, folder, scope: { ...scope } });
    expect(compared.filter(({ isSo }) => !isSo)).toEqual([]);
    // What says that it comes to something is compared.
    if (/^lr\(.*\); \/\/ [\d.]+$/m.test(code)) expect(compared.length).toBeGreaterThan(1);
  });
});
