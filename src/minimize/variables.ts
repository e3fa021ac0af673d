/** Unknowns of any shape, and the flat vector that methods work on. */
import type { FloatArray } from "../runtime/memory/memory.ts";
import type { Parameter } from "../runtime/parameters.ts";
import { tagOf } from "../tag.ts";
import { MinimizeError } from "./errors.ts";

/** What a function to be minimised gets, and what comes back: of the start's shape, in float64. */
export type Form<X> = X extends number
  ? number
  : X extends FloatArray
    ? Float64Array
    : X extends Parameter
      ? X
      : { -readonly [K in keyof X]: Form<X[K]> };

/** A gradient to be filled in: of the start's shape; that of a parameter is its bare array. */
export type GradientForm<X> = X extends number
  ? number
  : X extends FloatArray | Parameter
    ? Float64Array
    : { -readonly [K in keyof X]: GradientForm<X[K]> };

/** A gradient, or a number for each unknown, as a user gives it: of the start's shape, in arrays of any kind. */
export type Given<X> = X extends number
  ? number
  : X extends FloatArray | Parameter | readonly number[]
    ? ArrayLike<number>
    : { readonly [K in keyof X]: Given<X[K]> };

type Tree = unknown;

/** A number, or an array that is taken whole. */
interface Leaf {
  readonly kind: "number" | "numbers" | "array" | "parameter";
  readonly from: number;
  readonly length: number;
  /** The parameter itself, which is written in place. */
  readonly parameter?: Parameter;
}

interface Branch {
  readonly kind: "list" | "names";
  readonly parts: readonly (readonly [name: string, part: Layout])[];
}

type Layout = Leaf | Branch;

const isFloats = (value: unknown): value is FloatArray =>
  /^Float(32|64)Array$/.test(`${tagOf(value)}`);

const isParameter = (value: object): value is Parameter =>
  isFloats((value as Parameter).data) && Array.isArray((value as Parameter).shape);

/** How the unknowns lie in the flat vector. */
export class Variables {
  readonly length: number;
  /** Whether the start has parameters, which hold what a point is. */
  readonly inPlace: boolean;
  readonly #layout: Layout;
  /** Whether the user's vector is the flat one. */
  readonly #isFlat: boolean;

  /** @throws {MinimizeError} where a part of the start is neither numbers nor made of parts */
  constructor(start: Tree) {
    let length = 0;
    let inPlace = false;
    const place = (tree: Tree, path: string): Layout => {
      const from = length;
      if (typeof tree === "number") {
        length++;
        return { kind: "number", from, length: 1 };
      }
      if (isFloats(tree)) {
        length += tree.length;
        return { kind: "array", from, length: tree.length };
      }
      if (typeof tree !== "object" || tree === null || ArrayBuffer.isView(tree)) {
        throw new MinimizeError(
          `minimize: the start is made of numbers, arrays of them, and objects of these; \`${path}\` is ${describe(tree)}`,
        );
      }
      if (isParameter(tree)) {
        inPlace = true;
        length += tree.data.length;
        return { kind: "parameter", from, length: tree.data.length, parameter: tree };
      }
      if (Array.isArray(tree) && tree.every((each) => typeof each === "number")) {
        length += tree.length;
        return { kind: "numbers", from, length: tree.length };
      }
      const kind = Array.isArray(tree) ? "list" : "names";
      const parts = Object.entries(tree).map(([name, part]) => {
        const inside =
          kind === "list" ? `${path}[${name}]` : path === "x" ? name : `${path}.${name}`;
        return [name, place(part, inside)] as const;
      });
      return { kind, parts };
    };
    this.#layout = place(start, "x");
    this.#isFlat = this.#layout.kind === "array";
    this.length = length;
    this.inPlace = inPlace;
  }

  /** The point in the user's form; arrays of float64 are views, numbers and lists copies, and parameters are written. */
  form(x: Float64Array): Tree {
    return this.#isFlat ? x : formOf(this.#layout, x, true);
  }

