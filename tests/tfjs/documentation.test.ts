/** The page on TensorFlow.js runs, block by block, and its exports are documented. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import * as checkpoint from "../../src/checkpoint/index.ts";
import * as gradus from "../../src/index.ts";
import * as adapter from "../../src/tfjs/index.ts";
import { useBackend } from "./backends.ts";
import { normalized, points, train } from "./models.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/tensorflow-js.md", root), "utf8");
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

test.each(blocks)("%s", async (code) => {
  await useBackend("cpu");
  const optimizer = new adapter.GradusOptimizer("adam");
  const model = normalized(code.includes("fromTensorFlow") ? tf.train.adam() : optimizer);
  await train(model, points(), 1);
  const scope = { ...gradus, ...checkpoint, ...adapter, tf, model, optimizer };
  const own = code.replace(/^import .* from "gradus(\/\w+)?";$/gm, "");
  const declared = [...own.matchAll(/^const (\w+)/gm)].map(([, name]) => name!);
  const names = Object.keys(scope).filter((name) => !declared.includes(name));
  const { code: script } = transformSync(own, { loader: "ts", target: "es2022" });
  const act = new Function(...names, `"use strict"; return (async () => { ${script} })();`);
  const [before, folder] = [process.cwd(), mkdtempSync(join(tmpdir(), "gradus-page-"))];
  process.chdir(folder);
  try {
    await act(...names.map((name) => scope[name as keyof typeof scope]));
    await train(model, points(), 1);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});

test("the page tells of all that there is", () => {
  for (const name of Object.keys(adapter)) {
    expect(page, name).toContain(`${name}`);
  }
});
