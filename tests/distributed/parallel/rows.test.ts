/** Gradients of some rows, on ranks; that each rule comes to what one process does is tested in everyRule.test.ts. */
import { describe, expect, test } from "vitest";
import type { Communicator } from "../../../src/distributed/communicator.ts";
import {
  adam,
  bfloat16,
  optimize,
  parameters,
  sgd,
  skipAbsent,
  sparse,
} from "../../../src/index.ts";
import { onRanks, thrownOn } from "./training.ts";

const netOf = () => parameters({ words: [6, 2], b: [2] });
const b = [0, 0];

describe.each([
  ["data parallel", false],
  ["sharded", true],
])("%s", (_, shardState) => {
  test("those that any rank gives are stepped by the mean, and all others stay", async () => {
    const words = await onRanks(3, async (communicator, rank) => {
      const net = netOf();
      net.words.data.fill(1);
      using optimizer = optimize(net, sgd({ lr: 1, momentum: 0.5 }), { communicator, shardState });
      // Rank 2 has none. A row that is given twice adds up.
      const given = [sparse([4, 1], [3, 6, 9, 12]), sparse([1, 1], [3, 0, 3, 0]), sparse([], [])];
      await optimizer.stepAsync({ words: given[rank]!, b });
      return [...net.words.data];
    });
    const expected = [1, 1, 1 - 5, 1 - 4, 1, 1, 1, 1, 1 - 1, 1 - 2, 1, 1];
    expect(words).toEqual([expected, expected, expected]);
  });

  test("are whole where one rank gives all of them", async () => {
    const words = await onRanks(2, async (communicator, rank) => {
      const net = netOf();
      using optimizer = optimize(net, sgd({ lr: 1 }), { communicator, shardState });
      const whole = Array.from({ length: 12 }, (_, i) => 2 * i);
      await optimizer.stepAsync({ words: rank === 0 ? whole : sparse([5], [2, 4]), b });
      return [...net.words.data];
    });
    const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13].map((value) => 0 - value);
    expect(words).toEqual([expected, expected]);
  });

  test("may differ from step to step, and be there on some ranks alone", async () => {
    const ways = await onRanks(2, async (communicator, rank) => {
      const net = netOf();
      using optimizer = optimize(net, adam({ lr: 0.5 }), {
        communicator,
        shardState,
        absent: skipAbsent,
      });
      const whole = new Float32Array(12).fill(1);
      const given = [
        whole,
        sparse([2], [1, 1]),
        rank === 0 ? null : sparse([0], [1, 1]),
        null,
        whole,
      ];
      for (const words of given) await optimizer.stepAsync({ words, b });
      return [...net.words.data];
    });
    const net = netOf();
    using plain = optimize(net, adam({ lr: 0.5 }), { absent: skipAbsent });
    const whole = new Float32Array(12).fill(1);
    const given = [whole, sparse([2], [1, 1]), sparse([0], [0.5, 0.5]), null, whole];
    for (const words of given) plain.step({ words, b });
    expect(ways).toEqual([[...net.words.data], [...net.words.data]]);
  });

  test.each(["throw", "skip"] as const)(
    "that are not finite on one rank are named, or left out by all (%s)",
    async (nonFinite) => {
      const thrown = await thrownOn(2, async (communicator, rank) => {
        const net = netOf();
        using optimizer = optimize(net, adam(), { communicator, shardState, nonFinite });
        const values = [1, rank === 1 ? Number.NaN : 1];
        const report = await optimizer.stepAsync({ words: sparse([4], values), b });
        expect(report.skipped).toBe(true);
        expect([...net.words.data]).toEqual(Array(12).fill(0));
      });
      const sentence =
        "GradientError: step 1: on rank 1 the gradient of `words` has NaN at element 9; nothing was updated on any rank.";
      for (const text of thrown) {
        if (nonFinite === "throw") expect(text).toContain(sentence);
        else expect(text).toBe("nothing");
      }
    },
  );

  test("whose mean is not finite are named by their place in the parameter", async () => {
    const thrown = await thrownOn(2, async (communicator) => {
      const net = parameters({ words: [600, 33], b: [2] });
      using optimizer = optimize(net, adam(), { communicator, shardState });
      const row = new Float32Array(33);
      row[30] = 3e38;
      await optimizer.stepAsync({ words: sparse([2, 400], [...new Float32Array(33), ...row]), b });
    });
    const sentence = `GradientError: step 1: the gradient of \`words\` has Infinity at element ${400 * 33 + 30}; nothing was updated`;
    for (const text of thrown) expect(text).toContain(sentence);
  });
});

test("of parameters in 16 bits are averaged in float32", async () => {
  const of = () => parameters({ words: [3, 2] }, { type: bfloat16 });
  const expected = of();
  using plain = optimize(expected, adam({ lr: 0.1 }));
  plain.step({ words: sparse([0, 2], [0.15, 0.05, 0.3, 0.35]) });
  await onRanks(2, async (communicator, rank) => {
    const net = of();
    using optimizer = optimize(net, adam({ lr: 0.1 }), { communicator });
    const given = [sparse([2, 0], [0.6, 0.7, 0.1, 0.1]), sparse([0], [Math.fround(0.2), 0])];
    await optimizer.stepAsync({ words: given[rank]! });
    expect(net.words.data).toEqual(expected.words.data);
  });
});

test("of parts alone travel, and change", async () => {
  const travelled = await onRanks(3, async (communicator, rank) => {
    // Parts end within rows.
    const net = parameters({ words: [1000, 33], b: [2] });
    net.words.data.forEach((_, i) => void (net.words.data[i] = i));
    let elements = 0;
    const counting: Communicator = {
      ...communicator,
      reduceScatter(array, bounds, operation) {
        elements += array.length;
        return communicator.reduceScatter(array, bounds, operation);
      },
      allGather(array, bounds) {
        elements += array.length;
        return communicator.allGather(array, bounds);
      },
    };
    using optimizer = optimize(net, adam(), { communicator: counting, shardState: true });
    const row = new Float32Array(33).fill(1 + rank);
    const step = () =>
      optimizer.stepAsync({ words: sparse([[0, 500, 333, 999][rank]!, 666], [...row, ...row]), b });
    await step();
    elements = 0;
    await step();
    const changed = new Set<number>();
    net.words.data.forEach((value, i) => {
      if (value !== i) changed.add(Math.floor(i / 33));
    });
    expect([...changed]).toEqual([0, 333, 500, 666]);
    return elements;
  });
  // Means and parameters of four rows, and of `b`; the numbers of rows, and how many each rank gives; a checksum or so.
  const expected = 2 * (4 * 33 + 2) + 6;
  for (const each of travelled) {
    expect(each).toBeGreaterThanOrEqual(expected);
    expect(each).toBeLessThan(expected + 20);
  }
});
