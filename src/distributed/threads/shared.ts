/** The memory that the threads of a run share, and its layout. */

/** Bytes of a mailbox: what a rank can send at once. This is large enough that waiting for each other costs little, and small enough for the caches. */
export const mailboxBytes = 2 ** 18;

/** The data that makes a thread a rank. */
export interface ThreadRank {
  readonly rank: number;
  readonly size: number;
  /** Two mailboxes for each rank: while one is read, the other is filled. */
  readonly mailboxes: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
}

/** Offsets in `control`, in words of 32 bits. */
export const words = {
  /** How many ranks wait at the next barrier. */
  arrived: 0,
  /** How many barriers all ranks have passed. */
  barriers: 1,
  /** For each rank whether it has ended; then two descriptions of a call for each rank. */
  ranks: 2,
} as const;

/** Allocates the shared memory of a run. @param callWords 32-bit words that describe a call */
export function shareMemory(
  size: number,
  callWords: number,
): Pick<ThreadRank, "control" | "mailboxes" | "size"> {
  return {
    size,
    control: new SharedArrayBuffer(4 * (words.ranks + size + 2 * size * callWords)),
    mailboxes: new SharedArrayBuffer(2 * size * mailboxBytes),
  };
}
