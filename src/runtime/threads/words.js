/**
 * What threads tell each other: 32-bit words in one shared array. Plain JavaScript, because Node runs
 * it in a worker as it is.
 */
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
  /** ... how far it goes, how long a part is, and how many workers may join. */
  length: 8,
  grain: 9,
  workers: 10,
  /** How many workers have started. */
  started: 11,
};

export const wordCount = 16;

/**
 * Takes parts of the open job until there are none left.
 *
 * @param {Int32Array} control
 * @param {{ run(index: number, record: number, from: number, to: number): void }} kernel
 */
export function takeParts(control, kernel) {
  const index = Number(control[words.index]);
  const record = Number(control[words.record]);
  const length = Number(control[words.length]);
  const grain = Number(control[words.grain]);
  for (;;) {
    const from = Atomics.add(control, words.next, 1) * grain;
    if (from >= length) return;
    kernel.run(index, record, from, Math.min(from + grain, length));
  }
}
