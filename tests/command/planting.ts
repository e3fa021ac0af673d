/** Plants random trees of files, folders and links, and checks that they are unchanged. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { found } from "../../cli/src/own-files.ts";
import type { Random } from "../../src/tasks/random.ts";

export const pick = <T>(random: Random, list: readonly T[]): T =>
  list[random.integer(list.length)]!;
export const chance = (random: Random, share: number) => random.uniform() < share;

/** Files that an earlier run of the command made, by their kind. */
export interface Models {
  readonly report: string;
  readonly comparison: string;
  readonly record: string;
  readonly weights: string;
}

/** The kind of a file by its text: the command may overwrite its own kinds. */
const kinds = {
  report: (text: string) => text.includes('content="gradus"') && text.includes("</html>"),
  comparison: (text: string) => text.includes('"algorithms"') && isJson(text),
  record: (text: string) => text.includes('"finalLoss"') && isJson(text),
};

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** What was at a path before. */
interface Entry {
  readonly kind: "file" | "folder" | "link";
  readonly content: string;
  readonly mode: number;
}

function entryAt(path: string): Entry | undefined {
  const stats = found(path);
  if (stats === undefined) return undefined;
  const mode = stats.mode & 0o7777;
  if (stats.isSymbolicLink()) return { kind: "link", content: readlinkSync(path), mode };
  if (stats.isDirectory()) return { kind: "folder", content: "", mode };
  return { kind: "file", content: readFileSync(path, "latin1"), mode };
}

export const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory();

/** The trees of a case, before the command runs. */
export class Planting {
  readonly root = mkdtempSync(join(tmpdir(), "gradus-strangers-"));
  readonly planted = new Map<string, Entry>();
  readonly #random: Random;
  readonly #models: Models;

  constructor(random: Random, models: Models) {
    this.#random = random;
    this.#models = models;
  }

  /** Puts something at a path, or nothing. @param share the probability of something */
  plant(path: string, share: number, model?: keyof Models): void {
    const above = dirname(path);
    if (!chance(this.#random, share) || found(path) !== undefined) return;
    if (found(above) !== undefined && !isFolder(above)) return;
    mkdirSync(above, { recursive: true });
    const random = this.#random;
    const what = pick(random, [
      "file",
      "file",
      "tree",
      "empty",
      "link",
      "nowhere",
      "ours",
      "model",
    ]);
    if (what === "file") this.#file(path);
    else if (what === "tree") this.#tree(path, 2);
    else if (what === "empty") mkdirSync(path);
    else if (what === "link") this.#link(path);
    else if (what === "nowhere") symlinkSync("nowhere", path);
    else if (what === "ours")
      this.#model(path, pick(random, Object.keys(this.#models) as (keyof Models)[]));
    else if (model !== undefined) this.#model(path, model);
    else this.#file(path);
  }

  /** Remembers all files except those of a run. */
  remember(isOurs: (path: string) => boolean = () => false): void {
    for (const name of readdirSync(this.root, { recursive: true }) as string[]) {
      const path = join(this.root, name);
      if (!isOurs(path)) this.planted.set(path, entryAt(path)!);
    }
  }

  #file(path: string): void {
    const content = pick(this.#random, [
      "",
      "precious",
      "{}",
      `{"version": 1}`,
      "\n\n",
      "0".repeat(5000),
    ]);
    writeFileSync(path, content);
    chmodSync(path, pick(this.#random, [0o644, 0o600, 0o444]));
  }

  #model(path: string, model: keyof Models): void {
    cpSync(this.#models[model], path);
    chmodSync(path, pick(this.#random, [0o644, 0o600, 0o640]));
  }

  #tree(path: string, depth: number): void {
    mkdirSync(path, { recursive: true });
    for (let i = 0; i <= this.#random.integer(3); i++) {
      const inside = ["thesis.txt", "run.json", "runs.jsonl", "lock.json", "weights.safetensors"];
      const name = pick(this.#random, [
        ...inside,
        "report.html",
        "checkpoints",
        "000001-step-1.safetensors",
        "b c",
      ]);
      const entry = join(path, name);
      if (existsSync(entry)) continue;
      if (depth > 0 && chance(this.#random, 0.4)) this.#tree(entry, depth - 1);
      else this.#file(entry);
    }
  }

  /** Links to a file, a folder or a model elsewhere. */
  #link(path: string): void {
    const target = join(this.root, `elsewhere-${this.planted.size}-${this.#random.integer(1000)}`);
    if (!existsSync(target)) {
      if (chance(this.#random, 0.4)) this.#tree(target, 1);
      else if (chance(this.#random, 0.5)) this.#file(target);
      else this.#model(target, pick(this.#random, Object.keys(this.#models) as (keyof Models)[]));
    }
    symlinkSync(target, path);
  }

  /** What happened to a planted file, in words; undefined if it is unchanged, or was replaced by a complete one of its kind. */
  problem(): string | undefined {
    for (const [path, before] of this.planted) {
      const now = entryAt(path);
      const where = JSON.stringify(path.slice(this.root.length));
      if (now === undefined) return `${where} is gone`;
      if (now.kind !== before.kind || now.mode !== before.mode) return `${where} is another`;
      if (now.content === before.content) continue;
      const kind = Object.values(kinds).find((isOne) => isOne(before.content));
      if (kind === undefined || !kind(now.content)) return `${where} was written over`;
    }
    return undefined;
  }
}
