/** Trees of jax-js arrays: nested objects, arrays and tuples. The name of a leaf is its path: `layers.0.w`. */
import { Array as JaxArray } from "@jax-js/jax";
import { BindingError } from "../runtime/errors.ts";
import { didYouMean } from "../suggest.ts";

/** An array of jax-js. */
export type Leaf = JaxArray;

/** Leaves by name, in the order of the tree. */
export type Leaves = ReadonlyMap<string, Leaf>;

/** The name of a tree that is a single array. */
const ofNoPath = "params";

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Array.isArray(value) || (value as object | null | undefined)?.constructor === Object;

const within = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

function visit(value: unknown, path: string, seen: (name: string, leaf: unknown) => void): void {
  if (isNode(value)) {
    for (const [key, child] of Object.entries(value)) {
      visit(child, within(path, key), seen);
    }
  } else {
    seen(path === "" ? ofNoPath : path, value);
  }
}

/**
 * The leaves of a tree.
 * @param where the call and its argument, for errors: `update: parameters`
 * @throws {BindingError} if a leaf is not an array with numbers, or two leaves have the same name
 */
export function leavesOf(where: string, tree: unknown): Leaves {
  const leaves = new Map<string, Leaf>();
  visit(tree, "", (name, leaf) => {
    checkLeaf(where, name, leaf);
    if (leaves.has(name)) {
      throw new BindingError(
        `${where}: two arrays would both be called \`${name}\`, such as those of { "a.b": x } and { a: { b: x } }`,
      );
    }
    leaves.set(name, leaf);
  });
  return leaves;
}

function checkLeaf(where: string, name: string, leaf: unknown): asserts leaf is Leaf {
  if (leaf instanceof JaxArray) {
    if (leaf.refCount <= 0) {
      throw new BindingError(
        `${where}: \`${name}\` was consumed before; pass \`.ref\` to the earlier call to keep it`,
      );
    }
    return;
  }
  if (typeof leaf === "object" && leaf !== null && "aval" in leaf) {
    throw new BindingError(
      `${where}: \`${name}\` has no numbers yet, inside jit, grad or vmap. Compile the loss and its gradient, jit(valueAndGrad(loss)), and call ${where.split(":")[0]} outside, with the result`,
    );
  }
  throw new BindingError(
    `${where}: \`${name}\` is not a jax-js array, but ${leaf === null ? "null" : typeof leaf}; if it is one, the program has two copies of jax-js`,
  );
}

/** A tree of the same structure, with other leaves. @param leafAt the leaf for a name */
export function rebuilt<T>(tree: T, leafAt: (name: string) => Leaf): T {
  const build = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      return value.map((child, index) => build(child, within(path, String(index))));
    }
    return isNode(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, child]) => [key, build(child, within(path, key))]),
        )
      : leafAt(path === "" ? ofNoPath : path);
  };
  return build(tree, "") as T;
}

/** @throws {BindingError} if an array is passed more often than it has references */
export function checkReferences(where: string, ...given: readonly (Leaves | undefined)[]): void {
  const counts = new Map<Leaf, number>();
  for (const [name, leaf] of given.flatMap((leaves) => [...(leaves ?? [])])) {
    const count = (counts.get(leaf) ?? 0) + 1;
    counts.set(leaf, count);
    if (count > leaf.refCount) {
      throw new BindingError(
        `${where}: \`${name}\` is passed ${count} times and has ${leaf.refCount} reference; pass \`.ref\` except the last time`,
      );
    }
  }
}

/** The shape and type of a parameter. */
export interface Described {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/**
 * Compares leaves with the parameters of a state.
 * @throws {BindingError} if a name is missing or unknown, or a shape or type differs
 */
export function checkAlike(
  where: string,
  leaves: Leaves,
  expected: ReadonlyMap<string, Described>,
): void {
  const unknown = [...leaves.keys()].find((name) => !expected.has(name));
  if (unknown !== undefined) {
    throw new BindingError(
      `${where}: the state has no parameter \`${unknown}\`${didYouMean(unknown, expected.keys())}`,
    );
  }
  for (const [name, { shape, dtype }] of expected) {
    const leaf = leaves.get(name);
    if (leaf === undefined) {
      throw new BindingError(`${where}: \`${name}\` is missing`);
    }
    if (leaf.dtype !== dtype || String(leaf.shape) !== String(shape)) {
      throw new BindingError(
        `${where}: \`${name}\` is ${leaf.dtype} [${leaf.shape}], but the parameter is ${dtype} [${shape}]`,
      );
    }
  }
}
