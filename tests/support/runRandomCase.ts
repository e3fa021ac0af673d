/** Runs a random case with a compiler, or with the oracle, and records what is visible after each step. */

import { defineOptimizer, defineTransform } from "../../src/builtIn.ts";
import type { Backend, Storage } from "../../src/compilers/backend.ts";
import { chain } from "../../src/define.ts";
import type { HyperDefaults, Rule } from "../../src/rule/definition.ts";
import { countOf, type Kind } from "../../src/rule/graph/kinds.ts";
import { defaultHyper } from "../../src/rule/hyper.ts";
import { programOf } from "../../src/rule/planning/prepare.ts";
import { fromFloat32, toFloat32 } from "../../src/runtime/narrow.ts";
import { optimize } from "../../src/runtime/optimize.ts";
import {
  type AnyParameter,
  type AnyParameterSource,
  parameters,
} from "../../src/runtime/parameters.ts";
import { rounding } from "./backends.ts";
import { type RandomNumbers, randomNumbers } from "./numbers.ts";
import { oracleStep } from "./oracle.ts";
import type { OracleTensor } from "./oracleValues.ts";
import { ReductionOrders } from "./orders.ts";
import { hyperNames, type RandomCase, type RandomTensor } from "./randomRules.ts";
import { special } from "./special.ts";

type FloatArray = Float32Array | Float64Array;

/** The visible values: parameters and state by name, after each step. */
export type Trace = readonly Readonly<Record<string, ArrayLike<number>>>[];

const nameOf = (index: number): string => `w${index}`;
const lengthOf = ({ shape }: RandomTensor): number => shape.reduce((a, b) => a * b, 1);
const arrayOf = ({ type }: RandomTensor, length: number): FloatArray =>
  type === "float32" ? new Float32Array(length) : new Float64Array(length);

/** The storage of states, and of float32 parameters, if it is another one. */
export interface Keeping {
  readonly state?: Storage;
  readonly parameters?: Storage;
  /** The storage in which the starts and gradients are exact. Default: that of the parameters. */
  readonly startIn?: Storage;
}

/** Numbers over several orders of magnitude, with one special among so many. */
function draw(
  numbers: RandomNumbers,
  tensor: RandomTensor,
  specials: number,
  kept: Storage | undefined,
): FloatArray {
  const array = arrayOf(tensor, lengthOf(tensor)).map(() =>
    numbers.below(specials) === 0
      ? numbers.pick(special)
      : numbers.between(-1, 1) * 10 ** numbers.between(-3, 1),
  );
  return kept && tensor.type === "float32" ? toFloat32(fromFloat32(array, kept), kept) : array;
}

interface Data {
  readonly start: readonly FloatArray[];
  readonly gradients: readonly (readonly FloatArray[])[];
}

function dataOf({ tensors, steps, specials, seed }: RandomCase, kept?: Storage): Data {
  const numbers = randomNumbers(seed);
  return {
    start: tensors.map((tensor) => draw(numbers, tensor, 10 * specials, kept)),
    gradients: Array.from({ length: steps }, () =>
      tensors.map((tensor) => draw(numbers, tensor, specials, kept)),
    ),
  };
}

const scheduleOf = (t: number): number => 1 / (t + 1);

function ruleOf({ parts, rate, flag, scheduled }: RandomCase): Rule {
  const hyper: HyperDefaults = { lr: rate, a: 0.5, flag };
  const rules = parts.map(({ name, role, rule, state }) => {
    // Without a check for senseless formulas: the root of a gradient has bits, too.
    const define = role === "optimizer" ? defineOptimizer : defineTransform;
    const factory = define({ name, hyper, state, rule });
    return factory(scheduled ? { a: scheduleOf } : {});
  });
  return rules.length === 1 ? rules[0]! : chain(...rules);
}

function groupsOf({ tensors, parts, rate, groupFlag }: RandomCase): object[] {
  const grouped = tensors.flatMap(({ grouped: is }, i) => (is ? [nameOf(i)] : []));
  const flags = Object.fromEntries(parts.map(({ name }) => [`${name}.flag`, groupFlag]));
  return grouped.length > 0
    ? [{ match: (name: string) => grouped.includes(name), "one.lr": rate / 2, ...flags }]
    : [];
}

