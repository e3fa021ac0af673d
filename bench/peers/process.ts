/** Peers in other languages: a process that answers lines. Arrays travel through files. */
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

  /** @param missing the error message if the process does not answer */
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
    // The missing answer reports the error.
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

  /** Writes an array's bytes to a file, which lasts until `forget`. */
  file(array: FloatArray | Uint8Array): string {
    const path = join(this.#folder, `${this.#files++}.bin`);
    writeFileSync(path, array);
    return path;
  }

  /** Removes files after they were read. */
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
