/** Peers in other languages: a process that answers lines, and files that arrays travel through. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { FloatArray } from "./peer.ts";

export class LineProcess {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "gradus-bench-"));
  readonly #answers: AsyncIterator<string>;
  readonly #missing: string;
  #files = 0;

  /** @param missing what to say where the process does not answer */
  constructor(
    command: string,
    options: readonly string[],
    env: Readonly<Record<string, string>>,
    missing: string,
  ) {
    this.#missing = missing;
    this.#child = spawn(command, options, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    // What went wrong shows in the answer that does not come.
    this.#child.on("error", () => {});
    this.#child.stdin!.on("error", () => {});
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<string> {
    this.#child.stdin!.write(`${line}\n`);
    const { done, value } = await this.#answers.next();
    if (done) {
      throw new Error(this.#missing);
    }
    return value;
  }

  /** A file with the array's bytes; it lasts until `forget`. */
  file(array: FloatArray | Uint8Array): string {
    const path = join(this.#folder, `${this.#files++}.bin`);
    writeFileSync(path, array);
    return path;
  }

  /** Removes files that have been read. */
  forget(...paths: readonly string[]): void {
    for (const path of paths) {
      rmSync(path);
    }
  }

  dispose(): void {
    this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
