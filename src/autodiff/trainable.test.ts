/** A tape writes gradients for whatever has parameters and gradients, and says why where it cannot. */
import { describe, expect, it } from "vitest";
import { apart } from "../../tests/support/apart.ts";
import { uniform } from "../../tests/support/gradients.ts";
import {
  accumulate,
  adam,
  curvature,
  DisposedError,
  frozen,
  galore,
  lossScale,
  type Optimizer,
  optimize,
  parameters,
  partition,
  privatize,
  sam,
  sgd,
  sophia,
} from "../index.ts";
import {
  AutodiffError,
  createTape,
  linear,
  meanSquaredError,
  type Tape,
  type Trainable,
} from "./index.ts";

const shapes = { w: [5, 3], b: [3] } as const;

const fresh = () => {
  const net = parameters(shapes);
  net.w.data.set(uniform(15, 1));
  net.b.data.set(uniform(3, 2));
  return net;
};
type Net = ReturnType<typeof fresh>;

/** A loss of two rows of inputs, which depend on the number of the pass. */
function recordOn({ tape }: { tape: Tape<Net> }) {
  const x = tape.input([2, 5]);
  const y = linear(x, tape.parameters.w, tape.parameters.b);
  const loss = meanSquaredError(y, tape.input([2, 3]));
  return (pass: number) => {
    x.data.set(uniform(10, 10 + pass));
    return tape.backward(loss);
  };
}

/** The mean of the gradients of some passes by an optimizer of its own. */
function meanGradients(net: Net, passes: readonly number[]) {
  using optimizer = optimize({ w: net.w, b: net.b }, sgd());
  const backward = recordOn({ tape: createTape(optimizer) });
  const sums = { w: new Float64Array(15), b: new Float64Array(3) };
  for (const pass of passes) {
    backward(pass);
    for (const name of ["w", "b"] as const) {
      optimizer.gradients[name].forEach((g, i) => void (sums[name][i]! += g / passes.length));
    }
  }
  return sums;
}

describe("micro-steps", () => {
  it.each([
    ["accumulate", (net: Net) => accumulate(net, sgd({ lr: 0.1 }), { steps: 3 })],
    [
      "privatize",
      (net: Net) =>
        privatize(net, sgd({ lr: 0.1 }), { examples: 3, clip: 1e9, noiseMultiplier: 0, seed: 1 }),
    ],
  ])("of %s take the gradients that a tape writes", (_, make) => {
    const net = fresh();
    using optimizer = make(net);
    using tape = createTape(optimizer);
    const backward = recordOn({ tape });
    for (let update = 0; update < 2; update++) {
      const passes = [1, 2, 3].map((pass) => pass + 3 * update);
      const mean = meanGradients(net, passes);
      const before = { w: net.w.data.slice(), b: net.b.data.slice() };
      const updated = passes.map((pass) => {
        backward(pass);
        return optimizer.step().updated;
      });
      expect(updated).toEqual([false, false, true]);
      for (const name of ["w", "b"] as const) {
        mean[name].forEach((g, i) => {
          // A few roundings of numbers of order 1.
          expect(Math.abs(net[name].data[i]! - (before[name][i]! - 0.1 * g))).toBeLessThan(1e-6);
        });
      }
    }
  });

  it("clip what a tape writes for each example", () => {
    const net = fresh();
    const clip = 1e-3;
    using optimizer = privatize(net, sgd({ lr: 1 }), {
      ...{ examples: 2, clip, noiseMultiplier: 0, seed: 1 },
    });
    using tape = createTape(optimizer);
    const backward = recordOn({ tape });
    const before = [...net.w.data, ...net.b.data];
    for (const pass of [1, 2]) {
      backward(pass);
      optimizer.step();
    }
    const moved = [...net.w.data, ...net.b.data].map((value, i) => value - before[i]!);
    const length = Math.hypot(...moved);
    expect(length).toBeGreaterThan(clip / 10);
    expect(length).toBeLessThan(clip * 1.01);
  });

  it("leave frozen parameters, whose gradients the tape writes all the same", () => {
    const net = fresh();
    const rule = partition([{ match: "w", rule: frozen }], sgd({ lr: 0.1 }));
    using optimizer = accumulate(net, rule, { steps: 1 });
    using tape = createTape(optimizer);
    const backward = recordOn({ tape });
    const before = net.w.data.slice();
    backward(1);
    optimizer.step();
    expect(net.w.data).toEqual(before);
    expect([...net.b.data]).not.toEqual(uniform(3, 2));
  });

  it("end with the optimizer: a tape does not write into memory that was given back", () => {
    const optimizer = accumulate(fresh(), sgd(), { steps: 2 });
    const backward = recordOn({ tape: createTape(optimizer) });
    backward(1);
    optimizer.dispose();
    expect(() => backward(2)).toThrow(DisposedError);
    expect(() => createTape(optimizer)).toThrow(DisposedError);
  });
});

