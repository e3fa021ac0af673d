/** A Python process that makes the steps of one library. */
import { join } from "node:path";
import type { Contestant, Times } from "../harness/interleave.ts";
import type { FloatArray, UpdateContestant } from "./peer.ts";
import { LineProcess } from "./process.ts";

interface Answer {
  readonly error?: string;
  readonly version?: string;
  readonly wall?: number;
  readonly cpu?: number;
  readonly loss?: number;
  readonly distance?: number;
  readonly sample?: readonly number[];
}

type Request = Readonly<Record<string, unknown>>;

/** A script of `python/`, run by the Python at `GRADUS_PYTHON`. */
export class Python {
  readonly #process: LineProcess;
  readonly #library: string;

  constructor(library: string, script: string, threads: number) {
    const executable = process.env["GRADUS_PYTHON"];
    if (executable === undefined) {
      throw new Error(`GRADUS_PYTHON is not set to a Python with ${library}`);
    }
    this.#library = library;
    const count = String(threads);
    // XLA reads NPROC as the number of processors.
    const env = { OMP_NUM_THREADS: count, MKL_NUM_THREADS: count, NPROC: count };
    this.#process = new LineProcess(
      executable,
      [join("bench", "peers", "python", script), count],
      env,
      `the Python process of GRADUS_PYTHON ended; is ${library} installed there?`,
    );
  }

  async ask(request: Request): Promise<Answer> {
    const answer = JSON.parse(await this.#process.ask(JSON.stringify(request))) as Answer;
    if (answer.error !== undefined) {
      throw new Error(`${this.#library}: ${answer.error}`);
    }
    return answer;
  }

  /** Sends a request about arrays, which travel in files that are removed afterwards. */
  async askAbout(
    arrays: readonly (FloatArray | Uint8Array)[],
    request: (paths: readonly string[]) => Request,
  ): Promise<Answer> {
    const paths = arrays.map((array) => this.#process.file(array));
    try {
      return await this.ask(request(paths));
    } finally {
      this.#process.forget(...paths);
    }
  }

  runner(name: string): Contestant["run"] {
    return async (count): Promise<Times> => {
      const { wall, cpu } = await this.ask({ kind: "run", name, count });
      return { wall: wall!, cpu: cpu! };
    };
  }

  sampler(name: string): UpdateContestant["sample"] {
    return async (count) => (await this.ask({ kind: "sample", name, count })).sample!;
  }

  dispose(): void {
    this.#process.dispose();
  }
}
