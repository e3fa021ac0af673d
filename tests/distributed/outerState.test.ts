/** An outer optimizer that stops goes on bit for bit, one that throws has changed nothing, and ranks that differ are refused. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/checkpoint/index.ts";
import { type OuterOptions, outer } from "../../src/distributed/index.ts";
import {
  adam,
  addParameters,
  BindingError,
  chain,
  DisposedError,
  EvaluationError,
  ema,
  GradientError,
  nesterov,
  optimize,
  parameters,
  type Rule,
  sam,
  scheduleFreeAdamw,
  setHyper,
  sgd,
  stepsOf,
} from "../../src/index.ts";
import { alone, Ranks } from "../support/ranksInTurn.ts";
import {
  makeNet,
  makeRank,
  makeRanks,
  type RunOptions,
  setValues,
  slope,
  stepAll,
  valuesOf,
  within,
} from "./outerRuns.ts";

const rule = () => nesterov({ lr: 0.7, momentum: 0.9 }) as Rule;
const options = (): RunOptions => ({
  ...{ every: 3, rule: rule() },
  make: within(() => adam({ lr: 0.1 }) as Rule),
});

describe("a run that stops", () => {
  test("goes on from each moment, bit for bit, between two outer steps, too", async () => {
    const ranks = makeRanks(3, options());
    const saved: {
      state: ReturnType<(typeof ranks)[0]["optimizer"]["state"]>;
      values: number[];
    }[][] = [];
    for (let step = 1; step <= 8; step++) {
      await stepAll(ranks, step, step);
      saved.push(
        ranks.map(({ net, optimizer }) =>
          structuredClone({ state: optimizer.state(), values: valuesOf(net) }),
        ),
      );
    }
    for (const [index, each] of saved.entries()) {
      const resumed = makeRanks(3, options());
      for (const [rank, { net, optimizer }] of resumed.entries()) {
        setValues(net, each[rank]!.values);
        expect(optimizer.restore(each[rank]!.state)).toMatchObject({
          step: index + 1,
          differences: [],
        });
      }
      await stepAll(resumed, index + 2, 8);
      for (const [rank, { net, optimizer }] of resumed.entries()) {
        expect(valuesOf(net)).toEqual(valuesOf(ranks[rank]!.net));
        expect(optimizer.state()).toEqual(ranks[rank]!.optimizer.state());
      }
    }
  });

  test("goes on from a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "gradus-outer-"));
    const path = join(folder, "run.safetensors");
    const make = () => {
      const net = makeNet();
      const inner = outer(optimize(net, adam({ lr: 0.1 })), {
        ...{ every: 2, rule: sgd({ lr: 0.5, momentum: 0.9 }), communicator: alone() },
      });
      return { net, optimizer: outer(inner, { every: 5, rule: rule(), communicator: alone() }) };
    };
    try {
      const [whole, resumed] = [make(), make()];
      for (let step = 1; step <= 7; step++) whole.optimizer.step(slope(whole.net, 0, step));
      saveCheckpoint(path, whole.optimizer);
      expect(loadCheckpoint(path, resumed.optimizer)).toMatchObject({ step: 7, differences: [] });
      expect(Object.keys(resumed.optimizer.state().nested)).toEqual(["outer", "outer#2"]);
      for (let step = 8; step <= 11; step++) {
        for (const { net, optimizer } of [whole, resumed]) optimizer.step(slope(net, 0, step));
      }
      expect(valuesOf(resumed.net)).toEqual(valuesOf(whole.net));
      expect(resumed.optimizer.state()).toEqual(whole.optimizer.state());
      expect(whole.optimizer.outerSteps).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("takes parameters that join behind an outer step", () => {
    const net = makeNet();
    const first = outer(optimize(net, sgd({ lr: 0.1 })), {
      ...{ every: 2, rule: rule(), communicator: alone() },
    });
    first.step(slope(net, 0, 1));
    const more = parameters({ late: [2] }, { type: "float64" });
    expect(() => addParameters(first as never, more)).toThrow("call flush()");
    first.step(slope(net, 0, 2));
    const second = addParameters(first as never, more) as unknown as ReturnType<typeof outer>;
    // As they are at its first step.
    more.late.data.set([5, 6]);
    second.step({ ...slope(net, 0, 3), late: [0, 0] } as never);
    second.step({ ...slope(net, 0, 4), late: [0, 0] } as never);
    expect([...more.late.data]).toEqual([5, 6]);
    expect([stepsOf(second, "late"), second.steps, second.outerSteps]).toEqual([2, 4, 2]);
    second.dispose();
  });
});

describe("what throws has changed nothing", () => {
  test("where the outer gradient is not finite", () => {
    const net = { w: new Float64Array([1, 2]), b: new Float64Array([3]) };
    const inner = optimize(net, sgd({ lr: 1e300, momentum: 0.9 }), { zeroGradients: true });
    using optimizer = outer(inner, { every: 2, rule: rule(), communicator: alone() });
    optimizer.step({ w: [0, 1e-300], b: [0] });
    optimizer.gradients.w.set([1e300, 0]);
    const look = () => structuredClone([net, optimizer.state(), { ...optimizer.gradients }]);
    const before = look();
    expect(() => optimizer.step()).toThrow(GradientError);
    expect(look()).toEqual(before);
    optimizer.step({ w: [0, 0], b: [0] });
    expect([optimizer.outerSteps, optimizer.pending]).toEqual([1, 0]);
  });

  test("on all ranks, where one of them is not finite", async () => {
    const ranks = makeRanks(3, {
      ...options(),
      every: 2,
      make: within(() => sgd({ lr: 1e300 }) as Rule),
    });
    const zeros = { b: [0, 0], w: Array(12).fill(0) as number[] };
    const bad = { ...zeros, b: [1e300, 0] };
    await Promise.all(ranks.map(({ optimizer }) => optimizer.stepAsync(zeros as never)));
    const look = () =>
      ranks.map(({ net, optimizer }) => structuredClone([valuesOf(net), optimizer.state()]));
    const before = look();
    const results = await Promise.allSettled(
      ranks.map(({ optimizer }, rank) => optimizer.stepAsync((rank === 1 ? bad : zeros) as never)),
    );
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(look()).toEqual(before);
  });

  test("where the transport fails", async () => {
    const meeting = new Ranks(2);
    const [one, other] = meeting.communicators.map((each) =>
      makeRank(each, { ...options(), every: 1 }),
    );
    await stepAll([one!, other!], 1, 1);
    const before = structuredClone([valuesOf(one!.net), one!.optimizer.state()]);
    const waiting = one!.optimizer.stepAsync(slope(one!.net, 0, 2));
    await Promise.resolve();
    meeting.communicators[1]!.abort("out of memory");
    await expect(waiting).rejects.toThrow("rank 1: out of memory");
    expect([valuesOf(one!.net), one!.optimizer.state()]).toEqual(before);
  });
});

test("weights that are changed by hand behind an outer step are where the next own steps begin", async () => {
  const ranks = makeRanks(2, { ...options(), make: within(() => sgd({ lr: 0 }) as Rule) });
  await stepAll(ranks, 1, 3);
  for (const { net } of ranks) net.w.data.fill(7);
  await stepAll(ranks, 4, 6);
  for (const { net } of ranks) expect([...net.w.data]).toEqual(Array(12).fill(7));
  // On one rank alone it is a mistake, which none goes on with.
  ranks[1]!.net.w.data[3] = 8;
  const results = await Promise.allSettled(
    ranks.map(async ({ net, optimizer }, rank) => {
      for (const step of [7, 8, 9]) await optimizer.stepAsync(slope(net, rank, step));
    }),
  );
  for (const each of results) {
    expect((each as PromiseRejectedResult).reason).toBeInstanceOf(BindingError);
    expect(String((each as PromiseRejectedResult).reason)).toMatch(
      /the checksum of the shared weights is [0-9a-f]+ on rank 1, and [0-9a-f]+ on rank 0: they were changed on one rank alone/,
    );
  }
});

/** What each of two ranks throws that are made so. */
async function messagesOf(
  changes: Partial<OuterOptions>,
  net = makeNet(),
  inner = adam({ lr: 0.1 }),
) {
  const [one, other] = new Ranks(2).communicators;
  const first = outer(optimize(makeNet(), adam({ lr: 0.1 })), {
    ...{ every: 3, rule: rule(), communicator: one! },
  });
  const second = outer(optimize(net, inner), {
    ...{ every: 3, rule: rule(), ...changes, communicator: other! },
  });
  const results = await Promise.allSettled([first.beginAsync(), second.beginAsync()]);
  return results.map((each) => {
    expect(each.status).toBe("rejected");
    expect((each as PromiseRejectedResult).reason).toBeInstanceOf(BindingError);
    return ((each as PromiseRejectedResult).reason as Error).message;
  });
}

