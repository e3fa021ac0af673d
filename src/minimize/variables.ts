/** Converts between unknowns of any form and the flat vector that methods work on. */
import type { FloatArray } from "../runtime/memory/memory.ts";
import type { Parameter } from "../runtime/parameters.ts";
import { tagOf } from "../tag.ts";
import { MinimizeError } from "./errors.ts";

/** The form in which the function gets the unknowns, and in which results have them: that of the start, in float64. */
export type Form<X> = X extends number
  ? number
  : X extends FloatArray
    ? Float64Array
    : X extends Parameter
      ? X
      : { -readonly [K in keyof X]: Form<X[K]> };

/** The form of a gradient to fill in: that of the start; a plain array for a parameter of `parameters()`. */
export type GradientForm<X> = X extends number
  ? number
  : X extends FloatArray | Parameter
    ? Float64Array
    : { -readonly [K in keyof X]: GradientForm<X[K]> };

/** A number for each unknown, such as a gradient or bounds: in the form of the start, with arrays of any kind. */
export type ValuesLike<X> = X extends number
  ? number
  : X extends FloatArray | Parameter | readonly number[]
    ? ArrayLike<number>
    : { readonly [K in keyof X]: ValuesLike<X[K]> };

type Tree = unknown;

/** A part of the start: how it is made from the flat vector, and how it is read into one. */
interface Part {
  /** @param isPoint whether parameters are written */
  form(x: Float64Array, isPoint: boolean): Tree;
  read(what: string, tree: Tree, into: Float64Array): void;
}

/** A number, or an array of numbers. */
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

/** The places of the unknowns in the flat vector. */
export class Variables {
  length = 0;
  /** Whether the start has parameters, which are updated in place. */
  inPlace = false;
  readonly #leaves: Leaf[] = [];
  readonly #whole: Part;
  /** Whether the start is itself a flat vector. */
  readonly #isFlat: boolean;

  /** @throws {MinimizeError} if a part of the start is not made of numbers */
  constructor(start: Tree) {
    this.#whole = this.#place(start, "x");
    this.#isFlat = isFloats(start);
  }

  /** The point in the form of the start. Typed arrays are views, numbers and lists are copies, and parameters are written. */
  form(x: Float64Array): Tree {
    return this.#isFlat ? x : this.#whole.form(x, true);
  }

  /** The same for a gradient or a copy: no parameter is written. */
  apart(x: Float64Array): Tree {
    return this.#isFlat ? x : this.#whole.form(x, false);
  }

  /**
   * Reads a value in the form of the start, such as a gradient, into a flat vector.
   * @throws {MinimizeError} if a part is missing or has another length
   */
  read(what: string, tree: Tree, into: Float64Array): void {
    this.#whole.read(what, tree, into);
  }

  /** The name of an element, for messages: `w[3]`, `a`, `x[0]`. */
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

/** The error for a value that is not as demanded. */
const wrong = (what: string, demand: string, found: Tree): MinimizeError =>
  new MinimizeError(
    `minimize: ${what} must ${demand}, not ${typeof found === "object" ? (tagOf(found) ?? typeof found) : found}`,
  );
