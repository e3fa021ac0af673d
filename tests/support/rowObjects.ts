/** A plain reference for moving rows: each row is an object with its numbers. */
import fc from "fast-check";
import { adam, chain, ema, type Rule } from "../../src/index.ts";

const [lr, beta1, beta2, eps, decay] = [0.1, 0.9, 0.99, 1e-8, 0.75];

/** Adam and an average of its weights. */
export const ruleOfRows = (): Rule => chain(adam({ lr, beta1, beta2, eps }), ema(decay));

export const columns = 3;

/** A row of a parameter as an object. */
export interface Row {
  readonly p: number[];
  readonly m: number[];
  readonly v: number[];
  readonly average: number[];
}

export const freshRow = (p: readonly number[]): Row => ({
  ...{ p: [...p], average: [...p], m: p.map(() => 0), v: p.map(() => 0) },
});

export const gradientOf = (step: number, index: number): number =>
  Math.sin(3 * step + index * index);

/** One step of Adam and of an average of its weights, in float64. */
export function stepRows(rows: readonly Row[], step: number): void {
  for (const [row, { p, m, v, average }] of rows.entries()) {
    for (let column = 0; column < columns; column++) {
      const g = gradientOf(step, row * columns + column);
      m[column] = beta1 * m[column]! + (1 - beta1) * g;
      v[column] = beta2 * v[column]! + (1 - beta2) * g * g;
      const root = Math.sqrt(v[column]! / (1 - beta2 ** step)) + eps;
      p[column]! -= (lr * (m[column]! / (1 - beta1 ** step))) / root;
      average[column] = decay * average[column]! + (1 - decay) * p[column]!;
    }
  }
}

/** For each present row the index of the old one, or -1. */
type List = readonly number[];

/** Rows at their new places: clones are separate objects. */
export const movedRows = (rows: readonly Row[], list: List): Row[] =>
  list.map((row, to) => (row < 0 ? freshRow([to, 1, 2]) : structuredClone(rows[row]!)));

/** An action on rows: a step; a new order; clones, prunings and new rows. */
const action = fc.oneof(
  fc.constant({ kind: "step" as const }),
  fc.record({ kind: fc.constant("order" as const), seed: fc.nat(1000), new: fc.boolean() }),
  fc.record({
    kind: fc.constant("count" as const),
    picks: fc.array(fc.nat(1000), { maxLength: 12 }),
    new: fc.nat(2),
  }),
);

export const actions = fc.array(action, { maxLength: 12 });

type Action = typeof actions extends fc.Arbitrary<(infer A)[]> ? A : never;

/** The list of an action for so many rows; undefined means a step. */
export function listOf(given: Action, height: number): List | undefined {
  switch (given.kind) {
    case "step":
      return undefined;
    case "order":
      return Array.from({ length: height }, (_, row) =>
        given.new && row === 0 ? -1 : (row * 7 + given.seed) % height,
      );
    case "count": {
      const kept = height > 0 ? given.picks.map((pick) => pick % height) : [];
      return [...kept, ...Array.from({ length: given.new }, () => -1)];
    }
  }
}
