/** Which variable a saved name means. */
import type { Variable } from "@tensorflow/tfjs-core";

/** What was saved of a variable. */
export interface SavedVariable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** TensorFlow.js adds a number where a name is taken, as of a model that is loaded beside the one that was saved. */
const withoutNumber = (name: string): string => name.replace(/_\d+$/, "");

/** Anything with a shape. */
interface Shaped {
  readonly shape: readonly number[];
}

/** Whether two have the same shape: asked of every variable at every step. */
export const isSameShape = ({ shape: one }: Shaped, { shape: other }: Shaped): boolean =>
  one === other ||
  (one.length === other.length && one.every((size, index) => size === other[index]));

/**
 * The present name of each saved one that is among these variables: the same, or else the same but for the number that
 * TensorFlow.js has added, where shapes are equal, in order.
 */
export function presentNames(
  saved: readonly SavedVariable[],
  variables: Iterable<Variable>,
): Map<string, string> {
  const free = new Map([...variables].map((variable) => [variable.name, variable]));
  const present = new Map<string, string>();
  const take = (from: SavedVariable, to: string | undefined) => {
    if (to !== undefined) {
      present.set(from.name, to);
      free.delete(to);
    }
  };
  for (const each of saved) {
    take(each, free.has(each.name) ? each.name : undefined);
  }
  for (const each of saved.filter(({ name }) => !present.has(name))) {
    const base = withoutNumber(each.name);
    const found = [...free.values()].find(
      (variable) => withoutNumber(variable.name) === base && isSameShape(each, variable),
    );
    take(each, found?.name);
  }
  return present;
}