  /** The same of a gradient, or of a copy: no parameter is written. */
  apart(x: Float64Array): Tree {
    return this.#isFlat ? x : formOf(this.#layout, x, false);
  }

  /**
   * Reads what has the start's form, such as a gradient, into a flat vector.
   * @throws {MinimizeError} where a part is missing or has another length
   */
  read(what: string, tree: Tree, into: Float64Array): void {
    readInto(this.#layout, tree, into, what);
  }

  /** What an element is called: `w[3]`, `a`, `x[0]`. */
  nameOf(index: number): string {
    let [layout, path]: [Layout, string] = [this.#layout, "x"];
    while ("parts" in layout) {
      const { kind, parts } = layout as Branch;
      const [name, part] = parts.findLast(
        ([, each]) => firstOf(each) <= index && sizeOf(each) > 0,
      )!;
      path = kind === "list" ? `${path}[${name}]` : path === "x" ? name : `${path}.${name}`;
      layout = part;
    }
    return layout.kind === "number" ? path : `${path}[${index - layout.from}]`;
  }
}

const firstOf = (layout: Layout): number =>
  "from" in layout
    ? layout.from
    : layout.parts.length === 0
      ? Infinity
      : firstOf(layout.parts[0]![1]);

const sizeOf = (layout: Layout): number =>
  "from" in layout ? layout.length : layout.parts.reduce((sum, [, part]) => sum + sizeOf(part), 0);

function formOf(layout: Layout, x: Float64Array, isPoint: boolean): Tree {
  switch (layout.kind) {
    case "number":
      return x[layout.from];
    case "numbers": {
      const list = new Array<number>(layout.length);
      for (let i = 0; i < list.length; i++) {
        list[i] = x[layout.from + i]!;
      }
      return list;
    }
    case "array":
      return x.subarray(layout.from, layout.from + layout.length);
    case "parameter": {
      const part = x.subarray(layout.from, layout.from + layout.length);
      if (!isPoint) {
        return part;
      }
      layout.parameter!.data.set(part);
      return layout.parameter;
    }
    case "list": {
      const list = new Array(layout.parts.length);
      for (let i = 0; i < list.length; i++) {
        list[i] = formOf(layout.parts[i]![1], x, isPoint);
      }
      return list;
    }
    case "names": {
      const object: Record<string, Tree> = {};
      for (const [name, part] of layout.parts) {
        object[name] = formOf(part, x, isPoint);
      }
      return object;
    }
  }
}

function readInto(layout: Layout, tree: Tree, into: Float64Array, what: string): void {
  if (layout.kind === "number") {
    if (typeof tree !== "number") {
      throw new MinimizeError(
        `minimize: ${what} is a number, as in the start, not ${describe(tree)}`,
      );
    }
    into[layout.from] = tree;
    return;
  }
  if (typeof tree !== "object" || tree === null) {
    throw new MinimizeError(`minimize: ${what} has the start's form; it is ${describe(tree)}`);
  }
  if (layout.kind === "list" || layout.kind === "names") {
    if (layout.kind === "list") {
      checkLength(what, (tree as unknown[]).length, layout.parts.length);
    }
    for (const [name, part] of layout.parts) {
      const inside = layout.kind === "list" ? `${what}[${name}]` : `${what}.${name}`;
      readInto(part, (tree as Record<string, Tree>)[name], into, inside);
    }
    return;
  }
  const leaf = layout as Leaf;
  const array = (isParameter(tree) ? tree.data : tree) as ArrayLike<number>;
  checkLength(what, array.length, leaf.length);
  into.set(array, leaf.from);
}

function checkLength(what: string, found: unknown, expected: number): void {
  if (found !== expected) {
    throw new MinimizeError(
      `minimize: ${what} has ${expected} elements, as in the start, not ${found}`,
    );
  }
}

/** What a value is, in a few words. */
function describe(value: unknown): string {
  if (typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function") {
    return "a promise: the function returns its value at once";
  }
  return typeof value === "object" && value !== null
    ? `${tagOf(value) ?? "an object"}`
    : `${value}`;
}
