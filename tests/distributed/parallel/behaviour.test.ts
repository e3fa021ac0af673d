/** What ranks refuse, what they say of each other, and what options and rules come to on all of them. */
import { describe, expect, test } from "vitest";
import {
  DataParallel,
  dataParallel,
  inProcess,
  RankError,
  type ShardedOptimizer,
} from "../../../src/distributed/index.ts";
import {
  accumulate,
  adam,
  adamw,
  BindingError,
  bfloat16,
  block8,
  chain,
  clipByGlobalNorm,
  ema,
  frozen,
  GradientError,
  getHyper,
  lion,
  muon,
  optimize,
  parameters,
  partition,
  RestoreError,
  type Rule,
  reduceOnPlateau,
  scheduleFreeAdamw,
  setHyper,
  sgd,
  skipAbsent,
  sparse,
} from "../../../src/index.ts";
import { alone } from "../../support/ranksInTurn.ts";
import {
  gradientsOf,
  inOneProcess,
  meanGradients,
  netOf,
  onRanks,
  shapes,
  thrownOn,
  together,
  valuesOf,
} from "./training.ts";

const kinds = [
  ["data parallel", {}],
  ["sharded", { shardState: true }],
] as const;

describe.each(kinds)("%s", (_, kind) => {
  describe("options and rules", () => {
    const rule = () =>
      chain(clipByGlobalNorm(0.5), adamw({ lr: 0.1, weightDecay: 0.1 }), ema(0.9)) as Rule;
    const groups = [
      { match: (_name: string, shape: readonly number[]) => shape.length < 2, weightDecay: 0 },
      { match: "wide", lr: 0.03 },
    ] as never;
    const cases: readonly [string, () => Rule, object][] = [
      ["groups by shape and by name", rule, { groups }],
      [
        "a partition",
        () =>
          partition(
            [
              { match: "frozen", rule: frozen },
              { match: /a/, rule: muon() },
            ],
            lion(),
          ) as never,
        {},
      ],
      [
        "states in blocks",
        () => adam({ lr: 0.1 }),
        { storage: { state: { ...block8, least: 1 } } },
      ],
      ["gradients that are zero behind steps", () => adam(), { zeroGradients: true }],
      ["no check of gradients", () => adam(), { nonFinite: "allow" }],
      ["three threads", () => adam(), { threads: 3 }],
    ];
    test.each(cases)("%s", async (_, make, options) => {
      for (const size of [2, 3]) {
        const expected = inOneProcess(size, make, options);
        for (const values of await together(size, make, { ...kind, ...options } as never)) {
          for (const [name, array] of Object.entries(expected)) {
            const near = [...array].map((value) => expect.closeTo(value, 5));
            expect([...values[name]!], name).toEqual(near);
          }
        }
      }
    });

    test("buckets of any size come to the same bits", async () => {
      const [expected] = await together(3, rule, kind);
      for (const bucketBytes of [4, 36, 1000]) {
        for (const values of await together(3, rule, { ...kind, bucketBytes })) {
          expect(values).toEqual(expected);
        }
      }
    });

    test("gradients are zero behind a step", async () => {
      await onRanks(2, async (communicator, rank) => {
        const net = netOf();
        using optimizer = optimize(net, adam(), { ...kind, communicator, zeroGradients: true });
        for (const [name, array] of Object.entries(gradientsOf(net, 1, rank))) {
          (optimizer.gradients as never as Record<string, Float32Array>)[name]!.set(array);
        }
        await optimizer.stepAsync();
        for (const array of Object.values(optimizer.gradients)) {
          expect([...(array as Float32Array)].every((value) => value === 0)).toBe(true);
        }
      });
    });

    test("arrays from elsewhere, of both types", async () => {
      const elsewhere = () => ({
        w: { data: Float32Array.from({ length: 300 }, (_, i) => Math.sin(i)), shape: [10, 30] },
        b: Float64Array.from({ length: 100 }, (_, i) => Math.cos(i)),
      });
      const gradients = (rank: number) => ({
        w: Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * rank + 1)),
        b: Float64Array.from({ length: 100 }, (_, i) => Math.cos(i * rank + 1)),
      });
      const expected = elsewhere();
      using plain = optimize(expected, adam());
      for (let step = 0; step < 3; step++)
        plain.step(meanGradients([gradients(0), gradients(1)]) as never);
      await onRanks(2, async (communicator, rank) => {
        const net = elsewhere();
        using optimizer = optimize(net, adam(), { ...kind, communicator });
        for (let step = 0; step < 3; step++) await optimizer.stepAsync(gradients(rank));
        expect(net).toEqual(expected);
      });
    });

    test("a parameter without a gradient on all ranks stays; on some it counts as zeros", async () => {
      const given = (step: number, rank: number) => ({
        ...gradientsOf(netOf(), step, rank),
        a: null,
        ...(rank === 1 && { wide: null }),
      });
      const expected = netOf();
      using plain = optimize(expected, adam(), { absent: skipAbsent });
      for (const step of [1, 2]) {
        const { a: _, ...rest } = gradientsOf(netOf(), step, 0);
        const { a: __, wide, ...others } = gradientsOf(netOf(), step, 1);
        plain.step({ ...meanGradients([rest, { ...others, wide: wide!.map(() => 0) }]), a: null });
      }
      await onRanks(2, async (communicator, rank) => {
        const net = netOf();
        using optimizer = optimize(net, adam(), { ...kind, communicator, absent: skipAbsent });
        for (const step of [1, 2]) await optimizer.stepAsync(given(step, rank) as never);
        expect(valuesOf(net)).toEqual(valuesOf(expected));
        expect(net["a"]!.data).toEqual(netOf()["a"]!.data);
      });
    });

    test("weights to evaluate are those of one process, and parameters are back", async () => {
      for (const make of [
        () => chain(adam({ lr: 0.1 }), ema(0.5)),
        () => scheduleFreeAdamw({ lr: 0.1 }),
      ]) {
        const expected = netOf();
        using plain = optimize(expected, make() as Rule);
        for (const step of [1, 2]) {
          plain.step(
            meanGradients([0, 1, 2].map((rank) => gradientsOf(netOf(), step, rank))) as never,
          );
        }
        const weights = plain.evaluationWeights();
        await onRanks(3, async (communicator, rank) => {
          const net = netOf();
          using optimizer = optimize(net, make() as Rule, { ...kind, communicator });
          for (const step of [1, 2])
            await optimizer.stepAsync(gradientsOf(netOf(), step, rank) as never);
          const trained = valuesOf(net);
          const found = await optimizer.evaluateAsync(async () => {
            await Promise.resolve();
            return valuesOf(net);
          });
          expect(found).toEqual({ ...weights });
          expect(valuesOf(net)).toEqual(trained);
        });
      }
    });

    test("reports are those of one process, on all ranks", async () => {
      const make = () =>
        partition(
          [{ match: /^a|b/, rule: chain(clipByGlobalNorm(0.1), sgd({ lr: 0.5 })) }],
          chain(clipByGlobalNorm(2), sgd({ lr: 0.2 })),
        ) as unknown as Rule;
      using plain = optimize(netOf("float64"), make());
      const mean = meanGradients([0, 1].map((rank) => gradientsOf(netOf("float64"), 1, rank)));
      const { gradientNorm, lrs, step } = plain.step(mean as never);
      await onRanks(2, async (communicator, rank) => {
        const net = netOf("float64");
        using optimizer = optimize(net, make(), { ...kind, communicator });
        const report = await optimizer.stepAsync(gradientsOf(net, 1, rank) as never);
        expect(report).toMatchObject({ step, skipped: false });
        expect(report.gradientNorm).toBeCloseTo(gradientNorm!, 12);
        expect({ ...report.lrs }).toEqual({ ...lrs });
      });
    });

    test("hyperparameters are set on all ranks", async () => {
      await onRanks(2, async (communicator, rank) => {
        const net = netOf();
        using optimizer = optimize(net, adam({ lr: 0.1 }), {
          ...kind,
          communicator,
          checkEvery: 1,
        });
        for (const step of [1, 2, 3]) {
          setHyper(optimizer as never, { lr: 0.1 * step }, { match: /^[a-c]/ });
          await optimizer.stepAsync(gradientsOf(net, step, rank) as never);
        }
        expect(getHyper(optimizer as never, "lr", "a")).toBeCloseTo(0.3, 12);
        expect(getHyper(optimizer as never, "lr", "wide")).toBe(0.1);
      });
    });
  });

  describe("a gradient that is not finite on one rank", () => {
    const bad = (step: number, rank: number) => {
      const gradients = gradientsOf(netOf(), step, rank);
      if (step === 2 && rank === 1) gradients["w"]![7] = Number.NaN;
      return gradients as never;
    };

    test("stops all in the same step, which names the rank, and has changed nothing", async () => {
      const nets = [0, 1, 2].map(() => netOf());
      const thrown = await thrownOn(3, async (communicator, rank) => {
        const net = nets[rank]!;
        using optimizer = optimize(net, adam(), { ...kind, communicator });
        await optimizer.stepAsync(bad(1, rank));
        const before = structuredClone([valuesOf(net), optimizer.state()]);
        try {
          await optimizer.stepAsync(bad(2, rank));
        } finally {
          expect([valuesOf(net), optimizer.state()]).toEqual(before);
          await optimizer.stepAsync(bad(3, rank));
          expect(optimizer.steps).toBe(2);
        }
      });
      const message =
        "GradientError: step 2: on rank 1 the gradient of `w` has NaN at element 7; nothing was updated on any rank. " +
        'Set nonFinite to "skip" to skip such steps, or to "allow" to make them anyway.';
      expect(thrown).toEqual([message, message, message]);
      expect(valuesOf(nets[1]!)).toEqual(valuesOf(nets[0]!));
    });

    test("is named where it was written into `gradients`, too", async () => {
      const thrown = await thrownOn(3, async (communicator, rank) => {
        using optimizer = optimize(netOf(), adam(), { ...kind, communicator });
        for (const [name, array] of Object.entries(bad(2, rank) as Record<string, Float32Array>)) {
          (optimizer.gradients as never as Record<string, Float32Array>)[name]!.set(array);
        }
        await optimizer.stepAsync();
      });
      expect(new Set(thrown).size).toBe(1);
      expect(thrown[0]).toContain("on rank 1 the gradient of `w` has NaN at element 7");
    });

    test("is left out by all in the same step", async () => {
      const all = await onRanks(3, async (communicator, rank) => {
        const net = netOf();
        using optimizer = optimize(net, adam(), { ...kind, communicator, nonFinite: "skip" });
        const skipped: boolean[] = [];
        for (const step of [1, 2, 3]) {
          skipped.push((await optimizer.stepAsync(bad(step, rank))).skipped);
        }
        expect([optimizer.steps, optimizer.skippedSteps]).toEqual([2, 1]);
        return { skipped, values: valuesOf(net) };
      });
      expect(all[0]!.skipped).toEqual([false, true, false]);
      for (const each of all) expect(each).toEqual(all[0]);
    });

    test("of a mean whose square is none the element is named", async () => {
      const thrown = await thrownOn(3, async (communicator, rank) => {
        using optimizer = optimize(netOf(), adam(), { ...kind, communicator });
        const gradients = gradientsOf(netOf(), 1, rank);
        gradients["wide"]![200] = 1e25;
        await optimizer.stepAsync(gradients as never);
      });
      expect(new Set(thrown).size).toBe(1);
      expect(thrown[0]).toMatch(
        /the gradient of `wide` has .*e\+24 at element 200, and the rule squares it/,
      );
    });
  });

  describe("ranks that differ", () => {
    const refused: readonly [string, (rank: number) => [object, Rule, object], RegExp][] = [
      [
        "a hyperparameter",
        (rank) => [netOf(), adam({ lr: rank === 1 ? 0.1 : 0.2 }), {}],
        /rank 1 .*`adam\.lr` of `a` is 0\.1, and 0\.2 on rank 0/,
      ],
      [
        "a rule",
        (rank) => [netOf(), rank === 2 ? adamw() : adam(), {}],
        /rank 2 .*the rule of `a`/,
      ],
      [
        "a seed",
        (rank) => [netOf(), adam(), { seed: rank === 1 ? 7 : 0 }],
        /rank 1 .*`seed` is 7, and 0 on rank 0/,
      ],
      [
        "a shape",
        (rank) => [parameters({ w: rank === 1 ? [3, 2] : [2, 3] }), adam(), {}],
        /the shape of `w` is \[3, 2\], and \[2, 3\] on rank 0/,
      ],
      [
        "a name",
        (rank) => [parameters({ [rank === 1 ? "v" : "w"]: [2] }), adam(), {}],
        /the list of parameters is v, and w on rank 0/,
      ],
      [
        "a type",
        (rank) => [
          parameters({ w: [2] }, { type: rank === 1 ? "float64" : "float32" }),
          adam(),
          {},
        ],
        /the type of `w` is float64/,
      ],
      [
        "a frozen parameter",
        (rank) => [
          netOf(),
          rank === 1 ? (partition([{ match: "a", rule: frozen }], adam()) as never) : adam(),
          {},
        ],
        /the list of trained parameters/,
      ],
      [
        "what is not finite",
        (rank) => [netOf(), adam(), { nonFinite: rank === 1 ? "skip" : "throw" }],
        /the option `nonFinite` is skip, and throw on rank 0/,
      ],
      [
        "a bucket",
        (rank) => [netOf(), adam(), { bucketBytes: 64 * (1 + rank) }],
        /the option `bucketBytes` is 128, and 64 on rank 0/,
      ],
    ];
    test.each(refused)(
      "in %s are refused at the start, with what differs",
      async (_, makeFor, message) => {
        const thrown = await thrownOn(3, async (communicator, rank) => {
          const [net, rule, options] = makeFor(rank);
          using optimizer = optimize(net as never, rule, { ...kind, ...options, communicator });
          await optimizer.stepAsync({} as never);
        });
        expect(new Set(thrown).size).toBe(1);
        expect(thrown[0]).toMatch(message);
        expect(thrown[0]).toContain("RankError");
      },
    );

    test("start from the parameters of rank 0", async () => {
      await onRanks(3, async (communicator, rank) => {
        const net = netOf("float32", rank + 1);
        using optimizer = optimize(net, sgd({ lr: 0 }), { ...kind, communicator });
        await optimizer.stepAsync(gradientsOf(net, 1, rank) as never);
        expect(valuesOf(net)).toEqual(valuesOf(netOf()));
      });
    });

    test("in parameters behind some steps are named", async () => {
      const thrown = await thrownOn(4, async (communicator, rank) => {
        const net = netOf();
        using optimizer = optimize(net, adam(), { ...kind, communicator, checkEvery: 3 });
        for (let step = 1; step <= 4; step++) {
          if (step === 3 && rank === 2) net["conv"]!.data[0]! += 1;
          await optimizer.stepAsync(gradientsOf(netOf(), step, rank) as never);
        }
      });
      expect(new Set(thrown).size).toBe(1);
      // A part that another rank steps is made the same again.
      if (thrown[0] !== "nothing") {
        expect(thrown[0]).toBe(
          "RankError: rank 2 has drifted: after update 3, its parameter `conv` differs from that of most ranks. Nothing was updated in this step; continue all ranks from the same checkpoint",
        );
      }
      if (kind !== kinds[1][1]) expect(thrown[0]).not.toBe("nothing");
    });

    test("in what they have restored are named", async () => {
      const thrown = await thrownOn(3, async (communicator, rank) => {
        const net = netOf();
        using optimizer = optimize(net, adam(), { ...kind, communicator });
        const { stepAsync } = optimizer;
        const start = optimizer.state();
        await stepAsync.call(optimizer, gradientsOf(net, 1, rank));
        if (rank === 1) optimizer.restore(start);
        await stepAsync.call(optimizer, gradientsOf(net, 2, rank));
      });
      const message =
        "RankError: rank 1 has made 0 updates, and most ranks 1. Nothing was updated in this step; continue all ranks from the same checkpoint";
      expect(thrown).toEqual([message, message, message]);
    });
  });

  test("what one rank is given wrong stops all, and each may go on", async () => {
    const wrong = [
      {
        gradients: { a: [1, 2] },
        text: "the gradient of `a` has 2 elements, the parameter has 40",
      },
      { gradients: { a: null }, text: "the gradient of `a` is missing (see skipAbsent)" },
      {
        gradients: { a: sparse([40], [2]) },
        text: "the gradient of `a` has a row 40 at position 0; its rows are 0 to 39",
      },
      { gradients: { a: "no" }, text: 'the gradient of `a` is the string "no"' },
      { gradients: { A: [1] }, text: "there is no parameter `A`" },
    ];
    for (const { gradients, text } of wrong) {
      const nets = [netOf(), netOf()];
      const thrown = await thrownOn(2, async (communicator, rank) => {
        using optimizer = optimize(nets[rank]!, adam(), { ...kind, communicator });
        const right = gradientsOf(netOf(), 1, rank) as never as object;
        try {
          await optimizer.stepAsync(
            rank === 1 ? ({ ...right, ...gradients } as never) : (right as never),
          );
        } finally {
          await optimizer.stepAsync(right as never);
        }
      });
      expect(thrown[0]).toContain(`RankError: rank 1 cannot step: ${text}`);
      expect(thrown[1]).toContain(`GradientError: ${text}`);
      expect(valuesOf(nets[0]!)).toEqual(valuesOf(nets[1]!));
      expect(valuesOf(nets[0]!)).not.toEqual(valuesOf(netOf()));
    }
  });

  test("a loss is of all ranks or of none", async () => {
    const thrown = await thrownOn(2, async (communicator, rank) => {
      const net = netOf();
      using optimizer = optimize(net, adam(), { ...kind, communicator });
      await optimizer.stepAsync(gradientsOf(net, 1, rank) as never, rank === 1 ? { loss: 1 } : {});
    });
    expect(thrown[0]).toContain(
      "1 of 2 ranks were given a loss; pass one on all ranks, or on none",
    );
    expect(thrown[1]).toBe(thrown[0]);
  });

  test("goes on from a saved state, bit for bit", async () => {
    const make = () => chain(clipByGlobalNorm(1), adamw({ lr: 0.1 }), ema(0.9)) as Rule;
    const step = async (
      optimizer: { stepAsync(gradients: never): Promise<unknown> },
      net: never,
      t: number,
      rank: number,
    ) => void (await optimizer.stepAsync(gradientsOf(net, t, rank) as never));
    await onRanks(3, async (communicator, rank) => {
      const [net, other] = [netOf(), netOf()];
      using whole = optimize(net, make(), { ...kind, communicator });
      for (const t of [1, 2, 3]) await step(whole, net as never, t, rank);
      const saved = structuredClone(whole.state());
      const values = valuesOf(net);
      for (const t of [4, 5]) await step(whole, net as never, t, rank);
      using resumed = optimize(other, make(), { ...kind, communicator });
      for (const [name, array] of Object.entries(values)) other[name]!.data.set(array as never);
      expect(resumed.restore(saved)).toMatchObject({ step: 3, differences: [] });
      // Rank 0 gives its parameters to all at the first step.
      for (const t of [4, 5]) await step(resumed, other as never, t, rank);
      expect(valuesOf(other)).toEqual(valuesOf(net));
      expect(resumed.state()).toEqual(whole.state());
    });
  });

  test("is of no use behind its end", async () => {
    const [communicator] = inProcess(1);
    const optimizer = optimize(netOf(), adam(), { ...kind, communicator: communicator! });
    await optimizer.stepAsync(gradientsOf(netOf(), 1, 0) as never);
    optimizer.dispose();
    await expect(optimizer.stepAsync(gradientsOf(netOf(), 1, 0) as never)).rejects.toThrow(
      "disposed",
    );
  });

  test("takes its own arrays for each other's gradients", async () => {
    const ways = await onRanks(2, async (communicator, rank) => {
      const net = parameters({ a: [40], b: [40] });
      using optimizer = optimize(net, sgd({ lr: 1 }), { ...kind, communicator, bucketBytes: 64 });
      const { a, b } = optimizer.gradients;
      a.fill(1 + rank);
      b.fill(10 + rank);
      await optimizer.stepAsync({ a: b, b: a });
      return [net.a.data[39], net.b.data[39]];
    });
    expect(ways).toEqual([
      [-10.5, -1.5],
      [-10.5, -1.5],
    ]);
  });

  test("one step waits for the other", async () => {
    const [communicator] = inProcess(1);
    using optimizer = optimize(netOf(), adam(), { ...kind, communicator: communicator! });
    const first = optimizer.stepAsync(gradientsOf(netOf(), 1, 0) as never);
    await expect(optimizer.stepAsync(gradientsOf(netOf(), 1, 0) as never)).rejects.toThrow(
      "await it before the next",
    );
    await first;
    expect(() => optimizer.step(gradientsOf(netOf(), 1, 0) as never)).toThrow(
      "use await stepAsync() instead",
    );
  });
});

