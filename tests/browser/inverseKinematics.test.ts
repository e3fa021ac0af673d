/** The example's page as a visitor has it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";
import { expect, it } from "vitest";
import { launchBrowser, openPage } from "./launch.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** WebGL without a GPU. */
const WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

it("moves the arm's hand to where the pointer is", async () => {
  const outDir = mkdtempSync(join(tmpdir(), "gradus-inverse-kinematics-"));
  const common = {
    root: join(ROOT, "examples", "inverse-kinematics"),
    configFile: false,
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
  } as const;
  await build({
    ...common,
    resolve: {
      alias: [
        { find: /^gradus$/, replacement: join(ROOT, "src/index.ts") },
        { find: /^gradus\/(\w+)$/, replacement: join(ROOT, "src/$1/index.ts") },
      ],
    },
  });
  const server = await preview({ ...common, preview: { host: "127.0.0.1", port: 0 } });
  const browser = await launchBrowser(WEBGL);
  try {
    const tab = await openPage(browser, { viewport: { width: 900, height: 720 } });
    const problems: string[] = [];
    tab.on("pageerror", ({ message }) => problems.push(message));
    await tab.goto(server.resolvedUrls!.local[0]!);
    const status = tab.locator("#status");
    await status.filter({ hasText: "L-BFGS: the hand is 0.000 from the target" }).waitFor();
    const { x, y, width, height } = (await tab.locator("canvas").boundingBox())!;
    // Far away from where the arm is, without the button: by Adam, in steps.
    await tab.mouse.move(x + 0.3 * width, y + 0.4 * height);
    await status.filter({ hasText: /^Adam: the hand is [1-9]/ }).waitFor();
    await status.filter({ hasText: /^Adam: the hand is 0\.0/ }).waitFor();
    await tab.mouse.move(x + 0.6 * width, y + 0.2 * height);
    await tab.mouse.down();
    await status.filter({ hasText: "L-BFGS: the hand is 0.000 from the target" }).waitFor();
    const path = process.env["GRADUS_SCREENSHOT"];
    if (path !== undefined) await tab.screenshot({ path });
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true });
  }
});
