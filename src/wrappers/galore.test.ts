import { describe, expect, it } from "vitest";
import { backends } from "../../tests/support/backends.ts";
import { chain, defineOptimizer, frozen } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { lion } from "../optimizers/lion.ts";
import { polyakSgd } from "../optimizers/polyakSgd.ts";
import { sgd } from "../optimizers/sgd.ts";
import { sophia } from "../optimizers/sophia.ts";
import { partition } from "../rule/partition.ts";
import { sparse } from "../runtime/gradients/sparse.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { weightDecay } from "../transforms/weightDecay.ts";
import { curvature } from "./curvature.ts";
import { galore } from "./galore.ts";

const shapes = { tall: [9, 4], wide: [3, 2, 4], b: [5] } as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];
const lengths: Readonly<Record<Name, number>> = { tall: 36, wide: 24, b: 5 };

function fresh(type: "float32" | "float64" = "float64") {
  const net = parameters(shapes, { type });
  for (const name of names) {
    net[name].data.forEach((_, i) => void (net[name].data[i] = Math.cos(i + lengths[name])));
  }
  return net;
}
const gradientOf = (name: Name, step: number) =>
  Float64Array.from(
    { length: lengths[name] },
    (_, i) => Math.sin(7 * step + i * i) / (1 + (i % 5)),
  );
const gradientsAt = (step: number) => ({
  tall: gradientOf("tall", step),
  wide: gradientOf("wide", step),
  b: gradientOf("b", step),
});

describe.each(["float32", "float64"] as const)("in %s", (type) => {
  it("is the same by both backends, bit for bit", () => {
    const ends = backends.map((backend) => {
      const net = fresh(type);
      using optimizer = galore(net, adam(), { rank: 2, every: 3, weightDecay: 0.1, backend });
      for (let step = 1; step <= 8; step++) optimizer.step(gradientsAt(step));
      return names.map((name) => net[name].data);
    });
    expect(ends[0]).toEqual(ends[1]);
    expect(ends[0]).not.toEqual(names.map((name) => fresh(type)[name].data));
  });

  it("steps vectors, and matrices that do not match, like the rule, bit for bit", () => {
    const [one, other] = [fresh(type), fresh(type)];
    using low = galore(one, adam({ lr: 0.1 }), { rank: 1, match: "wide" });
    using whole = optimize(other, adam({ lr: 0.1 }));
    for (let step = 1; step <= 5; step++) {
      low.step(gradientsAt(step));
      whole.step(gradientsAt(step));
    }
    expect(one.b.data).toEqual(other.b.data);
    expect(one.tall.data).toEqual(other.tall.data);
    expect(one.wide.data).not.toEqual(other.wide.data);
  });
});

it("with full rank changes nothing if the rule treats all directions alike", () => {
  const [one, other] = [fresh(), fresh()];
  const rule = () => sgd({ lr: 0.1, momentum: 0.9 });
  using low = galore(one, rule(), { rank: 4, every: 100, weightDecay: 0.2 });
  using whole = optimize(other, chain(rule(), weightDecay({ weightDecay: 0.2 })));
  for (let step = 1; step <= 10; step++) {
    low.step(gradientsAt(step));
    whole.step(gradientsAt(step));
  }
  for (const name of names) {
    one[name].data.forEach((value, i) => {
      expect(Math.abs(value - other[name].data[i]!)).toBeLessThan(1e-13);
    });
  }
});

it("keeps state of the projected size, and needs no more memory", () => {
  const net = parameters({ w: [256, 512], b: [512] });
  const memoryOf = (make: () => Disposable & { memory: { allocated: number } }) => {
    using optimizer = make();
    return optimizer.memory.allocated;
  };
  const rank = 8;
  const low = memoryOf(() => {
    const optimizer = galore(net, adam(), { rank });
    optimizer.gradients.w.fill(1);
    optimizer.step();
    const { w, b } = optimizer.state().parameters;
    expect(w!["adam.m"]!.length).toBe(rank * 512);
    expect(w!["adam.v"]!.length).toBe(rank * 512);
    expect(w!["galore.basis"]!.length).toBe(256 * rank);
    expect(b!["adam.m"]!.length).toBe(512);
    expect(b!["galore.basis"]).toBe(undefined);
    return optimizer;
  });
  const whole = memoryOf(() => {
    const optimizer = optimize(net, adam());
    optimizer.gradients.w.fill(1);
    optimizer.step();
    return optimizer;
  });
  const nothing = memoryOf(() => optimize({ b: net.b }, sgd()));
  const size = 4 * 256 * 512;
  // Both have the gradient, and in addition m and v; or m, v, gradient and displacement of 8 rows.
  expect(whole - nothing).toBeGreaterThan(3 * size);
  expect(low - nothing).toBeLessThan(size + 5 * 4 * rank * 512);
});