describe("sharded state", () => {
  test("is of parts that cover all, and is refused on another rank", async () => {
    const size = 3;
    const states = await onRanks(size, async (communicator, rank) => {
      const net = netOf();
      using optimizer = optimize(net, adam(), { communicator, shardState: true });
      await optimizer.stepAsync(gradientsOf(net, 1, rank) as never);
      const state = optimizer.state();
      const { shard } = optimizer as ShardedOptimizer;
      for (const [name, [from, to]] of Object.entries(shard)) {
        expect(state.parameters[name]!["adam.m"]).toHaveLength(to - from);
        expect(state.counters[`shard.from/${name}`]).toBe(from);
        expect(state.shapes[name]).toEqual(shapes[name as keyof typeof shapes]);
      }
      expect(state.counters).toMatchObject({ "shard.rank": rank, "shard.ranks": size });
      return { state, shard };
    });
    for (const [name, { data }] of Object.entries(netOf())) {
      const ends = states.map(({ shard }) => shard[name]!);
      expect(ends.map(([from]) => from)).toEqual([0, ...ends.slice(0, -1).map(([, to]) => to)]);
      expect(ends.at(-1)![1]).toBe(data.length);
    }
    const [communicator] = inProcess(1);
    using whole = optimize(netOf(), adam(), { communicator: communicator!, shardState: true });
    expect(() => whole.restore(states[1]!.state)).toThrow(RestoreError);
    expect(() => whole.restore(states[1]!.state)).toThrow(
      "it is of rank 1 of 3, but this is rank 0 of 1",
    );
    using plain = optimize(netOf(), adam());
    expect(() => plain.restore(states[1]!.state)).toThrow(RestoreError);
    expect(() => whole.restore(plain.state())).toThrow("it is not sharded");
  });

  test.each([1, 2, 3, 4])("takes what the formula says on %i ranks", async (size) => {
    const net = () => parameters({ w: [700, 300], v: [300, 100], b: [300] });
    const elements = 700 * 300 + 300 * 100 + 300;
    const taken = await onRanks(size, async (communicator) => {
      const own = net();
      const zero = {
        w: own.w.data.map(() => 1),
        v: own.v.data.map(() => 1),
        b: own.b.data.map(() => 1),
      };
      const probe = optimize(own, sgd());
      probe.dispose();
      const { allocated } = probe.memory;
      using optimizer = optimize(own, adam(), { communicator, shardState: true, threads: 1 });
      optimizer.gradients;
      await optimizer.stepAsync(zero);
      return optimizer.memory.allocated - allocated;
    });
    // Gradients are whole on each rank; Adam's state is two numbers for each element of its part.
    const formula = 4 * elements + (2 * 4 * elements) / size;
    for (const bytes of taken) expect(Math.abs(bytes / formula - 1)).toBeLessThan(0.02);
  });

  test("of parameters in 16 bits is refused, which ranks average all the same", async () => {
    const net = () => parameters({ w: [40] }, { type: bfloat16 });
    expect(() => optimize(net(), adam(), { communicator: alone(), shardState: true })).toThrow(
      "parameters in 16 bits, such as `w`, cannot be sharded; leave out shardState",
    );
    const gradient = (rank: number) =>
      Float32Array.from({ length: 40 }, (_, i) => Math.sin(i + rank));
    const expected = net();
    using plain = optimize(expected, adam({ lr: 0.1 }));
    plain.step(meanGradients([{ w: gradient(0) }, { w: gradient(1) }]) as never);
    await onRanks(2, async (communicator, rank) => {
      const own = net();
      using optimizer = optimize(own, adam({ lr: 0.1 }), { communicator });
      await optimizer.stepAsync({ w: gradient(rank) });
      expect(own.w.data).toEqual(expected.w.data);
    });
  });
});

