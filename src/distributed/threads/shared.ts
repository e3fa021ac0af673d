/** The memory that the threads of a run share, and the places in it. */

/** Bytes of a mailbox: what each rank hands out at a time. Large enough that meetings cost little, and small enough for the caches. */
export const mailboxBytes = 2 ** 18;

/** What a thread is given to become a rank. */
export interface Seat {
  readonly rank: number;
  readonly size: number;
  /** Of each rank a mailbox, twice: while one is read, the other is filled. */
  readonly mailboxes: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
}

/** Places in `control`, in words of 32 bits. */
export const words = {
  /** How many ranks have come to the meeting that is next. */
  arrived: 0,
  /** How many meetings there have been. */
  meetings: 1,
  /** Of each rank whether it has ended, and then what it calls, twice. */
  ranks: 2,
} as const;

/** A run's shared memory. @param callWords words of a call */
export function shareMemory(
  size: number,
  callWords: number,
): Pick<Seat, "control" | "mailboxes" | "size"> {
  return {
    size,
    control: new SharedArrayBuffer(4 * (words.ranks + size + 2 * size * callWords)),
    mailboxes: new SharedArrayBuffer(2 * size * mailboxBytes),
  };
}