describe("decay", () => {
  it("applies to the whole parameters, with the rate of each group and step", () => {
    const net = fresh();
    const before = fresh();
    const lr = (t: number) => 0.5 / t;
    using optimizer = galore(net, adam({ lr }), {
      weightDecay: (t) => 0.1 * t,
      groups: [
        { match: "b", weightDecay: 0 },
        { match: "tall", lr: 0.01 },
      ],
    });
    const zeros = {
      tall: new Float64Array(36),
      wide: new Float64Array(24),
      b: new Float64Array(5),
    };
    optimizer.step(zeros);
    optimizer.step(zeros);
    expect(net.b.data).toEqual(before.b.data);
    const kept = { tall: (1 - 0.01 * 0.1) * (1 - 0.01 * 0.2), wide: (1 - 0.05) * (1 - 0.05) };
    for (const name of ["tall", "wide"] as const) {
      net[name].data.forEach((value, i) => {
        expect(value).toBeCloseTo(kept[name] * before[name].data[i]!, 14);
      });
    }
  });

  it("from a schedule that gives an invalid value is refused before anything moves", () => {
    for (const value of [-1, Number.NaN, "0.1" as never]) {
      const net = fresh();
      const weightDecay = (step: number) => (step === 2 ? value : 0.1);
      using optimizer = galore(net, adam(), { rank: 1, weightDecay });
      optimizer.step(gradientsAt(1));
      const now = () => structuredClone([net, optimizer.state()]);
      const before = now();
      expect(() => optimizer.step(gradientsAt(2))).toThrow(
        `the schedule of galore.weightDecay gave ${value} at step 2; it must give a number in [0, inf)`,
      );
      expect(now()).toEqual(before);
    }
  });

  it("needs a learning rate, and names that exist", () => {
    const bare = defineOptimizer({ name: "bare", hyper: {}, rule: "p = p - g" });
    expect(() => galore(fresh(), bare(), { weightDecay: 0.1 })).toThrow(
      "the rule has no learning rate",
    );
    galore(fresh(), bare()).dispose();
    const groups = [{ match: "b", weigthDecay: 0 }] as never;
    expect(() => galore(fresh(), adam(), { groups })).toThrow("`weigthDecay`; did you mean");
    expect(() => galore(fresh(), adam(), { weightDecay: "0.1" as never })).toThrow(
      "galore: `weightDecay` must be a number in [0, inf) or a schedule",
    );
  });
});

describe("gradients", () => {
  it("may be written in place or passed, in any type, and stay as they are", () => {
    const ends = [0, 1, 2].map((way) => {
      const net = fresh("float32");
      using optimizer = galore(net, adam(), { rank: 2 });
      for (let step = 1; step <= 3; step++) {
        const given = gradientsAt(step);
        if (way === 0) {
          for (const name of names) optimizer.gradients[name].set(given[name]);
          optimizer.step();
          expect(optimizer.gradients.tall).toEqual(Float32Array.from(given.tall));
        } else {
          const listed = { ...given, wide: Float32Array.from(given.wide), tall: [...given.tall] };
          optimizer.step(way === 1 ? given : listed);
          expect(given).toEqual(gradientsAt(step));
        }
      }
      optimizer.zeroGradients();
      expect(optimizer.gradients.tall.some(Boolean)).toBe(false);
      return names.map((name) => net[name].data);
    });
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  });

  it("are refused if they do not fit", () => {
    using optimizer = galore(fresh(), adam());
    expect(() => optimizer.step()).toThrow("there are no gradients yet");
    const given = gradientsAt(1);
    const wrong = (changed: object) => () => optimizer.step({ ...given, ...changed });
    expect(wrong({ tall: [1, 2] })).toThrow("`tall` has 2 elements, the parameter has 36");
    expect(wrong({ tall: undefined })).toThrow("the gradient of `tall` is missing");
    expect(wrong({ tall: 3 })).toThrow("`tall` is not an array");
    expect(wrong({ tail: [1] })).toThrow("there is no parameter `tail`");
    expect(wrong({ tall: sparse([1], [1, 2, 3, 4]) })).toThrow("`tall` cannot be sparse");
    expect(wrong({ b: [1] })).toThrow("`b` has 1 elements, the parameter has 5");
    expect(optimizer.steps).toBe(0);
  });

  it("that are not finite throw, are skipped, or are allowed", () => {
    for (const bad of ["tall", "b"] as const) {
      const given = gradientsAt(1);
      given[bad][3] = Number.POSITIVE_INFINITY;
      const net = fresh();
      using throwing = galore(net, adam());
      expect(() => throwing.step(given)).toThrow(
        `step 1: the gradient of \`${bad}\` has Infinity at element 3; nothing was updated`,
      );
      using skipping = galore(net, adam(), { nonFinite: "skip" });
      expect(skipping.step(given)).toMatchObject({ skipped: true, step: 0 });
      expect([skipping.steps, skipping.skippedSteps]).toEqual([0, 1]);
      for (const name of names) expect(net[name].data).toEqual(fresh()[name].data);
      expect(skipping.step(gradientsAt(2))).toMatchObject({ skipped: false, step: 1 });
      const other = fresh();
      using afresh = galore(other, adam());
      afresh.step(gradientsAt(2));
      for (const name of names) expect(net[name].data).toEqual(other[name].data);
      using letting = galore(net, adam(), { nonFinite: "allow" });
      letting.step(given);
      expect(net[bad].data.some(Number.isNaN)).toBe(true);
    }
  });
});