it("shares loops among as many threads as each optimizer does", () => {
  const rule = sgd();
  for (const threads of [1, 2]) {
    for (const optimizer of [
      optimize(fresh(), rule, { threads }),
      accumulate(fresh(), rule, { steps: 2, threads }),
      galore(fresh(), rule, { rank: 2, threads }),
    ]) {
      expect(optimizer.maxThreads).toBe(threads);
      optimizer.dispose();
    }
  }
});

describe("what stands around an optimizer takes the gradients of the tape on it", () => {
  it("sam, whose closure the tape's pass is", () => {
    const net = fresh();
    using optimizer = optimize(net, sgd({ lr: 0.1 }));
    using tape = createTape(optimizer);
    const backward = recordOn({ tape });
    const sharpness = sam(optimizer, { rho: 0.05 });
    const losses = Array.from({ length: 20 }, () => {
      sharpness.step(() => backward(1));
      return backward(1);
    });
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });

  it.each<
    [string, (net: Net) => Pick<Optimizer<Net>, "gradients" | "parameters"> & Trainable<Net>]
  >([
    ["optimize", (net) => optimize(net, sophia())],
    ["accumulate", (net) => accumulate(net, sophia(), { steps: 2 })],
  ])("curvature, on %s", (_, make) => {
    const optimizer = make(fresh());
    using tape = createTape(optimizer);
    const backward = recordOn({ tape });
    using bowl = curvature(optimizer as Optimizer<Net>);
    backward(1);
    expect(bowl.observeSampled(2)).toBe(true);
    expect(bowl.estimates).toBe(1);
  });
});

describe("is refused", () => {
  const advice = /; pass the result of optimize\(\), accumulate\(\), privatize\(\) or galore\(\)\./;

  it.each<[string, () => unknown, string]>([
    ["curvature", () => curvature(optimize(fresh(), sophia())), "a Curvature"],
    ["lossScale", () => lossScale(), "a function"],
    ["parameters without an optimizer", () => fresh(), "an object"],
    ["nothing", () => undefined, "undefined"],
    ["a number", () => 5, "5"],
  ])("%s, for it has no parameters and gradients", (_, make, found) => {
    const refused = () => createTape(make() as Trainable<Net>);
    expect(refused).toThrow(AutodiffError);
    expect(refused).toThrow(
      `createTape: expected an optimizer with parameters and gradients, found ${found};`,
    );
    expect(refused).toThrow(advice);
  });

  it("an optimizer on a GPU", () => {
    const onGpu = {
      parameters: { w: { buffer: {}, shape: [3] } },
      gradients: { w: { buffer: {}, shape: [3] } },
    };
    expect(() => createTape(onGpu as never)).toThrow(
      "createTape: parameter `w` has no array in `data`; for parameters on a GPU, compute gradients with shaders",
    );
  });

  it("one that does not say in which memory it is", () => {
    const { parameters: own, gradients } = optimize(fresh(), adam());
    expect(() => createTape({ parameters: own, gradients } as Trainable<Net>)).toThrow(
      "createTape: expected the optimizer's `memory`",
    );
  });

  it("a parameter of another call of parameters(), and not for lying outside", () => {
    const optimizer = optimize({ ...apart({ w: [3] }), ...apart({ b: [2] }) }, adam());
    expect(() => createTape(optimizer)).toThrow(
      "is in another memory than the others, and a tape needs one memory; make all of them in one call of parameters(...)",
    );
  });

  it.each([
    ["accumulate", accumulate(parameters({ w: [3] }, { type: "float64" }), sgd(), { steps: 2 })],
    ["galore", galore(parameters({ w: [3, 3] }, { type: "float64" }), sgd())],
  ])("float64 in %s, as in any optimizer", (_, optimizer) => {
    expect(() => createTape(optimizer as never)).toThrow(
      "createTape: expected parameter `w` in float32, found float64",
    );
  });
});
