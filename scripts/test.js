// `npm test`: the tests. `npm cit` is npm's own name for `npm ci` and then `npm test`: there, all checks.
import { install, requireNode, runTool } from "./setup.js";

if (process.env["npm_command"] === "install-ci-test") {
  await import("./cit.js");
} else {
  requireNode();
  process.exitCode =
    (await install()) || (await runTool("vitest", ["run", ...process.argv.slice(2)]));
}