/** The arrays to optimize, some in memory that kernels can access, filled with their start values. */
function arraysOf(
  { tensors }: RandomCase,
  { start }: Data,
  kept: Storage | undefined,
): Record<string, AnyParameter> {
  const result: Record<string, AnyParameter> = {};
  for (const type of ["float32", "float64"] as const) {
    const own = tensors.flatMap((tensor, i) =>
      tensor.own && tensor.type === type ? [[nameOf(i), tensor.shape] as const] : [],
    );
    const as = type === "float32" ? (kept ?? type) : type;
    Object.assign(result, parameters(Object.fromEntries(own), { type: as }));
  }
  for (const [i, tensor] of tensors.entries()) {
    const { shape, type } = tensor;
    const isBits = kept !== undefined && type === "float32";
    result[nameOf(i)] ??= isBits
      ? { data: new Uint16Array(lengthOf(tensor)), shape, storage: kept }
      : { data: arrayOf(tensor, lengthOf(tensor)), shape };
    result[nameOf(i)]!.data.set(isBits ? fromFloat32(start[i]!, kept) : start[i]!);
  }
  return result;
}

/** The errors that are allowed: groups that switch a global reduction on and off, an unchanged p, and unread parts. */
const refusals = ["groups cannot switch", "changes no parameter", "has no effect"];

/** Whether a step with these gradients must be skipped, must not be, or may be: the square of one may overflow. */
function skips(given: RandomCase, gradients: readonly FloatArray[]): boolean | undefined {
  if (given.nonFinite === "allow") return false;
  if (!gradients.every((gradient) => gradient.every(Number.isFinite))) return true;
  const most = { float32: 2 ** 128, float64: Number.MAX_VALUE };
  const isHuge = gradients.some((gradient, i) =>
    // The check may use a thousand times the gradient, so that sums of squares are also within the type.
    gradient.some((value) => (1024 * value) ** 2 >= most[given.tensors[i]!.type]),
  );
  return isHuge ? undefined : false;
}

/** @returns undefined if the case is refused, as it should be */
export function runOn(
  compiler: Backend,
  given: RandomCase,
  { state, parameters: kept, startIn = kept }: Keeping = {},
): Trace | undefined {
  const data = dataOf(given, startIn);
  const arrays = arraysOf(given, data, kept);
  const { nonFinite, passGradients } = given;
  const options = {
    ...{ groups: groupsOf(given) as never, nonFinite, backend: compiler },
    ...(state && { storage: { state } }),
  };
  try {
    using optimizer = optimize(arrays as AnyParameterSource, ruleOf(given), options);
    return data.gradients.map((gradients) => {
      const named = Object.fromEntries(gradients.map((each, i) => [nameOf(i), each]));
      if (!passGradients) {
        for (const [name, gradient] of Object.entries(named)) {
          const bits = arrays[name]!.storage && fromFloat32(gradient, arrays[name]!.storage);
          optimizer.gradients[name]!.set(bits ?? gradient);
        }
      }
      const report = optimizer.step(passGradients ? named : undefined);
      const seen: Record<string, ArrayLike<number>> = {
        report: [report.step, report.lr ?? -1, report.gradientNorm ?? -1, Number(report.skipped)],
      };
      for (const [name, { data: array }] of Object.entries(arrays)) seen[name] = array.slice();
      for (const [name, states] of Object.entries(optimizer.state().parameters)) {
        for (const [state, array] of Object.entries(states))
          seen[`${name}.${state}`] = array.slice();
      }
      return seen;
    });
  } catch (error) {
    if (refusals.some((part) => (error as Error).message.includes(part))) {
      return undefined;
    }
    throw error;
  }
}

/** The sizes for which a tensor's programs are made. */
const sizesOf = ({ shape }: RandomTensor) => ({
  rows: shape.length < 2 ? 1 : shape[0]!,
  cols: shape.length < 2 ? (shape[0] ?? 1) : shape.slice(1).reduce((a, b) => a * b, 1),
  matrix: shape.length >= 2,
});

/** How each tensor's program reduces. */
function ordersOf(given: RandomCase): ReductionOrders {
  const { parts, rate, groupFlag, nonFinite, tensors } = given;
  const rule = ruleOf(given);
  const flags = parts.map(({ name }) => [`${name}.flag`, groupFlag] as const);
  const programs = tensors.map((tensor) => {
    const own = tensor.grouped ? [["one.lr", rate / 2] as const, ...flags] : [];
    const hyper = new Map([...defaultHyper(rule), ...own]);
    return programOf(rule, hyper, nonFinite !== "allow", sizesOf(tensor).matrix);
  });
  return new ReductionOrders(programs);
}