describe("what ranks stand around", () => {
  test("is an optimizer, and once", () => {
    using once = dataParallel(optimize(netOf(), adam()), alone());
    expect(once).toBeInstanceOf(DataParallel);
    expect(() => dataParallel(once, alone())).toThrow(BindingError);
    expect(() => dataParallel(once, alone())).toThrow("the optimizer already averages over ranks");
    expect(() => dataParallel(accumulate(netOf(), adam(), { steps: 2 }), alone())).toThrow(
      "put accumulate outside",
    );
    expect(() => dataParallel(adam() as never, alone())).toThrow(
      "the first argument must be an optimizer",
    );
    expect(() => dataParallel(optimize(netOf(), adam()), alone(), { checkEvery: 0 })).toThrow(
      "checkEvery must be a number, 1 or more",
    );
  });

  test("takes a communicator, and says what it is not", () => {
    expect(() => optimize(netOf(), adam(), { communicator: {} as never })).toThrow(
      "this one has no `allReduce`",
    );
    expect(() =>
      optimize(netOf(), adam(), { communicator: alone(), shardState: 1 as never }),
    ).toThrow("shardState must be true or false");
    expect(() =>
      optimize(netOf(), adam(), { communicator: alone(), shard: true } as never),
    ).toThrow("unknown option `shard`");
  });

  test("names the error that it throws", () => {
    expect(new RankError(1, "").rank).toBe(1);
    expect(GradientError).toBeDefined();
    expect(reduceOnPlateau).toBeDefined();
  });
});
