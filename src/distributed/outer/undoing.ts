/** Takes back the own step of a rank whose outer step has failed. */
import type { AnyOptimizer } from "../../runtime/contract.ts";
import type { StoredElements } from "../../runtime/memory/memory.ts";
import type { AnyParameter } from "../../runtime/parameters.ts";

/**
 * Keeps what a step of an optimizer changes.
 * @param isOwn whether it steps by `gradients`, which it may set to zero
 * @returns what puts that back
 */
export function undoing(inner: AnyOptimizer, isOwn: boolean): () => void {
  const state = inner.state();
  const all = Object.values(inner.parameters as Readonly<Record<string, AnyParameter>>);
  const gradients = isOwn && inner.zeroesGradients ? Object.values(inner.gradients) : [];
  const arrays: StoredElements[] = [...all.map(({ data }) => data), ...gradients];
  const copies = arrays.map((array) => [array, array.slice()] as const);
  return () => {
    inner.restore(state);
    for (const [array, copy] of copies) {
      array.set(copy);
    }
  };
}
