/** Trees of arrays, as jax-js has them: nested objects, arrays and tuples. Their leaves go by name: `layers.0.w`. */
import { Array as JaxArray } from "@jax-js/jax";
import { BindingError } from "../runtime/errors.ts";
import { didYouMean } from "../suggest.ts";

/** An array of jax-js. */
export type Leaf = JaxArray;

/** Leaves by name, in the order of the tree. */
export type Leaves = ReadonlyMap<string, Leaf>;

/** What a tree is called that is a single array. */
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
 * @param where what is called, and with what: `update: parameters`
 * @throws {BindingError} where one is no array that has numbers now, or two have the same name
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
        `${where}: \`${name}\` was consumed before; give \`.ref\` to what shall leave it alive`,
      );
    }
    return;
  }
  if (typeof leaf === "object" && leaf !== null && "aval" in leaf) {
    throw new BindingError(
      `${where}: \`${name}\` has no numbers yet, within jit, grad or vmap. Compile the loss and its gradient, jit(valueAndGrad(loss)), and call ${where.split(":")[0]} outside, with what that returns`,
    );
  }
  throw new BindingError(
    `${where}: \`${name}\` is no array of jax-js, but ${leaf === null ? "null" : typeof leaf}; two copies of jax-js in one program do not know each other's arrays`,
  );
}

/** A tree of the same structure, with other leaves. @param leafAt what stands where a name was */
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

/** @throws {BindingError} where an array is given more often than it has references to be consumed */
export function checkReferences(where: string, ...given: readonly (Leaves | undefined)[]): void {
  const counts = new Map<Leaf, number>();
  for (const [name, leaf] of given.flatMap((leaves) => [...(leaves ?? [])])) {
    const count = (counts.get(leaf) ?? 0) + 1;
    counts.set(leaf, count);
    if (count > leaf.refCount) {
      throw new BindingError(
        `${where}: \`${name}\` is given ${count} times and has ${leaf.refCount} reference; give \`.ref\` to all but the last`,
      );
    }
  }
}

/** What a parameter is, whatever its numbers. */
export interface Described {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/**
 * Compares leaves with the parameters that a state is of.
 * @throws {BindingError} where a name is missing or unknown, or a shape or type is another
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
        `${where}: \`${name}\` is ${leaf.dtype} [${leaf.shape}], and the parameter ${dtype} [${shape}]`,
      );
    }
  }
}
