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
  /** ... how far it goes, how long a part is, and how many workers may join; */
  length: 8,
  grain: 9,
  workers: 10,
  /** where the caller's room to work in is, and how many bytes each thread has, one behind another. */
  room: 11,
  roomBytes: 12,
  /** How many workers have started. */
  started: 13,
  /** Not 0 once a worker could not do its part. */
  failed: 14,
};

export const wordCount = 16;

/** @typedef {import("../../compilers/compiler.ts").PartFunction} Part */

/**
 * Takes parts of the open job until there are none left.
 *
 * @param {Int32Array} control
 * @param {readonly Part[]} functions
 * @param {number} place 0 for the caller, then that of each worker
 */
export function takeParts(control, functions, place) {
  const run = /** @type {Part} */ (functions[Number(control[words.index])]);
  const record = Number(control[words.record]);
  const room = Number(control[words.room]) + place * Number(control[words.roomBytes]);
  const length = Number(control[words.length]);
  const grain = Number(control[words.grain]);
  for (;;) {
    const from = Atomics.add(control, words.next, 1) * grain;
    if (from >= length) return;
    run(from, Math.min(from + grain, length), record, room);
  }
}
