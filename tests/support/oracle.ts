/**
 * What a rule means, said a second time and as plainly as possible: statement by statement, whole
 * arrays at once, straight from the text. It shares the parser with the library and the functions
 * `exp`, `log` and `power` of elements, whose accuracy is measured elsewhere; it knows nothing of
 * graphs, simplification, passes, memory or kernels.
 */
import type { ElementType } from "../../src/compilers/compiler.ts";
import { libraryEvaluators } from "../../src/compilers/js/library.ts";
import { parse } from "../../src/rule/parser.ts";
import type { Expression } from "../../src/rule/syntax.ts";
import { rounding } from "./compilers.ts";
import { reduceArray, reduceNumbers } from "./reduce.ts";

/** One part of a chain; hyperparameters have the values of one group at one step. */
export interface OraclePart {
  readonly name: string;
  readonly rule: string;
  readonly hyper: readonly string[];
  readonly state: readonly string[];
}

export interface OracleTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly rows: number;
  readonly p: Float64Array;
  readonly g: Float64Array;
  /** By part and state: `a.m`. */
  readonly state: Record<string, Float64Array>;
  /** By part and hyperparameter; `fixed` says whether a switch or number never changes. */
  readonly hyper: Readonly<Record<string, { readonly value: number; readonly fixed: boolean }>>;
}

/** What an expression is for one tensor. */
interface Value {
  /** Elements, or one number on the host. */
  readonly data: Float64Array | number;
  /** Whether only hyperparameters, `t` and sizes went into it. */
  readonly uniform: boolean;
  /** Whether only numbers did, or only these and hyperparameters that never change. */
  readonly fixed: "constant" | "static" | undefined;
  /** Whether it was elements as written, before `where`s were decided. */
  readonly elements: boolean;
  /** Of a quotient: undivided by a reciprocal, for `floor`. */
  readonly quotient?: Value;
}

type Values = readonly Value[];
type Evaluate = (a: number, b: number, c: number) => number;

const host: Record<string, Evaluate> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "^": (a, b) => a ** b,
  negate: (a) => -a,
  where: (c, a, b) => (c !== 0 ? a : b),
  sqrt: (a) => Math.sqrt(a),
  abs: (a) => Math.abs(a),
  exp: (a) => Math.exp(a),
  log: (a) => Math.log(a),
  floor: (a) => Math.floor(a),
  sign: (a) => (a > 0 ? 1 : a < 0 ? -1 : a),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
};
const elements: Record<string, Evaluate> = {
  ...host,
  "^": (a, b) => libraryEvaluators.power.evaluate(a, b),
  exp: (a) => libraryEvaluators.exp.evaluate(a, 0),
  log: (a) => libraryEvaluators.log.evaluate(a, 0),
};

const scopes: Record<string, readonly ["tensor" | "global", "sum" | "max" | "min"]> = {
  sum: ["tensor", "sum"],
  mean: ["tensor", "sum"],
  norm: ["tensor", "sum"],
  amax: ["tensor", "max"],
  amin: ["tensor", "min"],
  globalSum: ["global", "sum"],
  globalNorm: ["global", "sum"],
  globalMax: ["global", "max"],
  globalMin: ["global", "min"],
};

const isHost = ({ data }: Value): boolean => typeof data === "number";

/** One step of a chain on all tensors, sorted by name. */
class Step {
  readonly #tensors: readonly OracleTensor[];
  readonly #t: number;

  constructor(tensors: readonly OracleTensor[], t: number) {
    this.#tensors = tensors;
    this.#t = t;
  }

