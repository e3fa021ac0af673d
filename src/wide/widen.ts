/** Switches the engine's vectors of 256 bits on, as far as they give the bits that they should. */
import { javascript } from "../compilers/js/interpreter.ts";
import type { Storage } from "../compilers/storages/storage.ts";
import { webassembly } from "../compilers/wasm/compiler.ts";
import { takeSideBySide } from "../compilers/wasm/width.ts";
import { adafactor } from "../optimizers/adafactor.ts";
import { adam } from "../optimizers/adam.ts";
import { lamb } from "../optimizers/lamb.ts";
import { muon } from "../optimizers/muon.ts";
import { rprop } from "../optimizers/rprop.ts";
import type { Rule } from "../rule/definition.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { builtin } from "../runtime/threads/platform.ts";
import { bfloat16, float16 } from "../storages.ts";

/** How wide vectors are from now on, and what keeps them from being wider. */
export interface Width {
  /** Bits of a vector. */
  readonly bits: 128 | 256;
  /** Why they are no wider; undefined where they are 256 bits. */
  readonly reason?: string;
}

interface Engine {
  setFlagsFromString(flags: string): void;
}

const flag = "experimental-wasm-revectorize";

/** Why this engine has no such vectors, if so. V8 ends a line of help where a flag is not known, so versions are asked. */
function lacks(): string | undefined {
  const { versions, arch, platform } = globalThis.process ?? {};
  if (versions === undefined || versions["bun"] || versions["deno"]) return "this is not Node";
  // Nothing older was tried.
  if (Number.parseInt(versions.node, 10) < 24) return `Node ${versions.node} is older than 24`;
  if (arch !== "x64") return `the processor is ${arch}, not x64`;
  if (platform === "darwin") return "V8 has none on macOS";
  return platform === "linux" && !hasAvx2() ? "the processor has no AVX2" : undefined;
}

/** As Linux says it, where that can be read: elsewhere nothing is joined without it, and nothing is wrong. */
function hasAvx2(): boolean {
  const files = builtin<{ readFileSync(path: string, encoding: string): string }>("node:fs")!;
  try {
    return /\bavx2\b/.test(files.readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return true;
  }
}

/**
 * Kernels of each kind: flat, with comparisons, with reductions, by rows, products of matrices, states in 16 bits. Those that call
 * functions, as blocks of 8 bits do, end V8 while its first compiler is switched off.
 */
const kinds: readonly (readonly [string, () => Rule, "float32" | "float64", Storage?])[] = [
  ["adam", adam, "float32"],
  ["rprop", rprop, "float64"],
  ["lamb", lamb, "float32"],
  ["adafactor", adafactor, "float32"],
  ["muon", muon, "float32"],
  ["adam with bfloat16", adam, "float32", bfloat16],
  ["adam with float16", adam, "float32", float16],
];

const shape = [13, 29] as const;

/** What three steps come to. */
function trained(
  rule: Rule,
  type: "float32" | "float64",
  storage: Storage | undefined,
  backend: typeof webassembly,
): string {
  const net = parameters({ w: shape }, { type });
  net.w.data.forEach((_, i, data) => {
    data[i] = Math.sin(i);
  });
  const kept = storage && { storage: { state: storage } };
  using optimizer = optimize(net, rule, { backend, threads: 1, ...kept });
  for (let step = 1; step <= 3; step++) {
    optimizer.gradients.w.forEach((_, i, data) => {
      data[i] = Math.cos(i * step);
    });
    optimizer.step();
  }
  const states = Object.values(optimizer.stateViews().parameters["w"]!);
  return [net.w.data, ...states].join();
}

/** The first kind of kernel that gives other bits than the interpreter, if one does. */
const differing = () =>
  kinds.find(([, make, type, storage]) => {
    const rule: Rule = make();
    const [first, second] = [webassembly, javascript].map((backend) =>
      trained(rule, type, storage, backend),
    );
    return first !== second;
  });

/** Of this process; what was compiled before stays as it is. */
export function widen(): Width {
  const reason = lacks();
  if (reason !== undefined) return { bits: 128, reason };
  const v8 = builtin<Engine>("node:v8")!;
  v8.setFlagsFromString(`--${flag}`);
  takeSideBySide(2);
  // Only optimized code has them: the first, quick compiler is left out meanwhile.
  v8.setFlagsFromString("--no-liftoff");
  const different = differing();
  if (!process.execArgv.includes("--no-liftoff")) v8.setFlagsFromString("--liftoff");
  if (different === undefined) return { bits: 256 };
  v8.setFlagsFromString(`--no-${flag}`);
  takeSideBySide(1);
  const [name, , type] = different;
  return {
    bits: 128,
    reason: `${name} in ${type} gives other bits with wide vectors: please report it`,
  };
}
