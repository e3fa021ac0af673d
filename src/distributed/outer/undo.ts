/** Undoes the local step of a rank if its outer step fails. */
import type { AnyOptimizer } from "../../runtime/contract.ts";
import type { StoredElements } from "../../runtime/memory/memory.ts";
import type { AnyParameter } from "../../runtime/parameters.ts";

/**
 * Copies everything that a step of an optimizer changes.
 * @param isOwn whether the step uses `optimizer.gradients`, and may set them to zero
 * @returns a function that restores the copies
 */
export function prepareUndo(inner: AnyOptimizer, isOwn: boolean): () => void {
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
