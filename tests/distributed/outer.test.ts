/** Outer steps of many ranks are those of the paper, and what they come to with one rank. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outer } from "../../src/distributed/outer.ts";
import {
  accumulate,
  adamw,
  bfloat16,
  chain,
  ema,
  fromFloat32,
  frozen,
  galore,
  lookahead,
  nesterov,
  optimize,
  parameters,
  partition,
  type Rule,
  sam,
  sgd,
  toFloat32,
} from "../../src/index.ts";
import { alone, Ranks } from "../support/ranksInTurn.ts";
import { vectors } from "../support/trajectory.ts";
import { makeNet, makeRanks, slope, stepAll, valuesOf, within } from "./outerRuns.ts";

const paperRule = () => nesterov({ lr: 0.7, momentum: 0.9 });
const average = () => sgd({ lr: 1 });
const near = (values: readonly number[], digits = 12) =>
  values.map((value) => expect.closeTo(value, digits));

/**
 * DiLoCo, algorithm 1, in float64: AdamW within (PyTorch's form), Nesterov's momentum outside.
 * @returns the weights of all ranks after each outer step
 */
function transcribed(size: number, every: number, rounds: number): number[][] {
  const [lr, beta1, beta2, eps, decay] = [0.1, 0.9, 0.999, 1e-8, 0.01];
  const [outerLr, momentum] = [0.7, 0.9];
  let theta = valuesOf(makeNet());
  let velocity = theta.map(() => 0);
  const moments = Array.from({ length: size }, () => theta.map(() => [0, 0] as [number, number]));
  const trace: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    const ends = moments.map((state, rank) => {
      const net = makeNet();
      net.b.data.set(theta.slice(0, 2));
      net.w.data.set(theta.slice(2));
      for (let h = 1; h <= every; h++) {
        const t = round * every + h;
        const { b, w } = slope(net, rank, t);
        const moved = valuesOf(net).map((p, i) => {
          const g = [...b, ...w][i]!;
          const [m, v] = state[i]!;
          state[i] = [beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g];
          const unbiased = [state[i]![0] / (1 - beta1 ** t), state[i]![1] / (1 - beta2 ** t)];
          const decayed = p * (1 - lr * decay);
          return decayed - (lr * unbiased[0]!) / (Math.sqrt(unbiased[1]!) + eps);
        });
        net.b.data.set(moved.slice(0, 2));
        net.w.data.set(moved.slice(2));
      }
      return valuesOf(net);
    });
    // Line 12: the mean of theta(t - 1) - theta_i(t); line 14: the outer step.
    const gradient = theta.map((p, i) => ends.reduce((sum, end) => sum + (p - end[i]!), 0) / size);
    velocity = velocity.map((v, i) => momentum * v + gradient[i]!);
    theta = theta.map((p, i) => p - outerLr * (momentum * velocity[i]! + gradient[i]!));
    trace.push(theta);
  }
  return trace;
}

describe("DiLoCo", () => {
  test.each([1, 2, 3, 4, 7])("of %d ranks is the paper's algorithm 1", async (size) => {
    const make = within(() => adamw({ lr: 0.1, weightDecay: 0.01 }) as Rule);
    const ranks = makeRanks(size, { every: 5, rule: paperRule() as Rule, make });
    for (const [round, theta] of transcribed(size, 5, 6).entries()) {
      await stepAll(ranks, 5 * round + 1, 5 * round + 5);
      for (const { net } of ranks) {
        expect(valuesOf(net)).toEqual(near(theta, 11));
        // All ranks have the same bits.
        expect(valuesOf(net)).toEqual(valuesOf(ranks[0]!.net));
      }
    }
    expect([ranks[0]!.optimizer.steps, ranks[0]!.optimizer.outerSteps]).toEqual([30, 6]);
  });

  test("leaves states within to each rank", async () => {
    const make = within(() => adamw({ lr: 0.1 }) as Rule);
    const ranks = makeRanks(2, { every: 2, rule: paperRule() as Rule, make });
    await stepAll(ranks, 1, 2);
    const [one, other] = ranks.map(({ optimizer }) => optimizer.state());
    expect(one!.nested).toEqual(other!.nested);
    expect(one!.parameters["w"]!["adamw.m"]).not.toEqual(other!.parameters["w"]!["adamw.m"]);
  });
});

