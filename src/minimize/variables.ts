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

/** A part of the start: how it is made of the flat vector, and read into one. */
interface Part {
  /** @param isPoint whether parameters are written, which only points do */
  form(x: Float64Array, isPoint: boolean): Tree;
  read(what: string, tree: Tree, into: Float64Array): void;
}

/** A number, or an array that is taken whole. */
interface Leaf {
  readonly path: string;
  readonly from: number;
  readonly length: number;
  readonly isNumber: boolean;
}

const isFloats = (value: unknown): value is FloatArray =>
  /^Float(32|64)Array$/.test(`${tagOf(value)}`);

const isParameter = (value: object): value is Parameter =>
  isFloats((value as Parameter).data) && Array.isArray((value as Parameter).shape);

/** How the unknowns lie in the flat vector. */
export class Variables {
  length = 0;
  /** Whether the start has parameters, which hold what a point is. */
  inPlace = false;
  readonly #leaves: Leaf[] = [];
  readonly #whole: Part;
  /** Whether the user's vector is the flat one. */
  readonly #isFlat: boolean;

  /** @throws {MinimizeError} where a part of the start is neither numbers nor made of parts */
  constructor(start: Tree) {
    this.#whole = this.#place(start, "x");
    this.#isFlat = isFloats(start);
  }

  /** The point in the user's form; arrays of float64 are views, numbers and lists copies, and parameters are written. */
  form(x: Float64Array): Tree {
    return this.#isFlat ? x : this.#whole.form(x, true);
  }

  /** The same of a gradient, or of a copy: no parameter is written. */
  apart(x: Float64Array): Tree {
    return this.#isFlat ? x : this.#whole.form(x, false);
  }

  /**
   * Reads what has the start's form, such as a gradient, into a flat vector.
   * @throws {MinimizeError} where a part is missing or has another length
   */
  read(what: string, tree: Tree, into: Float64Array): void {
    this.#whole.read(what, tree, into);
  }

  /** What an element is called: `w[3]`, `a`, `x[0]`. */
  nameOf(index: number): string {
    const leaf = this.#leaves.find(({ from, length }) => index < from + length)!;
    return leaf.isNumber ? leaf.path : `${leaf.path}[${index - leaf.from}]`;
  }

  #place(tree: Tree, path: string): Part {
    if (typeof tree === "number") {
      const { from } = this.#leaf(path, 1, true);
      return {
        form: (x) => x[from],
        read(what, given, into) {
          if (typeof given !== "number") {
            throw wrong(what, "be a number, as in the start", given);
          }
          into[from] = given;
        },
      };
    }
    if (typeof tree !== "object" || tree === null) {
      throw wrong(`\`${path}\``, "be made of numbers", tree);
    }
    const isList = Array.isArray(tree) && tree.every((each) => typeof each === "number");
    const array = isParameter(tree) ? tree.data : tree;
    return isList || isFloats(array)
      ? this.#array(this.#leaf(path, (array as FloatArray).length, false), tree, isList)
      : this.#parts(tree, path);
  }

  #array({ from, length }: Leaf, start: object, isList: boolean): Part {
    const to = from + length;
    const parameter = isParameter(start) ? start : undefined;
    this.inPlace ||= parameter !== undefined;
    return {
      form(x, isPoint) {
        if (isList) {
          const list: number[] = [];
          for (let i = from; i < to; i++) {
            list.push(x[i]!);
          }
          return list;
        }
        const part = x.subarray(from, to);
        if (parameter !== undefined && isPoint) {
          parameter.data.set(part);
          return parameter;
        }
        return part;
      },
      read(what, given, into) {
        const array = (given as Partial<Parameter> | null)?.data ?? given;
        const found = (array as ArrayLike<number> | null)?.length;
        if (found !== length) {
          throw wrong(what, `have length ${length}, as in the start`, found ?? given);
        }
        into.set(array as ArrayLike<number>, from);
      },
    };
  }

  #parts(tree: object, path: string): Part {
    const isList = Array.isArray(tree);
    if (ArrayBuffer.isView(tree)) {
      throw wrong(`\`${path}\``, "be made of numbers", tree);
    }
    const parts = Object.entries(tree).map(([name, part]) => {
      const inside = isList ? `[${name}]` : `.${name}`;
      return {
        ...{ name, inside },
        part: this.#place(part, path === "x" && !isList ? name : path + inside),
      };
    });
    return {
      form(x, isPoint) {
        const made: Record<string, Tree> = isList ? ([] as never) : {};
        for (const { name, part } of parts) {
          made[name] = part.form(x, isPoint);
        }
        return made;
      },
      read(what, given, into) {
        if (typeof given !== "object" || given === null) {
          throw wrong(what, "have the form of the start", given);
        }
        for (const { name, inside, part } of parts) {
          part.read(what + inside, (given as Record<string, Tree>)[name], into);
        }
      },
    };
  }

  #leaf(path: string, length: number, isNumber: boolean): Leaf {
    const leaf = { path, from: this.length, length, isNumber };
    this.#leaves.push(leaf);
    this.length += length;
    return leaf;
  }
}

/** Something is not as it should be. */
const wrong = (what: string, demand: string, found: Tree): MinimizeError =>
  new MinimizeError(
    `minimize: ${what} must ${demand}, not ${typeof found === "object" ? (tagOf(found) ?? typeof found) : found}`,
  );
