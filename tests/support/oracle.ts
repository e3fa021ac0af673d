/**
 * A second, plain implementation of the rule language: it evaluates the text statement by statement on whole arrays. It shares
 * with the
 * library the parser, the kinds, the matrix routines and the functions `exp`, `log` and `power` on elements, which are tested
 * elsewhere. It knows nothing of graphs, simplification, passes, memory or kernels.
 */
import type { Span } from "../../src/rule/errors.ts";
import { isHost, join, type Kind } from "../../src/rule/graph/kinds.ts";
import { parse } from "../../src/rule/language/parser.ts";
import type { Expression } from "../../src/rule/language/syntax.ts";
import { routines } from "../../src/rule/matrices/index.ts";
import { type Place, Reductions } from "./oracleReductions.ts";
import { runRoutine } from "./oracleRoutines.ts";
import {
  type OracleTensor,
  operate,
  spread,
  uniform,
  type Value,
  type Values,
} from "./oracleValues.ts";
import { ReductionOrders } from "./orders.ts";
import type { Reducer } from "./reduce.ts";

/** One part of a chain; hyperparameters have the values of one group at one step. */
export interface OraclePart {
  readonly name: string;
  readonly rule: string;
  readonly hyper: readonly string[];
  readonly state: Readonly<Record<string, Kind>>;
}

const scopes: Record<string, readonly ["tensor" | "global", Reducer]> = {
  sum: ["tensor", "sum"],
  mean: ["tensor", "sum"],
  norm: ["tensor", "norm"],
  rootMeanSquare: ["tensor", "norm"],
  amax: ["tensor", "max"],
  amin: ["tensor", "min"],
  globalSum: ["global", "sum"],
  globalNorm: ["global", "norm"],
  globalMax: ["global", "max"],
  globalMin: ["global", "min"],
};
const lineFunctions = /^(row|col)(Sum|Mean|Norm|Max)$/;

const isByRank = ({ callee, operands: [condition] }: Expression & { form: "call" }): boolean =>
  callee === "where" && condition?.form === "name" && condition.name === "matrix";

/** One step of a chain on all tensors, sorted by name. */
class Step {
  readonly #tensors: readonly OracleTensor[];
  readonly #t: number;
  readonly #orders: ReductionOrders;
  readonly #reductions: Reductions;
  /** The present rule. */
  #rule = "";
  /** Within a branch of `where(matrix, ...)`: whether it is the one for matrices. */
  #branch: boolean | undefined;

  constructor(tensors: readonly OracleTensor[], t: number, orders: ReductionOrders) {
    this.#tensors = tensors;
    this.#t = t;
    this.#orders = orders;
    this.#reductions = new Reductions(tensors, orders);
  }

