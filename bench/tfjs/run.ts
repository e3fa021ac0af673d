/**
 * Compares a step of `gradus/tfjs` on webgpu with one of `tf.train.adam`, in Chromium. On a machine without a GPU its adapter in
 * software computes: `npm run bench:tfjs -- [rounds]`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { launchBrowser, openPage } from "../../tests/browser/launch.ts";
import type * as InPage from "./page.ts";

const rounds = Number(process.argv[2] ?? 7);
const shapes = [85_000, 1_000_000].flatMap((total) =>
  [2, 20, 200].map((count): InPage.Shape => [total, count]),
);

const { outputFiles } = await build({
  stdin: {
    contents: 'import * as all from "./page.ts"; Object.assign(self, all);',
    resolveDir: import.meta.dirname,
  },
  ...{
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    minify: true,
    logLevel: "error",
  },
});
const folder = mkdtempSync(join(tmpdir(), "gradus-bench-tfjs-"));
const path = join(folder, "page.html");
const script = outputFiles[0]!.text.replaceAll("</script", "<\\/script");
writeFileSync(path, `<!doctype html><meta charset="utf-8"><script>${script}</script>`);
const browser = await launchBrowser(["--enable-unsafe-webgpu", "--disable-gpu-watchdog"]);
try {
  const page = await openPage(browser);
  await page.goto(pathToFileURL(path).href);
  console.log("Milliseconds per step of Adam; after the slash, until the call returns.\n");
  console.log(
    "| parameters | variables | TensorFlow.js | Gradus | without looking for NaN | times as fast |",
  );
  console.log("|---:|---:|---:|---:|---:|---:|");
  for (const shape of shapes) {
    const found = await page.evaluate(
      ([shape, rounds]) => (self as unknown as typeof InPage).measure(shape, rounds, 3),
      [shape, rounds] as const,
    );
    const all = ["TensorFlow.js", "Gradus", "unchecked"].map((name) => found[name]!);
    const [theirs, ours, unchecked] = all as [InPage.Measured, InPage.Measured, InPage.Measured];
    const cells = all.map(({ done, returned }) => `${done.toFixed(1)} / ${returned.toFixed(1)}`);
    const [total, count] = shape.map((each) => each.toLocaleString("en"));
    console.log(
      `| ${total} | ${count} | ${cells.join(" | ")} | ${(theirs.done / ours.done).toFixed(1)}, ${(theirs.done / unchecked.done).toFixed(1)} |`,
    );
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
