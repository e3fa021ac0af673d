/**
 * The threads of a process or a page: they run parts of loops, whoever's loops these are. They start
 * when first needed, sleep between jobs, and end with the last optimizer that used them.
 */
import type { SharedCode, Sharing } from "../../compilers/backend.ts";
import { ThreadError } from "../errors.ts";
import { type Thread, waysToStart } from "./platform.ts";
import { takeParts } from "./thread.ts";
import { type Load, type Message, wordCount, words } from "./words.ts";

/**
 * Milliseconds of a wait, and how many may go by without a worker's end before one is taken for lost. A process that was
 * asleep, as a closed laptop's, has waited too long once, and not so often.
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

  /** Workers that are up; they join as they start. */
  get started(): number {
    return Atomics.load(this.#control, words.started);
  }

  /** Starts workers until there are so many. */
  grow(count: number): void {
    while (this.#threads.length < count && !this.#broken) {
      this.#start(this.#threads.length, 0);
    }
  }

  /** @param way how it is tried, of `waysToStart`; where a worker cannot start at all, no other is tried: steps are the same without */
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

  /** Does a job with this thread, once it has done something else, and `workers` others at most. */
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
    // Whoever fails to start from now on is not tried again.
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

  /** What the bell shows next; never 0, which says that no job is open. */
  #nextRing(): number {
    return (Atomics.load(this.#control, words.bell) + 1) | 0 || 1;
  }

  #ring(): void {
    Atomics.store(this.#control, words.bell, this.#nextRing());
    Atomics.notify(this.#control, words.bell);
  }

  #waitForAll(): void {
    const control = this.#control;
    // They are about to be done: parts are short. A page's own thread may do nothing but this.
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

  /** Nobody can tell which parts were done: this step is lost. Later ones are the caller's thread's alone. */
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

/** Releases what optimizers held that nobody disposed. */
const forgotten = new FinalizationRegistry<readonly number[]>(release);

/** One optimizer's use of the threads. */
export class ThreadPool implements Sharing, Disposable {
  /** The threads that may work at the same time, the caller's own among them. */
  readonly most: number;
  readonly #workers: number;
  readonly #ids = new WeakMap<SharedCode, number>();
  /** Without a way to the kernels' memory, which would outlive its owner in the registry. */
  readonly #held: number[] = [];
  #member = false;

  constructor(most: number) {
    this.most = most;
    this.#workers = most - 1;
  }

  /** The threads that are up, the caller's own among them. */
  get threads(): number {
    return this.#member ? Math.min(this.#workers, workers!.started) + 1 : 1;
  }

  /**
   * @see Sharing.run
   * @param meanwhile what this thread does before it takes parts, while others do
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
