/** Parameters in 16 bits: how numbers become bits, what wrappers do with them, and what is refused. */
import { describe, expect, it } from "vitest";
import {
  accumulate,
  adam,
  bfloat16,
  block8,
  curvature,
  float16,
  fromFloat32,
  galore,
  optimize,
  parameters,
  privatize,
  type Storage,
  sam,
  sgd,
  sophia,
  toFloat32,
  webassembly,
} from "../../src/index.ts";
import { loadTorch, torchStates } from "../../src/pytorch/index.ts";
import { in16Bits } from "../support/storages.ts";

const shapes = { w: [6, 7], b: [5] } as const;

function netOf(storage: Storage = bfloat16) {
  const net = parameters(shapes, { type: storage });
  for (const { data } of Object.values(net)) {
    data.set(
      fromFloat32(
        Float32Array.from(data, (_, i) => (i % 7) / 4 - 0.6),
        storage,
      ),
    );
  }
  return net;
}

const gradient = { w: new Float32Array(42).fill(0.3), b: new Float32Array(5).fill(0.7) };

describe("numbers", () => {
  it.each(in16Bits)("become bits and numbers again: $name", (storage) => {
    const numbers = Float32Array.of(0, -0, 1, -1.5, 0.1, 1000);
    const bits = fromFloat32(numbers, storage);
    expect([...bits]).toEqual([...numbers].map(storage.encoding!.encode));
    expect([...toFloat32(bits, storage)]).toEqual([...bits].map(storage.encoding!.decode));
    const [into, back] = [new Uint16Array(6), new Float32Array(6)];
    expect(fromFloat32(numbers, storage, into)).toBe(into);
    expect(toFloat32(into, storage, back)).toBe(back);
    expect(back).toEqual(toFloat32(bits, storage));
  });

  it("of plain lists, too", () => {
    expect([...toFloat32(fromFloat32([0.5, -2], float16), float16)]).toEqual([0.5, -2]);
  });

  it("but not in blocks, which have no elements of their own", () => {
    expect(() => fromFloat32([1], block8)).toThrow(
      "fromFloat32: a storage of 16 bits for each element, such as bfloat16, is wanted, not block8",
    );
    expect(() => toFloat32([1], undefined as never)).toThrow("not undefined");
  });
});

describe("what is no parameter in 16 bits is refused", () => {
  it("by parameters()", () => {
    const make = (type: unknown) => () => parameters({ w: [2] }, { type: type as never });
    expect(make(block8)).toThrow(
      "parameters: a storage of 16 bits for each element, such as bfloat16, is wanted, not block8",
    );
    expect(make({ ...bfloat16, bytes: 4 })).toThrow('storage: "bfloat16" has 4 bytes');
    expect(make("bfloat16")).toThrow(
      'parameters: unknown type `bfloat16`: "bfloat16" is a string, bfloat16 a value that gradus exports',
    );
    expect(make(null)).not.toThrow(TypeError);
  });

  it("by optimize()", () => {
    const bind = (w: unknown) => () => optimize({ w: w as never }, adam());
    const shape = [2];
    expect(bind({ data: new Float32Array(2), shape, storage: bfloat16 })).toThrow(
      "parameter `w` is kept in bfloat16: its `data` is a Uint16Array of the bits",
    );
    expect(bind({ data: new Uint16Array(2), shape, storage: block8 })).toThrow("not block8");
    expect(bind({ data: new Uint16Array(2), shape, storage: "bfloat16" })).toThrow(
      "parameter `w`: a storage of 16 bits for each element, such as bfloat16, is wanted, not bfloat16",
    );
    expect(bind({ data: new Uint16Array(2), shape })).toThrow(
      "parameter `w` is not a Float32Array",
    );
    expect(bind(new Uint16Array(2))).toThrow("parameter `w` is not a Float32Array");
    expect(bind({ data: new Uint16Array(3), shape, storage: bfloat16 })).toThrow(
      "the shape [2] does not hold 3 elements",
    );
  });

  it("and a backend that keeps no storages", () => {
    const { keeps: _, ...backend } = webassembly;
    expect(() => optimize(netOf(), adam(), { backend })).toThrow(
      'optimize: storage: the backend "webassembly" cannot keep parameters in a storage',
    );
  });

  it("by what reads PyTorch's files, unless it may convert", () => {
    const net = netOf();
    using optimizer = optimize(net, adam());
    optimizer.step(gradient);
    using plain = optimize(parameters(shapes), adam());
    plain.step(gradient);
    const saved = torchStates(plain);
    expect(() => loadTorch(optimizer, saved)).toThrow(
      /parameter `w` has \d+ of bfloat16, but it was saved with \d+ of float32: pass \{ convert: true \}/,
    );
    loadTorch(optimizer, saved, { convert: true });
    expect(net.w.data).toEqual(fromFloat32(plain.parameters.w.data, bfloat16));
    // What is written has the same bits, and is taken without a conversion.
    const other = netOf();
    loadTorch(optimize(other, adam()), torchStates(optimizer));
    expect(other.w.data).toEqual(net.w.data);
  });
});