describe("ranks that differ", () => {
  const wide = parameters({ b: [2], w: [4, 3] }, { type: "float64" });
  const single = parameters({ b: [2], w: [3, 4] });
  const more = parameters({ b: [2], w: [3, 4], x: [1] }, { type: "float64" });
  test.each([
    ["every", () => messagesOf({ every: 4 }), "outer: `every` is 4 on rank 1, and 3 on rank 0"],
    [
      "a shape",
      () => messagesOf({}, wide),
      "the shape of `w` is [4, 3] on rank 1, and [3, 4] on rank 0",
    ],
    [
      "a parameter",
      () => messagesOf({}, more as never),
      "the shape of `x` is [1] on rank 1, and missing on rank 0",
    ],
    [
      "a type",
      () => messagesOf({}, single as never),
      "the type of `b` is float32 on rank 1, and float64 on rank 0",
    ],
    [
      "the rate",
      () => messagesOf({}, makeNet(), adam({ lr: 0.2 })),
      "the `adam.lr` of `b` is 0.2 on rank 1, and 0.1 on rank 0",
    ],
    ["the rule", () => messagesOf({}, makeNet(), sgd() as never), "the rule of `b` is sgd"],
    [
      "the outer rate",
      () => messagesOf({ rule: nesterov({ lr: 0.5 }) as Rule }),
      "the outer `nesterov.lr` of `b` is 0.5 on rank 1, and 0.7 on rank 0",
    ],
    ["the outer rule", () => messagesOf({ rule: sgd() as Rule }), "the outer rule of `b` is sgd"],
  ])("in %s are refused, each with the same words", async (_, messages, expected) => {
    const [one, other] = await messages();
    expect(one).toContain(expected);
    expect(other).toBe(one);
  });
});