  run(parts: readonly OraclePart[]): { p: Values; state: Map<string, Values> } {
    const array = (pick: (tensor: OracleTensor) => Float64Array): Values =>
      this.#tensors.map((tensor) => ({
        data: pick(tensor),
        uniform: false,
        fixed: undefined,
        elements: true,
      }));
    const flowing = new Map([
      ["g", array(({ g }) => g)],
      ["p", array(({ p }) => p)],
    ]);
    const state = new Map<string, Values>();
    const assigns = parts.map(({ rule }) =>
      parse("oracle", rule).some(({ target }) => target === "u"),
    );
    const last = assigns.lastIndexOf(true);
    for (const [index, part] of parts.entries()) {
      const names = new Map([...flowing, ...this.#own(part, array)]);
      for (const { target, value } of parse(part.name, part.rule)) {
        names.set(target, this.#evaluate(value, names));
      }
      for (const name of ["g", "p", "u"]) {
        if (names.has(name)) flowing.set(name, names.get(name)!);
      }
      for (const name of part.state) state.set(`${part.name}.${name}`, names.get(name)!);
      if (index === last) {
        const rated = parts.slice(0, last + 1).findLast(({ hyper }) => hyper.includes("lr"))!;
        const change = this.#apply("*", [this.#hyper(`${rated.name}.lr`), flowing.get("u")!]);
        flowing.set("p", this.#apply("-", [flowing.get("p")!, change]));
      }
    }
    return { p: flowing.get("p")!, state };
  }

  /** A value as elements of a tensor, rounded to its type. */
  spread(value: Value, tensor: OracleTensor): Float64Array {
    return typeof value.data === "number"
      ? new Float64Array(tensor.p.length).fill(rounding[tensor.type](value.data))
      : value.data;
  }

  #own(
    { name, hyper, state }: OraclePart,
    array: (pick: (tensor: OracleTensor) => Float64Array) => Values,
  ): [string, Values][] {
    const fact = (pick: (tensor: OracleTensor) => number): Values =>
      this.#tensors.map((tensor) => uniform(pick(tensor)));
    return [
      ["t", fact(() => this.#t)],
      ["size", fact(({ p }) => p.length)],
      ["rows", fact(({ rows }) => rows)],
      ["cols", fact(({ rows, p }) => (rows > 0 ? p.length / rows : 0))],
      ...hyper.map((each): [string, Values] => [each, this.#hyper(`${name}.${each}`)]),
      ...state.map((each): [string, Values] => [
        each,
        array((tensor) => tensor.state[`${name}.${each}`]!),
      ]),
    ];
  }

  #hyper(name: string): Values {
    return this.#tensors.map(({ hyper }) => {
      const { value, fixed } = hyper[name]!;
      return uniform(value, fixed ? "static" : undefined);
    });
  }

  #evaluate(expression: Expression, names: ReadonlyMap<string, Values>): Values {
    const of = (each: Expression) => this.#evaluate(each, names);
    switch (expression.form) {
      case "number":
        return this.#tensors.map(() => uniform(expression.value, "constant"));
      case "name":
        return names.get(expression.name)!;
      case "negation":
        return this.#apply("negate", [of(expression.operand)]);
      case "binary":
        return this.#binary(expression.symbol, of(expression.left), of(expression.right));
      case "call":
        return this.#call(expression.callee, expression.operands.map(of));
    }
  }

  #binary(symbol: string, a: Values, b: Values): Values {
    if (symbol === "^") return this.#power(a, b);
    if (symbol === "%") {
      const whole = this.#apply("floor", [this.#apply("/", [a, b])]);
      return this.#apply("-", [a, this.#apply("*", [b, whole])]);
    }
    return this.#apply(symbol, [a, b]);
  }

  #power(base: Values, exponent: Values): Values {
    const [first] = exponent as [Value];
    const count = Math.abs(first.data as number);
    const whole = Number.isInteger(count) && count >= 1 && count <= 16;
    if (!base[0]!.elements || first.fixed !== "constant" || !(whole || count === 0.5)) {
      return this.#apply("^", [base, exponent]);
    }
    let product = whole ? base : this.#apply("sqrt", [base]);
    for (let i = 1; i < count; i++) product = this.#apply("*", [product, base]);
    const one = this.#tensors.map(() => uniform(1, "constant"));
    return (first.data as number) > 0 ? product : this.#apply("/", [one, product]);
  }

  #call(callee: string, operands: readonly Values[]): Values {
    const scope = scopes[callee];
    if (scope === undefined) return this.#apply(callee, operands);
    const [x] = operands as [Values];
    const squares = callee === "norm" || callee === "globalNorm";
    const reduced = this.#reduce(...scope, squares ? this.#apply("*", [x, x]) : x);
    const size = this.#tensors.map(({ p }) => uniform(p.length));
    if (callee === "mean") return this.#apply("/", [reduced, size]);
    return squares ? this.#apply("sqrt", [reduced]) : reduced;
  }

  #reduce(scope: "tensor" | "global", operator: "sum" | "max" | "min", x: Values): Values {
    const each = this.#tensors.map((tensor, i) =>
      reduceArray(operator, this.spread(x[i]!, tensor), tensor.type),
    );
    const all = reduceNumbers(operator, each);
    return each.map((one) => ({
      data: scope === "tensor" ? one : all,
      uniform: false,
      fixed: undefined,
      elements: false,
    }));
  }

  #apply(name: string, operands: readonly Values[]): Values {
    return this.#tensors.map((tensor, i) =>
      this.#applyTo(
        tensor,
        name,
        operands.map((values) => values[i]!),
      ),
    );
  }

  #applyTo(tensor: OracleTensor, name: string, operands: readonly Value[]): Value {
    const constant = operands.every(({ fixed }) => fixed === "constant");
    const elementsWritten = operands.some((operand) => operand.elements);
    // A condition that cannot change picks its branch.
    if (name === "where" && operands[0]!.fixed !== undefined && !constant) {
      const branch = operands[operands[0]!.data !== 0 ? 1 : 2]!;
      const fixed = branch.fixed && "static";
      return { data: branch.data, uniform: branch.uniform, fixed, elements: elementsWritten };
    }
    const kind = {
      uniform: operands.every((operand) => operand.uniform),
      fixed: constant
        ? ("constant" as const)
        : operands.every(({ fixed }) => fixed !== undefined)
          ? ("static" as const)
          : undefined,
      elements: elementsWritten,
    };
    const [a, b] = operands as [Value, Value];
    const given = name === "floor" && a.quotient !== undefined ? [a.quotient] : operands;
    if (given.every(isHost)) {
      const [x, y = x, z = x] = given.map(({ data }) => data as number);
      return { ...kind, data: host[name]!(x!, y!, z!) };
    }
    const exact = this.#map(tensor, elements[name]!, given);
    if (name !== "/") return { ...kind, data: exact };
    const quotient = { ...kind, data: exact };
    if (isHost(a) || !b.uniform) return { ...quotient, quotient };
    const reciprocal = { ...b, data: 1 / (b.data as number) };
    return { ...kind, data: this.#map(tensor, elements["*"]!, [a, reciprocal]), quotient };
  }

  #map(tensor: OracleTensor, evaluate: Evaluate, operands: readonly Value[]): Float64Array {
    const round = rounding[tensor.type];
    const [a, b = a, c = a] = operands.map((operand) => this.spread(operand, tensor));
    const result = new Float64Array(tensor.p.length);
    for (let i = 0; i < result.length; i++) result[i] = round(evaluate(a![i]!, b![i]!, c![i]!));
    return result;
  }
}

function uniform(data: number, fixed?: "constant" | "static"): Value {
  return { data, uniform: true, fixed, elements: false };
}

/** Runs one step and writes parameters and state. */
export function oracleStep(
  parts: readonly OraclePart[],
  tensors: readonly OracleTensor[],
  t: number,
): void {
  const step = new Step(tensors, t);
  const { p, state } = step.run(parts);
  // Copies, since what is stored may be what another array held before.
  const copy = (value: Value, tensor: OracleTensor) => step.spread(value, tensor).slice();
  const results = tensors.map((tensor, i) => ({
    p: copy(p[i]!, tensor),
    state: [...state].map(([name, values]) => [name, copy(values[i]!, tensor)] as const),
  }));
  for (const [i, result] of results.entries()) {
    tensors[i]!.p.set(result.p);
    for (const [name, array] of result.state) tensors[i]!.state[name]!.set(array);
  }
}
