// `npm run splats`: installs what is missing, bundles the page and serves it on this machine.
import { join } from "node:path";
import { install, requireNode } from "../../scripts/setup.js";

const port = 8123;

requireNode();
const code = await install();
if (code !== 0) process.exit(code);
const { context } = await import("esbuild");
const page = await context({
  entryPoints: [join(import.meta.dirname, "page.ts")],
  outdir: import.meta.dirname,
  bundle: true,
  format: "esm",
  write: false,
});
const { port: found } = await page.serve({
  servedir: import.meta.dirname,
  host: "127.0.0.1",
  port,
});
console.log(`Open http://localhost:${found} in a browser with WebGPU (Ctrl-C ends).`);
