/** Finds the variable that a saved name means. */
import type { Variable } from "@tensorflow/tfjs-core";

/** A variable in a saved state. */
export interface SavedVariable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** TensorFlow.js adds a number to a name that is taken, for example when a model is loaded beside the original. */
const withoutNumber = (name: string): string => name.replace(/_\d+$/, "");

/** Anything with a shape. */
interface Shaped {
  readonly shape: readonly number[];
}

/** Whether two shapes are equal. It runs for every variable at every step. */
export const isSameShape = ({ shape: one }: Shaped, { shape: other }: Shaped): boolean =>
  one === other ||
  (one.length === other.length && one.every((size, index) => size === other[index]));

/**
 * The present name of each saved variable, if it is among these: the same name, or else the same name apart from the number that
 * TensorFlow.js adds. In that case the shapes must be equal, and variables match in order.
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
