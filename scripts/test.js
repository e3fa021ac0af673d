// `npm test`: the registries and the tests. `npm cit` is npm's own name for `npm ci` and then `npm test`; in that case all checks
// run.
import { install, requireNode, runTool } from "./setup.js";

if (process.env["npm_command"] === "install-ci-test") {
  await import("./cit.js");
} else {
  requireNode();
  const steps = [
    install,
    () => runTool("tsx", ["scripts/registry.ts"]),
    () => runTool("vitest", ["run", ...process.argv.slice(2)]),
  ];
  for (const step of steps) {
    process.exitCode = await step();
    if (process.exitCode !== 0) break;
  }
}
