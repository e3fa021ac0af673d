/** Suggestions for misspelled names: the nearest known name, if one is near enough. */

/** The number of insertions, deletions, replacements and swaps of neighbours between two words. */
function editDistance(a: string, b: string): number {
  let previous: number[] = [];
  let current = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = current[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, current[j]! + 1, next[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, previous[j - 2]! + 1);
      }
      next.push(best);
    }
    previous = current;
    current = next;
  }
  return current[b.length]!;
}

/**
 * The candidate nearest to `name`, the last of several; undefined if none is within a third of its
 * length. To a single letter only its other case is near: any letter is one replacement away.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // A name of any length costs the same: what is longer than this is no misspelling.
  if (name.length > 64) {
    return undefined;
  }
  const lower = name.toLowerCase();
  let best: string | undefined;
  let least = name.length < 2 ? 0 : Math.max(1, Math.floor(name.length / 3));
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance <= least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const best = nearest(name, candidates);
  return best === undefined ? "" : `; did you mean \`${best}\`?`;
}
