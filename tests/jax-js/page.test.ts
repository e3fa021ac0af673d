/** What docs/jax-js.md shows runs, from its first block to its last. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as jax from "@jax-js/jax";
import { transformSync } from "esbuild";
import { expect, it } from "vitest";
import * as checkpoint from "../../src/checkpoint/index.ts";
import * as gradus from "../../src/index.ts";
import * as jaxJs from "../../src/jax-js/index.ts";

const modules: Readonly<Record<string, object>> = {
  "@jax-js/jax": jax,
  gradus,
  "gradus/checkpoint": checkpoint,
  "gradus/jax-js": jaxJs,
};

it("runs", async () => {
  await jax.init("wasm");
  const page = readFileSync(new URL("../../docs/jax-js.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  expect(blocks.length).toBeGreaterThan(6);
  const folder = mkdtempSync(join(tmpdir(), "gradus-page-"));
  const code = blocks
    .join("\n")
    .replace(
      /import \{([^}]*)\} from "([^"]+)";/g,
      (_, names: string, from) => `const {${names.replace(/ as /g, ": ")}} = modules["${from}"];`,
    )
    .replaceAll("run.safetensors", join(folder, "run.safetensors"));
  const { code: script } = transformSync(
    `export default async (modules) => {${code}
      return [(await loss(params, x, y).data())[0], resumed.optimizer.steps, resumedParams.w.shape]; };`,
    { loader: "ts", format: "esm" },
  );
  try {
    const { default: run } = await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(script)}`
    );
    const [loss, steps, shape] = await run(modules);
    // The loss began at 14 / 3.
    expect(loss).toBeLessThan(0.05);
    expect(steps).toBe(202);
    expect(shape).toEqual([2]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
