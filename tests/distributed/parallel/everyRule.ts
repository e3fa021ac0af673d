/** Every exported optimizer and transform on ranks: data parallel by whole gradients and by rows, and with each rank's share of the state by both. */
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

/** What is cut by rows, which no exported rule is by default. */
const cutByRows: readonly (readonly [string, () => Rule])[] = [
  ["adamMini of rows", () => adamMini({ outputsFirst: true }) as Rule],
  ["means of rows", () => own("m = 0.5 * m + g - rowMean(g)\nu = m / cols", { m: 0 })],
  ["a sum over all of sums of rows", () => own("u = g / (1 + globalSum(rowSum(g^2)))")],
];

export const allRules: readonly (readonly [string, () => Rule])[] = [...rules, ...cutByRows];

const steps = 3;

/** Whether ranks of parts reduce something over all parameters but whether gradients are finite. */
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

/** In float64 where parts are reduced one after the other, as one process does not. */
const typeOfParts = (rule: Rule): Type => (reducesOverAll(rule) ? "float64" : "float32");

const cases = {
  "data parallel": { shardState: false, gives: whole, typeOf: () => "float32" },
  "data parallel, of rows": { shardState: false, gives: ofRows, typeOf: () => "float32" },
  sharded: { shardState: true, gives: whole, typeOf: typeOfParts },
  "sharded, of rows": { shardState: true, gives: ofRows, typeOf: typeOfParts },
} satisfies Record<string, Settings>;

export type Case = keyof typeof cases;
export const caseNames = Object.keys(cases) as Case[];

/** Where it comes to, or why it does not: rules that need whole gradients say so. */
async function outcome(run: () => Values | Promise<Values>): Promise<Values | string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GradientError) return error.message;
    throw error;
  }
}

/** The first number that is not what one process makes of the mean of all ranks' gradients: by bits in float32, else by 1e-12. */
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

/** Trains a rule on this rank, and tells where that differs from one process. */
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
