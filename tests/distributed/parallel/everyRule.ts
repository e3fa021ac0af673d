/**
 * Every exported optimizer and transform on several ranks: data parallel with whole gradients and with rows, and with each rank's
 * share of the
 * state for both.
 */
import type { Communicator } from "../../../src/distributed/communicator.ts";
import {
  adamMini,
  defineOptimizer,
  GradientError,
  optimize,
  type Rule,
} from "../../../src/index.ts";
import { rules } from "../../support/everyRule.ts";
import { ofRows } from "./rows.ts";
import {
  type Gives,
  inOneProcess,
  netOf,
  onRank,
  type Type,
  type Values,
  whole,
} from "./training.ts";

const own = (rule: string, state = {}): Rule =>
  defineOptimizer({ name: "own", hyper: { lr: 0.1 }, state, rule })() as Rule;

/** Rules that are sharded by rows, which no exported rule is by default. */
const cutByRows: readonly (readonly [string, () => Rule])[] = [
  ["adamMini of rows", () => adamMini({ outputsFirst: true }) as Rule],
  ["means of rows", () => own("m = 0.5 * m + g - rowMean(g)\nu = m / cols", { m: 0 })],
  ["a sum over all of sums of rows", () => own("u = g / (1 + globalSum(rowSum(g^2)))")],
];

export const allRules: readonly (readonly [string, () => Rule])[] = [...rules, ...cutByRows];

const steps = 3;

/** Whether ranks with a share of the state reduce something over all parameters, besides whether gradients are finite. */
function reducesOverAll(rule: Rule): boolean {
  using optimizer = optimize(netOf(), rule);
  return optimizer.plans.some(({ program }) =>
    program.reductions.some(({ node }) => node.scope === "global" && node !== program.guard),
  );
}

interface Settings {
  readonly shardState: boolean;
  readonly gives: Gives;
  readonly typeOf: (rule: Rule) => Type;
}

/** Float64 if shares are reduced separately, because one process reduces in another order. */
const typeOfParts = (rule: Rule): Type => (reducesOverAll(rule) ? "float64" : "float32");

const cases = {
  "data parallel": { shardState: false, gives: whole, typeOf: () => "float32" },
  "data parallel, of rows": { shardState: false, gives: ofRows, typeOf: () => "float32" },
  sharded: { shardState: true, gives: whole, typeOf: typeOfParts },
  "sharded, of rows": { shardState: true, gives: ofRows, typeOf: typeOfParts },
} satisfies Record<string, Settings>;

export type Case = keyof typeof cases;
export const caseNames = Object.keys(cases) as Case[];

/** The final values, or the error: rules that need whole gradients throw one. */
async function outcome(run: () => Values | Promise<Values>): Promise<Values | string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GradientError) return error.message;
    throw error;
  }
}

/**
 * The first number that differs from one process with the mean of all ranks' gradients: in its bits in float32, otherwise by more
 * than
 * 1e-12.
 */
function difference(
  values: Values | string,
  expected: Values | string,
  type: Type,
): string | undefined {
  if (typeof values === "string" || typeof expected === "string") {
    return values === expected ? undefined : `${String(values)} for ${String(expected)}`;
  }
  const allowed = type === "float32" ? 0 : 1e-12;
  for (const [name, array] of Object.entries(expected)) {
    for (const [i, value] of array.entries()) {
      const found = values[name]![i]!;
      const isNear = Math.abs(found - value) <= allowed * Math.max(1, Math.abs(value));
      if (!Object.is(found, value) && !isNear) return `${name}[${i}] is ${found} for ${value}`;
    }
  }
  return undefined;
}

/** Trains a rule on this rank, and reports differences from one process. */
export async function differenceOnRank(
  communicator: Communicator,
  name: Case,
  makeRule: () => Rule,
): Promise<string | undefined> {
  const { shardState, gives, typeOf }: Settings = cases[name];
  const extent = { type: typeOf(makeRule()), steps, gives };
  const { size } = communicator;
  const values = await outcome(() => onRank(communicator, makeRule, { shardState }, extent));
  const expected = await outcome(() => inOneProcess(size, makeRule, {}, extent));
  return difference(values, expected, extent.type);
}
