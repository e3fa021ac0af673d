/** The wanted position of a label, and its final one. */
export interface Placed {
  readonly wanted: number;
  readonly at: number;
}

/**
 * Moves overlapping labels apart, each as little as possible: neighbours that collide form a block around the mean of their
 * wanted
 * positions (pool adjacent violators).
 *
 * @param wanted heights, in any order; the result keeps it
 * @param gap the smallest distance between two
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
      // For each member, its wanted position less its offset in the block.
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
