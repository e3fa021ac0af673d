// What users' bundles pay: fails where `import { adam, optimize } from "gradus"` is over its budget.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Bytes, minified and gzipped. */
const BUDGET = 15_000;

async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]!.text;
}

const script = await bundle(
  `import { adam, optimize } from "gradus"; console.log(adam, optimize);`,
);
const bytes = gzipSync(script, { level: 9 }).length;
const kilobytes = (size: number) => `${(size / 1000).toFixed(2)} kB`;
console.log(
  `import { adam, optimize } from "gradus": ${kilobytes(bytes)} minified and gzipped (${kilobytes(script.length)} minified), at most ${kilobytes(BUDGET)}`,
);
// Their papers are in the text only if the whole optimizer is.
const stowaways = ["Zeiler", "Duchi", "Loshchilov"].filter((author) => script.includes(author));
if (stowaways.length > 0) {
  console.error(
    `Optimizers that nobody imported are in the bundle: those of ${stowaways.join(", ")}`,
  );
}
if (!script.includes("Kingma")) console.error("Adam is not in the bundle: nothing was measured");
process.exitCode = bytes <= BUDGET && stowaways.length === 0 && script.includes("Kingma") ? 0 : 1;
