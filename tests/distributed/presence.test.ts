/** Ranks that are late, leave and come back between outer steps: the others go on, and whoever comes back takes what it has missed. */
import { expect, test } from "vitest";
import { nesterov, type Rule, sgd } from "../../src/index.ts";
import { Ranks } from "../support/ranksInTurn.ts";
import { makeRank, makeRanks, type Rank, slope, stepAll, valuesOf, within } from "./outerRuns.ts";

const options = () => ({
  ...{ every: 2, rule: nesterov({ lr: 0.7, momentum: 0.9 }) as Rule },
  make: within(() => sgd({ lr: 0.1 }) as Rule),
});

/** The same ranks where none may leave. */
const step = (rank: Rank, of: number, from: number, to: number): Promise<void> =>
  (async () => {
    for (let at = from; at <= to; at++) await rank.optimizer.stepAsync(slope(rank.net, of, at));
  })();

test("with all ranks here it is as where none may leave", async () => {
  const meeting = new Ranks(3, { mayLeave: true });
  const ranks = meeting.communicators.map((each) => makeRank(each, options()));
  const others = makeRanks(3, options());
  await stepAll(ranks, 1, 6);
  await stepAll(others, 1, 6);
  for (const [rank, { net }] of ranks.entries()) {
    expect(valuesOf(net)).toEqual(valuesOf(others[rank]!.net));
  }
});

test("those that are left go on as if there were no others", async () => {
  const meeting = new Ranks(3, { mayLeave: true });
  const [one, gone, two] = meeting.communicators.map((each) => makeRank(each, options())) as [
    Rank,
    Rank,
    Rank,
  ];
  await stepAll([one, gone, two], 1, 2);
  const state = structuredClone(one.optimizer.state());
  const values = valuesOf(one.net);
  meeting.leave(1);
  await Promise.all([step(one, 0, 3, 6), step(two, 2, 3, 6)]);
  // Two ranks that were never more.
  const others = makeRanks(2, options());
  for (const { net, optimizer } of others) {
    net.b.data.set(values.slice(0, 2));
    net.w.data.set(values.slice(2));
    optimizer.restore(state);
  }
  await Promise.all([step(others[0]!, 0, 3, 6), step(others[1]!, 2, 3, 6)]);
  expect(valuesOf(one.net)).toEqual(valuesOf(others[0]!.net));
  expect(valuesOf(two.net)).toEqual(valuesOf(one.net));
});

test("one that comes back takes what it has missed, and counts from the next outer step on", async () => {
  const meeting = new Ranks(3, { mayLeave: true });
  const ranks = meeting.communicators.map((each) => makeRank(each, options())) as [
    Rank,
    Rank,
    Rank,
  ];
  const [one, late, two] = ranks;
  await stepAll(ranks, 1, 2);
  meeting.leave(1);
  await Promise.all([step(one, 0, 3, 6), step(two, 2, 3, 6)]);
  expect([one.optimizer.outerSteps, late.optimizer.outerSteps]).toEqual([3, 1]);
  // It has stepped by itself meanwhile, and waits at its outer step until the others come to theirs.
  const returning = step(late, 1, 3, 4);
  meeting.expected.add(1);
  await Promise.all([step(one, 0, 7, 8), step(two, 2, 7, 8), returning]);
  expect(valuesOf(late.net)).toEqual(valuesOf(one.net));
  expect(late.optimizer.state().nested).toEqual(one.optimizer.state().nested);
  expect([late.optimizer.outerSteps, late.optimizer.pending]).toEqual([4, 0]);
  // Its own steps did not count: as two ranks alone.
  const mean = await meanOfTwo(8);
  expect(valuesOf(one.net)).toEqual(mean);
  await Promise.all(ranks.map((rank, of) => step(rank, of, 9, 10)));
  expect(valuesOf(late.net)).toEqual(valuesOf(one.net));
});

/** Three ranks of which the middle one leaves behind the first outer step. */
async function meanOfTwo(to: number): Promise<number[]> {
  const meeting = new Ranks(3, { mayLeave: true });
  const [one, gone, two] = meeting.communicators.map((each) => makeRank(each, options())) as [
    Rank,
    Rank,
    Rank,
  ];
  await stepAll([one, gone, two], 1, 2);
  meeting.leave(1);
  await Promise.all([step(one, 0, 3, to), step(two, 2, 3, to)]);
  return valuesOf(one.net);
}

test("a new one joins with the weights and the outer state of the others", async () => {
  const meeting = new Ranks(3, { mayLeave: true });
  meeting.leave(2);
  const [one, two] = meeting.communicators.slice(0, 2).map((each) => makeRank(each, options())) as [
    Rank,
    Rank,
  ];
  await stepAll([one, two], 1, 4);
  meeting.expected.add(2);
  const late = makeRank(meeting.communicators[2]!, options());
  late.net.w.data.fill(100);
  const joining = late.optimizer.beginAsync();
  await Promise.all([stepAll([one, two], 5, 6), joining]);
  expect(valuesOf(late.net)).toEqual(valuesOf(one.net));
  expect(late.optimizer.outerSteps).toBe(3);
  await Promise.all([one, two, late].map((rank, of) => step(rank, of, 7, 8)));
  expect(valuesOf(late.net)).toEqual(valuesOf(two.net));
});
