/** The example's page as a visitor has it. */
import { join } from "node:path";
import { context } from "esbuild";
import { expect, it } from "vitest";
import { CANVAS, launchBrowser, openPage } from "./launch.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = join(ROOT, "examples", "splats");

it("fits the picture before the visitor's eyes", async () => {
  const page = await context({
    entryPoints: [join(folder, "page.ts")],
    outdir: folder,
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  const { port } = await page.serve({ servedir: folder, host: "127.0.0.1" });
  const browser = await launchBrowser(CANVAS);
  try {
    const tab = await openPage(browser, { viewport: { width: 900, height: 620 } });
    const problems: string[] = [];
    tab.on("pageerror", ({ message }) => problems.push(message));
    await tab.goto(`http://127.0.0.1:${port}/`);
    const status = tab.locator("#status");
    const decibels = async () =>
      Number(/([\d.]+) dB/.exec((await status.textContent()) ?? "")?.[1]);
    await tab.fill("#count", "200");
    await tab.locator("#count").blur();
    await status.filter({ hasText: /^step 10:/ }).waitFor();
    const early = await decibels();
    await status.filter({ hasText: /^step 20:/ }).waitFor();
    expect(await decibels()).toBeGreaterThan(early + 1);
    const path = process.env["GRADUS_SCREENSHOT"];
    if (path !== undefined) await tab.screenshot({ path });
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
    await page.dispose();
  }
});
