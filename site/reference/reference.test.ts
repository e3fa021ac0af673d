/**
 * The reference of the real package: no documentation is missing, no link is broken, and all examples run with the results that
 * they
 * state. The sources are read once for all tests.
 */
import * as gradus from "gradus";
import * as tfjs from "gradus/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { makeExampleFolder } from "../../scripts/examples/folder.ts";
import { type Module, runExample } from "../../scripts/examples/run.ts";
import { useBackend } from "../../tests/tfjs/backends.ts";
import { normalized, points, train } from "../../tests/tfjs/models.ts";
import { testDevice } from "../../tests/webgpu/adapter.ts";
import { brokenLinks } from "../links.ts";
import { allOf } from "./arrange.ts";
import { checkDocumentation } from "./checks.ts";
import { pagesOf, readReference } from "./pages.ts";
import { elsewhere, runnablesIn } from "./runnable.ts";

const reference = await readReference();
const { entries, topics } = reference;
const all = allOf(entries);

it("has no missing documentation and no broken links", () => {
  expect(checkDocumentation(reference)).toEqual([]);
});

describe("entries", () => {
  // It sets a flag for the whole process.
  const imported = entries.filter(({ entry }) => entry.name !== "gradus/wide");

  it.each(imported)("$entry.name has every value of its module", async ({ entry, exports }) => {
    const module: Module = await import(entry.name);
    const known = new Set(exports.map((each) => each.name));
    expect(Object.keys(module).filter((each) => !known.has(each))).toEqual([]);
  });
});

describe("pages", async () => {
  const pages = await pagesOf(reference);
  const textOf = (path: string) => pages.find((page) => page.path === path)!.body.text;

  it("are one for each topic and entry, and differ in more than case", () => {
    expect(pages).toHaveLength(topics.length + entries.length + 1);
    expect(new Set(pages.map(({ path }) => path.toLowerCase())).size).toBe(pages.length);
    expect(pages.length).toBeGreaterThan(400);
  });

  it("link to existing places", () => {
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

  it("describe every export to which lists link", () => {
    for (const { entry, exports } of entries) {
      const page = textOf(`reference/${entry.slug}`);
      for (const { name } of exports) expect(page).toContain(`<code>${name}</code>`);
    }
  });

  it("show an optimizer's facts from its definition", () => {
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

const folder = makeExampleFolder();
afterAll(() => folder.remove());

/** Imports a module; a device is the one that tests have. */
const load = async (name: string): Promise<Module> => {
  const module: Module = await import(name);
  return name === "gradus/webgpu" ? { ...module, requestDevice: testDevice } : module;
};

/** The model of TensorFlow.js that the examples assume. */
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
  const examples = runnablesIn(reference);

  it("are many, and those that run elsewhere exist", () => {
    expect(examples.length).toBeGreaterThan(180);
    const names = new Set(all.map(({ name, entry }) => `${entry.name} ${name}`));
    for (const name of elsewhere.keys()) expect(names).toContain(name);
  });

  it.each(examples)("$name: $code", async ({ entry, code }) => {
    const scope = entry === "gradus/tfjs" ? await modelFor(code) : {};
    const compared = await runExample(code, { load, folder: folder.path, scope: { ...scope } });
    expect(compared.filter(({ isSo }) => !isSo)).toEqual([]);
    // Every stated result is compared.
    if (/^lr\(.*\); \/\/ [\d.]+$/m.test(code)) expect(compared.length).toBeGreaterThan(1);
  });
});