interface Start {
  readonly kind: Kind;
  readonly initial: number | string;
}

const startOf = (state: number | string | Start): Start =>
  typeof state === "object" ? state : { kind: "element", initial: state };

/** The initial value of a state. */
function initialState(
  { kind, initial }: Start,
  tensor: RandomTensor,
  p: FloatArray,
  lr: number,
): Float64Array {
  const round = kind === "scalar" ? rounding.float64 : rounding[tensor.type];
  const { rows, cols } = sizesOf(tensor);
  const result = new Float64Array(countOf(kind, rows, cols));
  const number = initial === "2 * lr" ? 2 * lr : Number(initial);
  if (kind === "left" || kind === "right") {
    const width = kind === "left" ? rows : cols;
    return result.map((_, i) => (Math.floor(i / width) === i % width ? round(number) : 0));
  }
  return result.map((_, i) => {
    if (initial === "p") return p[i]!;
    return initial === "2 * p ^ 2 - lr"
      ? round(round(2 * round(p[i]! * p[i]!)) - round(lr))
      : round(number);
  });
}

/**
 * Runs the case with the oracle, which has all states, even those that a compiler may drop.
 * @param skipped the steps that a compiler skipped, if it was free to do so
 */
export function runOnPaper(given: RandomCase, skipped: readonly boolean[]): Trace {
  const { parts, rate, flag, groupFlag, scheduled } = given;
  const data = dataOf(given);
  const hyperOf = ({ grouped }: RandomTensor, t: number): OracleTensor["hyper"] =>
    Object.fromEntries(
      parts.flatMap(({ name }) => [
        [`${name}.lr`, { value: grouped && name === "one" ? rate / 2 : rate, fixed: true }],
        [`${name}.a`, { value: scheduled ? scheduleOf(t) : 0.5, fixed: !scheduled }],
        [`${name}.flag`, { value: Number(grouped ? groupFlag : flag), fixed: true }],
      ]),
    );
  const orders = ordersOf(given);
  const states = data.start.map((p, i) =>
    Object.fromEntries(
      parts.flatMap(({ name, state }) =>
        Object.entries(state).map(([key, value]) => {
          const tensor = given.tensors[i]!;
          const lr = hyperOf(tensor, 1)[`${name}.lr`]!.value;
          return [`${name}.${key}`, initialState(startOf(value), tensor, p, lr)];
        }),
      ),
    ),
  );
  const values = data.start.map((p) => Float64Array.from(p));
  let t = 1;
  return data.gradients.map((gradients, step) => {
    if (!(skips(given, gradients) ?? skipped[step]!)) {
      const tensors = given.tensors.map((tensor, i) => ({
        name: nameOf(i),
        type: tensor.type,
        ...sizesOf(tensor),
        p: values[i]!,
        g: Float64Array.from(gradients[i]!),
        state: states[i]!,
        hyper: hyperOf(tensor, t),
      }));
      oracleStep(
        parts.map(({ name, rule, state }) => ({
          name,
          rule,
          hyper: hyperNames,
          state: Object.fromEntries(
            Object.entries(state).map(([key, value]) => [key, startOf(value).kind]),
          ),
        })),
        tensors,
        t,
        orders,
      );
      t += 1;
    }
    const seen: Record<string, ArrayLike<number>> = {};
    for (const [i, p] of values.entries()) {
      seen[nameOf(i)] = p.slice();
      for (const [name, array] of Object.entries(states[i]!))
        seen[`${nameOf(i)}.${name}`] = array.slice();
    }
    return seen;
  });
}

/** A case as source text, so that it can be run again. */
export function describeCase({ parts, tensors, ...rest }: RandomCase): string {
  const rules = parts.map(
    ({ name, role, rule, state }) =>
      `${role} ${name}, state ${JSON.stringify(state)}:\n    ${rule.replaceAll("\n", "\n    ")}`,
  );
  const shapes = tensors.map(
    ({ type, shape, own, grouped }, i) =>
      `${nameOf(i)}: ${type} [${shape}]${own ? ", own" : ""}${grouped ? ", grouped" : ""}`,
  );
  return [...rules, ...shapes, JSON.stringify(rest)].join("\n");
}