describe("local SGD", () => {
  test.each([2, 3, 5, 8])("takes the mean of the weights of %d ranks", async (size) => {
    const make = within(() => sgd({ lr: 0.1, momentum: 0.9 }) as Rule);
    const ranks = makeRanks(size, { every: 3, rule: average() as Rule, make });
    await stepAll(ranks, 1, 2);
    const apart = Array.from({ length: size }, (_, rank) => {
      const net = makeNet();
      const plain = optimize(net, sgd({ lr: 0.1, momentum: 0.9 }));
      for (const step of [1, 2, 3]) plain.step(slope(net, rank, step));
      return valuesOf(net);
    });
    expect(valuesOf(ranks[1]!.net)).not.toEqual(valuesOf(ranks[0]!.net));
    await stepAll(ranks, 3, 3);
    const mean = apart[0]!.map((_, i) => apart.reduce((sum, each) => sum + each[i]!, 0) / size);
    for (const { net } of ranks) expect(valuesOf(net)).toEqual(near(mean, 14));
  });

  test("with one rank is the optimizer within, up to the rounding of each outer step", () => {
    fc.assert(
      fc.property(vectors(3, 12), fc.integer({ min: 1, max: 4 }), (gradients, every) => {
        const nets = [0, 1].map(() => ({ w: new Float64Array([1, -20, 300]) }));
        using plain = optimize(nets[0]!, sgd({ lr: 0.01 }));
        const inner = optimize(nets[1]!, sgd({ lr: 0.01 }));
        using alike = outer(inner, { every, rule: average(), communicator: alone() });
        const most = [0, 0, 0];
        for (const w of gradients) {
          plain.step({ w });
          alike.step({ w });
          nets[0]!.w.forEach((p, i) => {
            most[i] = Math.max(most[i]!, Math.abs(p));
            // s - (s - w): two roundings of numbers that are at most twice as large; and those of the steps before.
            const bound = gradients.length * 4 * 2 ** -53 * (most[i]! + 300);
            expect(Math.abs(nets[1]!.w[i]! - p)).toBeLessThanOrEqual(bound);
          });
        }
      }),
    );
  });

  test("with one rank and a rate below 1 is Lookahead, also to evaluate", () => {
    const [net, other] = [makeNet(), makeNet()];
    const rule = chain(adamw({ lr: 0.1 }), lookahead({ syncPeriod: 4, slowStepSize: 0.6 }));
    using known = optimize(other, rule);
    const inner = optimize(net, adamw({ lr: 0.1 }));
    using alike = outer(inner, { every: 4, rule: sgd({ lr: 0.6 }), communicator: alone() });
    for (let step = 1; step <= 11; step++) {
      known.step(slope(other, 0, step));
      alike.step(slope(net, 0, step));
      expect(valuesOf(net)).toEqual(near(valuesOf(other)));
      expect([...alike.evaluationWeights().w]).toEqual(near([...known.evaluationWeights().w]));
    }
  });
});

