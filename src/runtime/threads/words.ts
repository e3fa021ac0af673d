/** The 32-bit words in one shared array through which threads communicate. */
export const words = {
  /** Sleeping workers wait on this word. It changes when there is something for them to do. */
  bell: 0,
  /** The bell's number for the job that can be joined, or 0. */
  open: 1,
  /** The number of workers at the job. The job is over when it is closed and this is 0. */
  busy: 2,
  /** The next part to take. */
  next: 3,
  /** The number of the last message to the workers. */
  posted: 4,
  /** For the job: the number of the kernel, the index of its function, the call record, ... */
  kernel: 5,
  index: 6,
  record: 7,
  /** ... the length of the loop, the length of a part, and how many workers may join; */
  length: 8,
  grain: 9,
  workers: 10,
  /** the address of the caller's scratch memory, and the bytes per thread. Threads have theirs one after another. */
  scratch: 11,
  scratchBytes: 12,
  /** The number of workers that have started. */
  started: 13,
  /** Not 0 if a worker could not do its part. */
  failed: 14,
} as const;

export const wordCount = 16;

/** Code that workers instantiate. */
export interface Load {
  readonly id: number;
  /** @internal */
  readonly module: WebAssembly.Module;
  /** @internal */
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
}

/** A message to workers. `number` counts the messages to all workers. */
export interface Message {
  readonly number: number;
  readonly start?: { readonly control: Int32Array; readonly place: number };
  readonly load: readonly Load[];
  readonly drop: readonly number[];
}