describe("wrappers", () => {
  it("accumulate, with sums in float32", () => {
    const [net, other] = [netOf(), netOf()];
    using optimizer = accumulate(net, adam(), { steps: 2 });
    using plain = optimize(other, adam());
    for (let t = 1; t <= 2; t++) {
      optimizer.step(gradient);
      optimizer.gradients.w.set(fromFloat32(gradient.w, bfloat16));
      optimizer.gradients.b.set(fromFloat32(gradient.b, bfloat16));
      optimizer.step();
      const mean = (numbers: Float32Array) => {
        const rounded = toFloat32(fromFloat32(numbers, bfloat16), bfloat16);
        return numbers.map((each, i) => Math.fround(each + rounded[i]!) / 2);
      };
      plain.step({ w: mean(gradient.w), b: mean(gradient.b) });
    }
    expect(net.w.data).toEqual(other.w.data);
    expect(net.w.data).not.toEqual(netOf().w.data);
    const [inner] = Object.values(optimizer.state().nested);
    expect(inner!.parameters["w"]!["accumulation.total"]).toBeInstanceOf(Float32Array);
  });

  it("an update that throws leaves the bits of gradients and parameters", () => {
    const net = netOf();
    using optimizer = accumulate(net, sgd(), { steps: 1, zeroGradients: true });
    optimizer.gradients.w.set(fromFloat32(gradient.w.with(4, Number.NaN), bfloat16));
    const before = [net.w.data.slice(), optimizer.gradients.w.slice()];
    expect(() => optimizer.step()).toThrow("`w` has NaN at element 4");
    expect([net.w.data, optimizer.gradients.w]).toEqual(before);
  });

  it("privatize and sam", () => {
    const net = netOf();
    using secret = privatize(net, sgd(), { examples: 1, clip: 1, noiseMultiplier: 0.5, seed: 3 });
    secret.step(gradient);
    expect(net.w.data).not.toEqual(netOf().w.data);
    const climbing = netOf();
    using optimizer = optimize(climbing, sgd({ lr: 0.1 }));
    using sharp = sam(optimizer, { rho: 0.5 });
    const seen: Uint16Array[] = [];
    sharp.step(() => {
      seen.push(climbing.w.data.slice());
      optimizer.gradients.w.set(climbing.w.data);
      optimizer.gradients.b.set(climbing.b.data);
    });
    expect(seen).toHaveLength(2);
    expect(seen[1]).not.toEqual(seen[0]);
    const expected = toFloat32(seen[0]!, bfloat16).map(
      (p, i) => p - Math.fround(0.1) * toFloat32(seen[1]!, bfloat16)[i]!,
    );
    expect(climbing.w.data).toEqual(fromFloat32(expected, bfloat16));
  });

  it("curvature, of estimates as bits and as numbers", () => {
    const [one, other] = [false, true].map((asBits) => {
      using optimizer = optimize(netOf(), sophia());
      using bowl = curvature(optimizer);
      const rounded = (numbers: Float32Array) => {
        const bits = fromFloat32(numbers, bfloat16);
        return asBits ? bits : toFloat32(bits, bfloat16);
      };
      bowl.observe({ w: rounded(gradient.w), b: rounded(gradient.b) });
      return optimizer.state().parameters["w"]!["sophia.h"];
    });
    expect(one).toEqual(other);
    expect(one![0]).toBeCloseTo(0.003, 4);
  });

  it("but not galore, which moves parameters itself", () => {
    // @ts-expect-error its type says so, too
    expect(() => galore(netOf(), adam())).toThrow(
      "galore: parameter `b` is kept in bfloat16, but galore works with float32 and float64 parameters only",
    );
  });
});
