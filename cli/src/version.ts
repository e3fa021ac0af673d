/** Collects what a bug report needs besides the version. */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { optimize, sgd } from "gradus";
import { hasRelaxedSimd } from "../../src/autodiff/kernels/index.ts";
import { threadsFor } from "../../src/runtime/threads/platform.ts";
import { resolveFrom } from "./compare/task-source.ts";
import { messageOf } from "./errors.ts";
import { processorText } from "./machine.ts";
import { widen } from "./wide.ts";

/** Which backend makes the steps here, or why WebAssembly does not. */
function backend(): string {
  try {
    optimize({ w: new Float32Array(1) }, sgd()).dispose();
    return "webassembly";
  } catch (error) {
    return `none: ${messageOf(error)}`;
  }
}

/** The version of the package that provides WebGPU in Node, as seen from the working directory. */
function webgpuVersion(): string | null {
  const manifest = resolveFrom([process.cwd()], "webgpu/package.json");
  return manifest === undefined ? null : JSON.parse(readFileSync(manifest, "utf8")).version;
}

/** @param version of gradus */
export async function versionFacts(version: string) {
  const { node, v8, ...others } = process.versions as Readonly<Record<string, string>>;
  const runtime = ["bun", "deno"].find((name) => others[name] !== undefined);
  return {
    gradus: version,
    node,
    ...(runtime !== undefined && { [runtime]: others[runtime] }),
    engine: v8 === undefined ? `JavaScriptCore ${others["webkit"]}` : `V8 ${v8}`,
    platform: `${process.platform} ${process.arch}, ${release()}`,
    processor: processorText(),
    backend: backend(),
    threads: threadsFor("auto"),
    relaxedSimd: hasRelaxedSimd(),
    vectorBits: await widen(),
    webgpu: webgpuVersion(),
  };
}
