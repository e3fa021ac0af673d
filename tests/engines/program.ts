/**
 * The questions for each engine: the results of 60 steps of all exported rules, of saving and of resuming. It runs in all
 * engines, with the
 * shipped files in place of the sources.
 */
import { checkpointBlob, loadCheckpointBlob } from "../../src/checkpoint/index.ts";
import {
  adamw,
  bfloat16,
  block8,
  float16,
  lamb,
  optimize,
  parameters,
  type Rule,
} from "../../src/index.ts";
import { rules } from "../support/everyRule.ts";
import { curves } from "../support/everySchedule.ts";
import { bind, netOf, train } from "../support/resuming.ts";
import { dataPaths } from "./dataPaths.ts";

const STEPS = 60;
/** The step at which a run stops, to be resumed elsewhere. */
const STOP = 23;

/** FNV-1a with two primes, 32 bits each. */
function hashOf(arrays: readonly ArrayBufferView[]): string {
  let [first, second] = [0x811c9dc5, 0x811c9dc5];
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      first = Math.imul(first ^ byte, 0x01000193);
      second = Math.imul(second ^ byte, 0x01000197);
    }
  }
  return `${(first >>> 0).toString(16)}-${(second >>> 0).toString(16)}`;
}

type Hashes = Record<string, string>;

const arraysOf = (net: Readonly<Record<string, { readonly data: ArrayBufferView }>>) =>
  Object.values(net).map(({ data }) => data);

/** Every `each`-th rule, the same ones in all engines. */
const some = (each: number) => rules.filter((_, index) => index % each === 0);

/**
 * Hashes by name.
 * @param each every `each`-th rule is run in float32, too
 */
function trajectories(each: number): Hashes {
  const hashes: Hashes = {};
  const both = new Set(some(each));
  for (const rule of rules) {
    const [name, makeRule] = rule;
    for (const type of both.has(rule)
      ? (["float64", "float32"] as const)
      : (["float64"] as const)) {
      const net = netOf({ type });
      // Not every engine has `using`.
      const optimizer = bind(net, makeRule());
      train(optimizer, net, 0, STEPS);
      hashes[`${name}, ${type}`] = hashOf(arraysOf(net));
      optimizer.dispose();
    }
  }
  for (const storage of [bfloat16, float16, { ...block8, least: 0 }]) {
    for (const make of [adamw, lamb]) {
      const net = netOf();
      const optimizer = bind(net, make() as Rule, { storage });
      train(optimizer, net, 0, STEPS);
      const { parameters: states } = optimizer.stateViews();
      const kept = Object.values(states).flatMap((slots) => Object.values(slots));
      hashes[`${make.definition.name}, states in ${storage.name}`] = hashOf([
        ...arraysOf(net),
        ...kept,
      ]);
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

/** Runs of every `each`-th rule, stopped after some steps, as files in base64. */
export interface Saved {
  readonly each: number;
  readonly files: readonly string[];
}

async function save(each: number): Promise<Saved> {
  const files: string[] = [];
  for (const [, makeRule] of some(each)) {
    const net = netOf();
    const optimizer = bind(net, makeRule());
    train(optimizer, net, 0, STOP);
    const bytes = new Uint8Array(await checkpointBlob(optimizer).arrayBuffer());
    optimizer.dispose();
    files.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }
  return { each, files };
}

/** Resumes the files of another engine. */
async function resume({ each, files }: Saved): Promise<Hashes> {
  const hashes: Hashes = {};
  for (const [index, [name, makeRule]] of some(each).entries()) {
    const net = netOf();
    const optimizer = bind(net, makeRule());
    const bytes = Uint8Array.from(atob(files[index]!), (letter) => letter.charCodeAt(0));
    await loadCheckpointBlob(new Blob([bytes]), optimizer);
    train(optimizer, net, STOP, STEPS);
    hashes[name] = hashOf(arraysOf(net));
    optimizer.dispose();
  }
  return hashes;
}

/** All results with bits in one question, so that compiled code is shared. */
async function bits(elsewhere: Saved) {
  const ends = await resume(elsewhere);
  const { each } = elsewhere;
  return { trajectories: trajectories(each), ends, saved: await save(each) };
}

/** The results of two threads, and of one. */
export interface Shared {
  readonly threads: number;
  readonly same: boolean;
}

/** Makes steps that are long enough to share, until so many threads take part; then as many on one thread. */
async function threads(wanted: number): Promise<Shared> {
  const make = (count: number) => {
    const net = parameters({ w: [1 << 19] });
    const optimizer = optimize(net, adamw(), { threads: count });
    const step = (t: number) => {
      optimizer.gradients.w.forEach((_, i, gradient) => {
        gradient[i] = (((i + t) * 7919) % 101) / 50 - 1;
      });
      optimizer.step();
    };
    return { net, optimizer, step };
  };
  const [many, one] = [make(2), make(1)];
  let steps = 0;
  // Threads start while this one waits: soon, or late on a busy machine.
  while (steps < 8 || (many.optimizer.threads < wanted && steps < 1000)) {
    many.step(++steps);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (let t = 1; t <= steps; t++) one.step(t);
  const [first, second] = [many, one].map(({ net }) =>
    hashOf([net.w.data.filter((_, i) => i % 61 === 0)]),
  );
  const found = { threads: many.optimizer.threads, same: first === second };
  many.optimizer.dispose();
  one.optimizer.dispose();
  return found;
}

/** By name. */
export const questions = { trajectories, save, resume, bits, threads, dataPaths };
