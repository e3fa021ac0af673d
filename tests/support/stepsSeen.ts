/**
 * Runs whose states or parameters have 8 or 16 bits: the values before the first step and after each, equal in every compiler.
 */
import { expect } from "vitest";
import type {
  AnyOptimizer,
  Backend,
  NarrowParameter,
  OptimizerState,
  Parameter,
} from "../../src/index.ts";
import { backends } from "./backends.ts";
import { mapped } from "./stored.ts";

/** Adjacent in memory; only one length is a multiple of a vector's. */
export const shapes = {
  a: [37],
  w: [5, 7],
  none: [0],
  rows: [3, 0],
  b: [64],
  /** More than a block, and more than is decoded or reduced at once. */
  long: [1300],
  k: [2, 3, 4],
  one: [],
} as const;

export const steps = 3;

export interface Seen<P extends Parameter | NarrowParameter> {
  readonly values: Readonly<Record<string, P["data"]>>;
  readonly state: OptimizerState;
}

/** @param gradientsOf computes the gradients at these values and a step from 0 */
export function stepsSeen<P extends Parameter | NarrowParameter>(
  net: Readonly<Record<string, P>>,
  optimizer: AnyOptimizer,
  gradientsOf: (values: Seen<P>["values"], step: number) => object,
): readonly Seen<P>[] {
  const seen = (): Seen<P> => ({
    values: mapped(net, ({ data }) => data.slice()),
    state: optimizer.state(),
  });
  const all = [seen()];
  for (let step = 0; step < steps; step++) {
    optimizer.step(gradientsOf(all.at(-1)!.values, step) as never, { loss: 1 });
    all.push(seen());
  }
  return all;
}

/** The common result of every backend that supports 8 and 16 bits. */
export function alike<T>(run: (backend: Backend) => T): T {
  const [first, ...others] = backends.filter(({ keeps }) => keeps).map(run);
  expect(others.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toEqual(first);
  return first!;
}
