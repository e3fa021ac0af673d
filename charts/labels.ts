/** Where a label wants to be, and where it ends up. */
export interface Placed {
  readonly wanted: number;
  readonly at: number;
}

/**
 * Moves labels apart that would overlap, each as little as it can: neighbours that collide form a
 * block around the mean of what they want (pool adjacent violators).
 *
 * @param wanted - Heights, in any order; the result keeps it.
 * @param gap - The least distance between two.
 */
export function spreadApart(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): readonly Placed[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const blocks: { sum: number; count: number; start: number }[] = [];
  for (const i of order) {
    let block = { sum: wanted[i]!, count: 1, start: wanted[i]! };
    let before = blocks.at(-1);
    while (before !== undefined && before.start + before.count * gap > block.start) {
      blocks.pop();
      // What each member wants, less its offset in the block.
      const sum = before.sum + block.sum - before.count * block.count * gap;
      const count = before.count + block.count;
      block = { sum, count, start: sum / count };
      before = blocks.at(-1);
    }
    blocks.push(block);
  }
  const heights = blocks.flatMap(({ start, count }) =>
    Array.from({ length: count }, (_, k) => start + k * gap),
  );
  const placed = new Array<Placed>(wanted.length);
  order.forEach((i, k) => {
    const least = low + k * gap;
    const most = high - (order.length - 1 - k) * gap;
    placed[i] = { wanted: wanted[i]!, at: Math.max(least, Math.min(most, heights[k]!)) };
  });
  return placed;
}