it("does not change frozen parameters, and needs no gradients of them", () => {
  const net = fresh();
  const rule = partition([{ match: "tall", rule: frozen }], adam());
  using optimizer = galore(net, rule, { rank: 1, weightDecay: 0.1 });
  optimizer.step({ ...gradientsAt(1), tall: undefined });
  expect(net.tall.data).toEqual(fresh().tall.data);
  expect(net.wide.data).not.toEqual(fresh().wide.data);
});

it("reports what the rule reports, and passes the loss on", () => {
  const net = fresh();
  using optimizer = galore(net, polyakSgd({ lr: 2 }), { rank: 2 });
  expect(optimizer.step(gradientsAt(1), { loss: 0.5 })).toMatchObject({ step: 1, lr: 2 });
  expect(() => optimizer.step(gradientsAt(2))).toThrow("loss");
});

it("steps foreign arrays", () => {
  const net = { w: { data: new Float32Array(12), shape: [3, 4] }, b: new Float64Array(2) };
  using optimizer = galore(net, lion({ lr: 1 }), { rank: 3 });
  optimizer.gradients.w.set([4, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0]);
  optimizer.gradients.b.set([3, -3]);
  optimizer.step();
  expect([...net.w.data].map((x) => x || 0)).toEqual([-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0]);
  expect([...net.b]).toEqual([-1, 1]);
});

it("evaluates the parameters themselves, and frees its memory", () => {
  const net = fresh();
  const free = optimize(fresh(), sgd()).memory.allocated;
  const optimizer = galore(net, adam());
  optimizer.step(gradientsAt(1));
  expect(optimizer.evaluate(() => net.b.data[0])).toBe(net.b.data[0]);
  expect(optimizer.evaluationWeights().wide).toEqual(net.wide.data);
  expect(optimizer.evaluationWeights().wide).not.toBe(net.wide.data);
  const held = optimizer.memory.allocated;
  optimizer.dispose();
  expect(optimizer.memory.allocated).toBeLessThan(held);
  expect(free).toBeGreaterThan(0);
  expect(() => optimizer.step(gradientsAt(2))).toThrow("disposed");
});

it("does not support curvature, which is of whole parameters", () => {
  using optimizer = galore(fresh(), sophia({ weightDecay: 0 }), { rank: 2 });
  expect(() => curvature(optimizer)).toThrow("the state `sophia.h` of `tall` has 18 elements");
});

it("refuses invalid options", () => {
  const make = (options: object) => () => galore(fresh(), adam(), options);
  expect(make({ rank: 0 })).toThrow("`rank` must be a whole number in [1, inf), not 0");
  expect(make({ every: 1.5 })).toThrow("`every` must be a whole number in [1, inf), not 1.5");
  expect(make({ scale: Number.NaN })).toThrow("`scale` must be a number in [0, inf), not NaN");
  expect(make({ scale: -1 })).toThrow("`scale` must be a number in [0, inf), not -1");
  expect(make({ ranks: 3 })).toThrow("galore: unknown option `ranks`; did you mean `rank`?");
  expect(make({ match: "bias" })).toThrow("match");
});
