/**
 * What each engine is asked: what 60 steps of everything exported come to, and to save and to go on. It runs in all of
 * them, with what is shipped in place of the sources.
 */
import { checkpointBlob, loadCheckpointBlob } from "../../src/checkpoint/index.ts";
import { adamw, optimize, parameters } from "../../src/index.ts";
import { rules } from "../support/everyRule.ts";
import { curves } from "../support/everySchedule.ts";
import { bind, netOf, train } from "../support/resuming.ts";

const STEPS = 60;
/** Where a run stops, to be gone on with elsewhere. */
const STOP = 23;

/** FNV-1a, 64 bits. */
function hashOf(arrays: readonly ArrayBufferView[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  }
  return hash.toString(16);
}

type Hashes = Record<string, string>;

const arraysOf = (net: Readonly<Record<string, { readonly data: ArrayBufferView }>>) =>
  Object.values(net).map(({ data }) => data);

/** By what it is of. */
export function trajectories(): Hashes {
  const hashes: Hashes = {};
  for (const [name, makeRule] of rules) {
    for (const type of ["float32", "float64"] as const) {
      const net = netOf({ type });
      // Not every engine has `using`.
      const optimizer = bind(net, makeRule());
      train(optimizer, net, 0, STEPS);
      hashes[`${name}, ${type}`] = hashOf(arraysOf(net));
      optimizer.dispose();
    }
  }
  for (const [name, kinds] of Object.entries(curves)) {
    for (const [kind, schedule] of Object.entries(kinds)) {
      const values = Float64Array.from({ length: 90 }, (_, k) => schedule(k + 1));
      hashes[`${name} ${kind}`] = hashOf([values]);
    }
  }
  return hashes;
}

/** Runs that stopped after some steps, in base64. */
export async function save(): Promise<readonly string[]> {
  const saved: string[] = [];
  for (const [, makeRule] of rules) {
    const net = netOf();
    const optimizer = bind(net, makeRule());
    train(optimizer, net, 0, STOP);
    const bytes = new Uint8Array(await checkpointBlob(optimizer).arrayBuffer());
    optimizer.dispose();
    saved.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }
  return saved;
}

/** Goes on with what another engine has saved. */
export async function resume(saved: readonly string[]): Promise<Hashes> {
  const hashes: Hashes = {};
  for (const [index, [name, makeRule]] of rules.entries()) {
    const net = netOf();
    const optimizer = bind(net, makeRule());
    const bytes = Uint8Array.from(atob(saved[index]!), (letter) => letter.charCodeAt(0));
    await loadCheckpointBlob(new Blob([bytes]), optimizer);
    train(optimizer, net, STOP, STEPS);
    hashes[name] = hashOf(arraysOf(net));
    optimizer.dispose();
  }
  return hashes;
}

/**
 * Steps long enough to share, by one thread and by two: the threads that there were, and whether the bits are the same.
 * Of a page that is not isolated, and of engines without threads, one.
 */
export async function threads(): Promise<{ readonly threads: number; readonly same: boolean }> {
  const hashes: string[] = [];
  let most = 1;
  for (const count of [1, 2]) {
    const net = parameters({ w: [1 << 19] });
    const optimizer = optimize(net, adamw(), { threads: count });
    for (let step = 1; step <= 20; step++) {
      optimizer.gradients.w.forEach((_, i, gradient) => {
        gradient[i] = (((i + step) * 7919) % 101) / 50 - 1;
      });
      optimizer.step();
      // Threads start while others wait.
      await new Promise((resolve) => setTimeout(resolve, 50));
      most = Math.max(most, optimizer.threads);
    }
    hashes.push(hashOf([net.w.data.subarray(0, 1 << 12), net.w.data.subarray(-(1 << 12))]));
    optimizer.dispose();
  }
  return { threads: most, same: hashes[0] === hashes[1] };
}