describe("outer", () => {
  test("takes weights as they are at the first step, and gives all ranks those of the first", async () => {
    const make = within(() => sgd({ lr: 0 }) as Rule);
    const ranks = makeRanks(3, { every: 2, rule: average() as Rule, make });
    for (const [rank, { net }] of ranks.entries()) net.w.data.fill(rank + 5);
    await Promise.all(ranks.map(({ optimizer }) => optimizer.beginAsync()));
    for (const { net } of ranks) expect([...net.w.data]).toEqual(Array(12).fill(5));
    await stepAll(ranks, 1, 2);
    for (const { net } of ranks) expect([...net.w.data]).toEqual(Array(12).fill(5));
  });

  test("speaks at each `every`th step alone, of what is trained", async () => {
    const meeting = new Ranks(2);
    const rule = () => partition([{ match: "b", rule: frozen }], sgd({ lr: 0.1 }));
    const nets = [makeNet(), makeNet()];
    const ranks = meeting.communicators.map((communicator, rank) => {
      const inner = optimize(nets[rank]!, rule());
      return {
        net: nets[rank]!,
        optimizer: outer(inner, { every: 4, rule: average(), communicator }),
      };
    });
    await Promise.all(ranks.map(({ optimizer }) => optimizer.beginAsync()));
    const before = meeting.done.length;
    await stepAll(ranks as never, 1, 3);
    expect(meeting.done).toHaveLength(before);
    await stepAll(ranks as never, 4, 4);
    const sums = meeting.done.slice(before).filter(({ call }) => call.startsWith("allReduce sum"));
    expect(sums.map(({ bytes }) => bytes)).toEqual([8, 8 * 12]);
    expect(nets[0]!.b.data).toEqual(makeNet().b.data);
  });

  test("sends small parameters together, and large ones in parts", async () => {
    const size = 2 ** 20;
    const meeting = new Ranks(2);
    const shapes = { a: [10], large: [2 * size], z: [10] };
    const ranks = meeting.communicators.map((communicator) => {
      const inner = optimize(parameters(shapes), sgd({ lr: 1 }));
      return outer(inner, { every: 1, rule: average(), communicator });
    });
    const gradients = [1, 3].map((each) => ({
      a: new Float32Array(10).fill(each),
      large: new Float32Array(2 * size).fill(2 * each),
      z: new Float32Array(10).fill(3 * each),
    }));
    await Promise.all(ranks.map((rank, i) => rank.stepAsync(gradients[i])));
    const sums = meeting.done.filter(({ call }) => call.startsWith("allReduce sum"));
    expect(sums.map(({ bytes }) => bytes)).toEqual([8, 8, 4 * size, 4 * size, 4 * 20]);
    for (const { parameters: net } of ranks) {
      expect(net.a.data.every((p) => p === -2)).toBe(true);
      expect(net.large.data.every((p) => p === -4)).toBe(true);
      expect(net.z.data.every((p) => p === -6)).toBe(true);
    }
  });

  test("keeps shared weights in float32 where parameters are in 16 bits", async () => {
    const ranks = new Ranks(2).communicators.map((communicator) => {
      const net = parameters({ w: [2] }, { type: bfloat16 });
      net.w.data.set(fromFloat32([1, 2], bfloat16));
      return outer(optimize(net, sgd({ lr: 1 })), { every: 1, rule: average(), communicator });
    });
    // One step of the type, which is 2⁻⁷ from 1 on, on one rank of two.
    const moves = [new Float32Array([-(2 ** -7), 0]), new Float32Array(2)];
    await Promise.all(ranks.map((rank, i) => rank.stepAsync({ w: moves[i]! })));
    const shared = ranks[0]!.state().nested["outer"]!.parameters["w"]!["outer.weights"]!;
    expect([...shared]).toEqual([1 + 2 ** -8, 2]);
    // Of two equally near ones the even one; the second half of the step is not lost.
    expect([...toFloat32(ranks[0]!.parameters.w.data, bfloat16)]).toEqual([1, 2]);
    await Promise.all(ranks.map((rank, i) => rank.stepAsync({ w: moves[i]! })));
    expect([...toFloat32(ranks[1]!.parameters.w.data, bfloat16)]).toEqual([1 + 2 ** -7, 2]);
  });

  test("makes the last outer step by fewer own ones, once", async () => {
    const make = within(() => sgd({ lr: 0.1 }) as Rule);
    const [ranks, others] = [5, 2].map((every) =>
      makeRanks(2, { every, rule: paperRule() as Rule, make }),
    );
    await stepAll(ranks!, 1, 2);
    await stepAll(others!, 1, 2);
    expect(ranks![0]!.optimizer.pending).toBe(2);
    for (let i = 0; i < 2; i++) {
      await Promise.all(ranks!.map(({ optimizer }) => optimizer.flushAsync()));
      expect(valuesOf(ranks![0]!.net)).toEqual(valuesOf(others![0]!.net));
    }
    expect([ranks![0]!.optimizer.pending, ranks![0]!.optimizer.outerSteps]).toEqual([0, 1]);
  });

  test("evaluates what all share, or what the outer rule averages of it", async () => {
    const make = within(() => sgd({ lr: 0.1 }) as Rule);
    const rule = chain(average(), ema({ decay: 0.5 })) as Rule;
    const ranks = makeRanks(2, { every: 1, rule, make });
    const start = valuesOf(makeNet());
    await stepAll(ranks, 1, 1);
    const [{ net, optimizer }] = ranks as [(typeof ranks)[0]];
    const own = valuesOf(net);
    const half = own.map((p, i) => (p + start[i]!) / 2);
    optimizer.evaluate(() => expect(valuesOf(net)).toEqual(near(half)));
    expect(valuesOf(net)).toEqual(own);
    expect(() => optimizer.evaluate(() => optimizer.state())).toThrow("evaluate");
  });

  test("stands around other wrappers", () => {
    const nets = [makeNet(), makeNet(), makeNet()] as const;
    const inner = accumulate(nets[0], adamw({ lr: 0.1 }), { steps: 2 });
    using sums = outer(inner, { every: 4, rule: sgd({ lr: 0.5 }), communicator: alone() });
    using plain = accumulate(
      nets[1],
      chain(adamw({ lr: 0.1 }), lookahead({ syncPeriod: 2, slowStepSize: 0.5 })),
      { steps: 2 },
    );
    for (let step = 1; step <= 8; step++) {
      sums.step(slope(nets[0], 0, step));
      plain.step(slope(nets[1], 0, step));
    }
    expect(valuesOf(nets[0])).toEqual(near(valuesOf(nets[1])));
    const low = galore(nets[2], adamw({ lr: 0.1, weightDecay: 0 }), { rank: 2 });
    using around = outer(low, { every: 2, rule: average(), communicator: alone() });
    using sharp = sam(around, { rho: 0.1 });
    for (let step = 1; step <= 4; step++)
      sharp.step(() => ({ gradients: slope(nets[2], 0, step) }));
    expect([around.steps, around.outerSteps]).toEqual([4, 2]);
  });
});
