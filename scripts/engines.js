// `npm run engines`: installs what is missing, and checks that every engine computes the same bits.
import { fileURLToPath } from "node:url";
import { provide } from "./debian.js";
import { build, install, requireNode, runTool } from "./setup.js";

/** Debian's engines, besides Chromium; `xvfb-run` needs `xauth`. */
export const enginePackages = ["firefox-esr", "libwebkit2gtk-4.1-0", "xvfb", "xauth"];

export const provideEngines = () =>
  provide("scripts/provide-engines.ts", "Firefox and WebKitGTK", enginePackages);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode();
  process.exitCode =
    (await install()) ||
    (await provide("scripts/browser.ts", "chromium", ["chromium"])) ||
    (await provideEngines()) ||
    (await build()) ||
    (await runTool("tsx", ["scripts/compare-engines.ts"]));
}
