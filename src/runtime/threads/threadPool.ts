/**
 * The threads of a process or a page. They run parts of loops for all optimizers. They start when they are first needed, sleep
 * between jobs, and end with the last optimizer that uses them.
 */
import type { SharedCode, Sharing } from "../../compilers/backend.ts";
import { ThreadError } from "../errors.ts";
import { type Thread, waysToStart } from "./platform.ts";
import { takeParts } from "./thread.ts";
import { type Load, type Message, wordCount, words } from "./words.ts";

/**
 * The milliseconds of one wait. A worker counts as lost after several waits without an answer. One is not enough: a process that
 * was suspended, as on a closed laptop, has waited too long once.
 */
const wait = 1000;
const maxWaits = 20;

class Workers {
  users = 0;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * wordCount));
  readonly #threads: Thread<Message>[] = [];
  readonly #loaded = new Map<number, Load>();
  #nextId = 1;
  #broken = false;

  /** The number of workers that run. They take part as soon as they have started. */
  get started(): number {
    return Atomics.load(this.#control, words.started);
  }

  /** Starts workers until there are this many. */
  grow(count: number): void {
    while (this.#threads.length < count && !this.#broken) {
      this.#start(this.#threads.length, 0);
    }
  }

  /**
   * @param way the index in `waysToStart`. If a worker cannot start in any way, no more are tried: steps give the same results
   *   without them
   */
  #start(index: number, way: number): void {
    const start = waysToStart()[way];
    this.#broken ||= start === undefined;
    if (start === undefined || this.#broken) return;
    const next = () => {
      this.#threads[index]?.end();
      this.#start(index, way + 1);
    };
    try {
      const thread = start<Message>(next);
      this.#threads[index] = thread;
      const number = Atomics.load(this.#control, words.posted);
      const own = { control: this.#control, place: index + 1 };
      thread.post({ number, start: own, load: [...this.#loaded.values()], drop: [] });
    } catch {
      next();
    }
  }

  /** @returns the kernel's number */
  load({ module, memory, names }: SharedCode): number {
    const load = { id: this.#nextId++, module, memory, names };
    this.#loaded.set(load.id, load);
    this.#post([load], []);
    return load.id;
  }

  drop(ids: readonly number[]): void {
    for (const id of ids) {
      this.#loaded.delete(id);
    }
    this.#post([], ids);
  }

  /** Runs a job on this thread, after `meanwhile`, and on up to `workers` others. */
  run(
    code: SharedCode,
    id: number,
    workers: number,
    index: number,
    record: number,
    length: number,
    grain: number,
    scratch: number,
    scratchBytes: number,
    meanwhile: (() => void) | undefined,
  ): void {
    const control = this.#control;
    control[words.kernel] = id;
    control[words.index] = index;
    control[words.record] = record;
    control[words.length] = length;
    control[words.grain] = grain;
    control[words.workers] = workers;
    control[words.scratch] = scratch;
    control[words.scratchBytes] = scratchBytes;
    Atomics.store(control, words.next, 0);
    Atomics.store(control, words.open, this.#nextRing());
    this.#ring();
    try {
      meanwhile?.();
      takeParts(control, code.functions, 0, words);
    } finally {
      Atomics.store(control, words.open, 0);
      this.#waitForAll();
    }
    if (control[words.failed]) {
      this.#lose();
    }
  }

  end(): void {
    // Do not retry workers that fail to start from now on.
    this.#broken = true;
    for (const thread of this.#threads.splice(0)) {
      thread.end();
    }
  }

  #post(load: readonly Load[], drop: readonly number[]): void {
    const number = Atomics.add(this.#control, words.posted, 1) + 1;
    for (const thread of this.#threads) {
      thread.post({ number, load, drop });
    }
    this.#ring();
  }

  /** The next value of the bell. It is never 0, which means that no job is open. */
  #nextRing(): number {
    return (Atomics.load(this.#control, words.bell) + 1) | 0 || 1;
  }

  #ring(): void {
    Atomics.store(this.#control, words.bell, this.#nextRing());
    Atomics.notify(this.#control, words.bell);
  }

  #waitForAll(): void {
    const control = this.#control;
    // The workers finish soon, because parts are short. On a page, the main thread may not sleep, so it must poll.
    for (let turn = 0; turn < 10_000 || typeof document === "object"; turn++) {
      if (Atomics.load(control, words.busy) === 0) {
        return;
      }
    }
    for (let waits = 0; waits < maxWaits; waits++) {
      const busy = Atomics.load(control, words.busy);
      if (busy === 0) {
        return;
      }
      Atomics.wait(control, words.busy, busy, wait);
    }
    this.#lose();
  }

  /** It is unknown which parts were done, so this step is lost. Later steps run on the caller's thread alone. */
  #lose(): never {
    this.end();
    this.#control.fill(0);
    throw new ThreadError(
      "a thread was lost: parameters may be half updated; continue from a checkpoint",
    );
  }
}

let workers: Workers | undefined;

function release(ids: readonly number[]): void {
  if (workers === undefined) {
    return;
  }
  workers.users -= 1;
  if (workers.users === 0) {
    workers.end();
    workers = undefined;
  } else {
    workers.drop(ids);
  }
}

/** Releases what optimizers held that were garbage collected without `dispose`. */
const forgotten = new FinalizationRegistry<readonly number[]>(release);

/** One optimizer's use of the threads. */
export class ThreadPool implements Sharing, Disposable {
  /** The most threads that may work at the same time, including the caller's. */
  readonly most: number;
  readonly #workers: number;
  readonly #ids = new WeakMap<SharedCode, number>();
  /** Without a reference to the kernels' memory, because the registry would keep its owner alive. */
  readonly #held: number[] = [];
  #member = false;

  constructor(most: number) {
    this.most = most;
    this.#workers = most - 1;
  }

  /** The number of threads that run, including the caller's. */
  get threads(): number {
    return this.#member ? Math.min(this.#workers, workers!.started) + 1 : 1;
  }

  /**
   * @see Sharing.run
   * @param meanwhile this thread calls it before it takes parts, while the others work
   */
  run(
    code: SharedCode,
    index: number,
    record: number,
    length: number,
    grain: number,
    scratch = 0,
    scratchBytes = 0,
    meanwhile?: () => void,
  ): void {
    let id = this.#ids.get(code);
    if (id === undefined) {
      id = this.#join().load(code);
      this.#ids.set(code, id);
      this.#held.push(id);
    }
    workers!.run(
      code,
      id,
      this.#workers,
      index,
      record,
      length,
      grain,
      scratch,
      scratchBytes,
      meanwhile,
    );
  }

  dispose(): void {
    if (this.#member) {
      this.#member = false;
      forgotten.unregister(this);
      release(this.#held);
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #join(): Workers {
    workers ??= new Workers();
    if (!this.#member) {
      this.#member = true;
      workers.users += 1;
      forgotten.register(this, this.#held, this);
    }
    workers.grow(this.#workers);
    return workers;
  }
}