describe("mistakes", () => {
  const make = (changes: object, inner: unknown = optimize(makeNet(), adam())) =>
    outer(inner as never, { every: 2, rule: rule(), communicator: alone(), ...changes } as never);
  test.each([
    ["no such number", () => make({ every: 0 }), "outer: `every` must be a whole number"],
    ["no rule", () => make({ rule: nesterov }), "outer: `rule` must be a rule such as adam()"],
    ["no ranks", () => make({ communicator: undefined }), "`communicator` is what joins the ranks"],
    ["an unknown option", () => make({ each: 2 }), "outer: unknown option `each`"],
    [
      "no options",
      () => outer(optimize(makeNet(), adam()), 50 as never),
      "outer: options are an object",
    ],
    [
      "a rule in the optimizer's place",
      () => make({}, adam()),
      "outer: the first argument must be an optimizer",
    ],
    ["sam", () => make({}, sam(optimize(makeNet(), adam()))), "make sam the outer wrapper"],
    [
      "an average",
      () => make({}, optimize(makeNet(), chain(adam(), ema(0.9)))),
      "`ema` averages the weights of this rank alone",
    ],
    [
      "schedule-free",
      () => make({}, optimize(makeNet(), scheduleFreeAdamw())),
      "`scheduleFreeAdamw` averages",
    ],
  ])("%s: says what to do", (_, call, message) => {
    expect(call).toThrow(BindingError);
    expect(call).toThrow(message);
  });

  test("to step at once where ranks are waited for, or while one waits", async () => {
    const ranks = makeRanks(2, { ...options(), every: 1 });
    const [{ net, optimizer }, other] = ranks as [(typeof ranks)[0], (typeof ranks)[0]];
    expect(() => optimizer.step(slope(net, 0, 1))).toThrow("await stepAsync(), not step()");
    expect(() => optimizer.flush()).toThrow("await flushAsync()");
    const waiting = optimizer.stepAsync(slope(net, 0, 1));
    await expect(optimizer.stepAsync(slope(net, 0, 1))).rejects.toThrow(EvaluationError);
    expect(() => optimizer.state()).toThrow(EvaluationError);
    expect(() => optimizer.evaluate(() => 0)).toThrow("still waits for other ranks");
    await other.optimizer.stepAsync(slope(other.net, 1, 1));
    await waiting;
    expect(optimizer.state().step).toBe(1);
  });

  test("to use it behind its end, or to step inside of evaluate", () => {
    const net = makeNet();
    const optimizer = outer(optimize(net, adam()), {
      every: 1,
      rule: rule(),
      communicator: alone(),
    });
    expect(() => optimizer.evaluate(() => optimizer.step(slope(net, 0, 1)))).toThrow(
      EvaluationError,
    );
    expect(() => optimizer.evaluate(() => optimizer.begin())).toThrow(EvaluationError);
    setHyper(optimizer, { lr: 0.5 });
    expect(optimizer.step(slope(net, 0, 1)).lr).toBe(0.5);
    optimizer.dispose();
    expect(() => optimizer.step(slope(net, 0, 1))).toThrow(DisposedError);
  });
});
