/** What threads tell each other: 32-bit words in one shared array. */
export const words = {
  /** Changes whenever there is something for sleeping workers to look at; they wait on it. */
  bell: 0,
  /** The bell's number of the job that is open to join, or 0. */
  open: 1,
  /** How many workers are at the job; it is over when it is closed and none is. */
  busy: 2,
  /** The next part to take. */
  next: 3,
  /** The number of the last message that was posted to the workers. */
  posted: 4,
  /** Of the job: the kernel's number, the index of its function, the call record, ... */
  kernel: 5,
  index: 6,
  record: 7,
  /** ... how far it goes, how long a part is, and how many workers may join; */
  length: 8,
  grain: 9,
  workers: 10,
  /** where the caller's scratch memory is, and how many bytes each thread has, one behind another. */
  scratch: 11,
  scratchBytes: 12,
  /** How many workers have started. */
  started: 13,
  /** Not 0 once a worker could not do its part. */
  failed: 14,
} as const;

export const wordCount = 16;

/** Code that workers make an instance of. */
export interface Load {
  readonly id: number;
  /** @internal */
  readonly module: WebAssembly.Module;
  /** @internal */
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
}

/** What workers are told; `number` counts the messages to all workers. */
export interface Message {
  readonly number: number;
  readonly start?: { readonly control: Int32Array; readonly place: number };
  readonly load: readonly Load[];
  readonly drop: readonly number[];
}