  run(parts: readonly OraclePart[]): { p: Values; state: Map<string, Values> } {
    const flowing = new Map([
      ["g", this.#slot("g", "element", ({ g }) => g)],
      ["p", this.#slot("p", "element", ({ p }) => p)],
    ]);
    const state = new Map<string, Values>();
    const assigns = parts.map(({ rule }) =>
      parse("oracle", rule).some(({ target }) => target === "u"),
    );
    const last = assigns.lastIndexOf(true);
    for (const [index, part] of parts.entries()) {
      const names = new Map([...flowing, ...this.#own(part)]);
      this.#rule = part.name;
      for (const { target, value } of parse(part.name, part.rule)) {
        names.set(target, this.#evaluate(value, names));
      }
      for (const name of ["g", "p", "u"]) {
        if (names.has(name)) flowing.set(name, names.get(name)!);
      }
      for (const name of Object.keys(part.state)) {
        state.set(`${part.name}.${name}`, names.get(name)!);
      }
      if (index === last) {
        const rated = parts.slice(0, last + 1).findLast(({ hyper }) => hyper.includes("lr"))!;
        const change = this.#apply("*", [this.#hyper(`${rated.name}.lr`), flowing.get("u")!]);
        flowing.set("p", this.#apply("-", [flowing.get("p")!, change]));
      }
    }
    return { p: flowing.get("p")!, state };
  }

  #slot(name: string, kind: Kind, pick: (tensor: OracleTensor) => Float64Array): Values {
    return this.#tensors.map((tensor) => {
      const array = pick(tensor);
      const data = kind === "scalar" ? array[0]! : array;
      return { kind, written: kind, data, fixed: undefined, key: name };
    });
  }

  #fact(name: string, pick: (tensor: OracleTensor) => number, fixed?: Value["fixed"]): Values {
    return this.#tensors.map((tensor) => uniform(pick(tensor), `fact ${name}`, fixed));
  }

  #own({ name, hyper, state }: OraclePart): [string, Values][] {
    return [
      ["t", this.#fact("t", () => this.#t)],
      ["size", this.#fact("size", ({ p }) => p.length)],
      ["rows", this.#fact("rows", ({ rows }) => rows)],
      ["cols", this.#fact("cols", ({ cols }) => cols)],
      ["matrix", this.#fact("matrix", ({ matrix }) => Number(matrix), "static")],
      ...hyper.map((each): [string, Values] => [each, this.#hyper(`${name}.${each}`)]),
      ...Object.entries(state).map(([each, kind]): [string, Values] => {
        const slot = `${name}.${each}`;
        return [each, this.#slot(slot, kind, (tensor) => tensor.state[slot]!)];
      }),
    ];
  }

  #hyper(name: string): Values {
    return this.#tensors.map(({ hyper }) => {
      const { value, fixed } = hyper[name]!;
      return uniform(value, name, fixed ? "static" : undefined);
    });
  }

  #number(value: number): Values {
    return this.#tensors.map(() => this.#constant(value));
  }

  #constant(value: number): Value {
    return uniform(value, Object.is(value, -0) ? "-0" : String(value), "constant");
  }

  #evaluate(expression: Expression, names: ReadonlyMap<string, Values>): Values {
    const of = (each: Expression) => this.#evaluate(each, names);
    switch (expression.form) {
      case "number":
        return this.#number(expression.value);
      case "name":
        return names.get(expression.name)!;
      case "negation":
        return this.#apply("negate", [of(expression.operand)]);
      case "binary":
        return this.#binary(expression.symbol, of(expression.left), of(expression.right));
      case "call": {
        const { callee, operands, span } = expression;
        const given = isByRank(expression)
          ? operands.map((each, i) => this.#within(i === 0 ? undefined : i === 1, () => of(each)))
          : operands.map(of);
        return this.#call(callee, given, span);
      }
    }
  }

  /** Evaluates a branch. If no tensor can reach it, the result does not matter. */
  #within(branch: boolean | undefined, evaluate: () => Values): Values {
    const outer = this.#branch;
    this.#branch = branch ?? outer;
    const values = evaluate();
    this.#branch = outer;
    return values;
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
    if (isHost(base[0]!.written) || first.fixed !== "constant" || !(whole || count === 0.5)) {
      return this.#apply("^", [base, exponent]);
    }
    let product = whole ? base : this.#apply("sqrt", [base]);
    for (let i = 1; i < count; i++) product = this.#apply("*", [product, base]);
    return (first.data as number) > 0 ? product : this.#apply("/", [this.#number(1), product]);
  }

  #call(callee: string, operands: readonly Values[], span: Span): Values {
    const [x, low, high] = operands as [Values, Values, Values];
    const [, lines, function_ = callee] = lineFunctions.exec(callee) ?? [];
    if (Object.hasOwn(routines, callee)) {
      return runRoutine(callee, operands, this.#tensors, this.#orders);
    }
    if (callee === "clamp") return this.#apply("min", [this.#apply("max", [x, low]), high]);
    if (lines === undefined && !Object.hasOwn(scopes, callee)) return this.#apply(callee, operands);
    if (function_ === "Norm") return this.#lineNorm(lines as "row", x);
    const place: Place = { rule: this.#rule, span, branch: this.#branch };
    const result =
      lines === undefined
        ? this.#reductions.ofAll(...scopes[callee]!, x, place)
        : this.#reductions.ofLines(lines as "row", function_ === "Max" ? "max" : "sum", x);
    if (callee === "rootMeanSquare") {
      return this.#apply("/", [result, this.#apply("sqrt", [this.#reductions.count(lines, x)])]);
    }
    return /mean$/i.test(callee)
      ? this.#apply("/", [result, this.#reductions.count(lines, x)])
      : result;
  }

  /** The norm of each line, computed relative to its largest magnitude if that is not 0. */
  #lineNorm(lines: "row" | "col", x: Values): Values {
    const largest = this.#reductions.ofLines(lines, "max", this.#apply("abs", [x]));
    const positive = this.#apply("<", [this.#number(0), largest]);
    const share = this.#apply("/", [x, this.#apply("where", [positive, largest, this.#number(1)])]);
    const sum = this.#reductions.ofLines(lines, "sum", this.#apply("*", [share, share]));
    return this.#apply("*", [largest, this.#apply("sqrt", [sum])]);
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
    const written = operands.map((each) => each.written).reduce((a, b) => join(a, b)!);
    // A condition that cannot change selects its branch.
    if (name === "where" && operands[0]!.fixed !== undefined && !constant) {
      const { quotient: _, ...branch } = operands[operands[0]!.data !== 0 ? 1 : 2]!;
      return { ...branch, written, fixed: branch.fixed && "static" };
    }
    const [a, b] = operands as [Value, Value];
    const given = name === "floor" && a.quotient !== undefined ? [a.quotient] : operands;
    const kind = given.map((each) => each.kind).reduce((one, two) => join(one, two)!);
    const data = operate(name, given, kind, tensor.type, tensor);
    if (constant) return { ...this.#constant(data as number) };
    const fixed = operands.every((each) => each.fixed !== undefined) ? "static" : undefined;
    const key = this.#orders.key(`${name} ${given.map((each) => each.key)}`);
    const exact: Value = { kind, written, data, fixed, key };
    if (name !== "/") return exact;
    if (isHost(a.kind) || b.kind !== "uniform") return { ...exact, quotient: exact };
    const reciprocal = this.#applyTo(tensor, "/", [this.#constant(1), b]);
    return { ...this.#applyTo(tensor, "*", [a, reciprocal]), written, quotient: exact };
  }
}

/** Runs one step and writes parameters and state. */
export function oracleStep(
  parts: readonly OraclePart[],
  tensors: readonly OracleTensor[],
  t: number,
  orders = new ReductionOrders([]),
): void {
  const step = new Step(tensors, t, orders);
  if (orders.matter) step.run(parts);
  const { p, state } = step.run(parts);
  const kinds = new Map<string, Kind>(
    parts.flatMap((part) =>
      Object.entries(part.state).map(([name, kind]) => [`${part.name}.${name}`, kind] as const),
    ),
  );
  // Copies, because a stored value may be another array's old contents.
  const copy = (value: Value, kind: Kind, tensor: OracleTensor) =>
    kind === "scalar"
      ? Float64Array.of(value.data as number)
      : spread(value, kind, tensor.type, tensor).slice();
  const results = tensors.map((tensor, i) => ({
    p: copy(p[i]!, "element", tensor),
    state: [...state].map(
      ([name, values]) => [name, copy(values[i]!, kinds.get(name)!, tensor)] as const,
    ),
  }));
  for (const [i, result] of results.entries()) {
    tensors[i]!.p.set(result.p);
    for (const [name, array] of result.state) tensors[i]!.state[name]!.set(array);
  }
}
