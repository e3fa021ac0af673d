import { describe, expect, expectTypeOf, test } from "vitest";
import { apart } from "../../tests/support/apart.ts";
import { chain } from "../define.ts";
import { adam } from "../optimizers/adam.ts";
import { lamb } from "../optimizers/lamb.ts";
import { sgd } from "../optimizers/sgd.ts";
import { clipByGlobalNorm } from "../transforms/clipByGlobalNorm.ts";
import { ema } from "../transforms/ema.ts";
import { BindingError } from "./errors.ts";
import { adopt, Memory, memoryOf, OutOfMemoryError } from "./memory/memory.ts";
import { optimize } from "./optimize.ts";
import { type Parameter, type ParameterSource, parameters } from "./parameters.ts";

describe("parameters", () => {
  test("are zeroed arrays with their shapes", () => {
    const net = parameters({ w: [2, 3], b: [3], scale: [], kernel: [2, 1, 4] });
    expect(Object.keys(net)).toEqual(["w", "b", "scale", "kernel"]);
    expect(net.w).toEqual({ data: new Float32Array(6), shape: [2, 3] });
    expect(net.b).toEqual({ data: new Float32Array(3), shape: [3] });
    expect(net.scale).toEqual({ data: new Float32Array(1), shape: [] });
    expect(net.kernel.data).toHaveLength(8);
    expectTypeOf(net.w).toEqualTypeOf<Parameter<Float32Array>>();
  });

  test("may be float64", () => {
    const net = parameters({ w: [2] }, { type: "float64" });
    expect(net.w.data).toEqual(new Float64Array(2));
    expectTypeOf(net.w).toEqualTypeOf<Parameter<Float64Array>>();
    expectTypeOf(parameters({ w: [2] }, { type: "float32" }).w).toEqualTypeOf<
      Parameter<Float32Array>
    >();
  });

  test("may have no elements, and the object may be empty", () => {
    const net = parameters({ none: [0], flat: [3, 0, 2] });
    expect([net.none.data.length, net.flat.data.length]).toEqual([0, 0]);
    expect(parameters({})).toEqual({});
  });

  test("lie in one memory, each at a multiple of 64 bytes, padded to one", () => {
    const net = parameters({ a: [1], b: [17], c: [0], d: [3] });
    const memories = new Set(Object.values(net).map(({ data }) => memoryOf(data)));
    expect(memories.size).toBe(1);
    const [first = 0, ...rest] = Object.values(net).map(({ data }) => data.byteOffset);
    expect(first % 64).toBe(0);
    expect(rest).toEqual([first + 64, first + 192, first + 256]);
  });

  test("copy their shapes, so that a caller's later change has no effect", () => {
    const shape = [2];
    const { w } = parameters({ w: shape });
    shape[0] = 3;
    expect(w.shape).toEqual([2]);
  });

  test("may have any names", () => {
    const names = ["__proto__", "constructor", "toString", "0", "a.b", "", "ß"];
    const net = parameters(Object.fromEntries(names.map((name) => [name, [2]])));
    using optimizer = optimize(net, sgd({ lr: 1 }));
    for (const name of names) {
      expect(Object.hasOwn(net, name)).toBe(true);
      optimizer.gradients[name]!.fill(1);
    }
    optimizer.step();
    for (const name of names) {
      expect(Array.from(net[name]!.data)).toEqual([-1, -1]);
      expect(optimizer.parameters[name]!.shape).toEqual([2]);
      expect(optimizer.state().parameters[name]).toEqual({});
    }
  });

  test.each([[[2.5]], [[-1]], [["2"]], [[Number.NaN]], [2], [undefined], [[2 ** 53]]])(
    "of shape %j are refused",
    (shape) => {
      expect(() => parameters({ w: shape as number[] })).toThrow(BindingError);
      expect(() => parameters({ w: shape as number[] })).toThrow(
        `parameter \`w\`: a shape must be a list of whole numbers, such as [784, 10], not ${JSON.stringify(shape)}`,
      );
    },
  );

  test("of another type are refused", () => {
    expect(() => parameters({ w: [2] }, { type: "float16" as "float32" })).toThrow(
      new BindingError(
        'parameters: unknown type `float16`: "float16" is a string, float16 a value that gradus exports; pass { type: float16 }',
      ),
    );
    expect(() => parameters({ w: [2] }, { type: "flaot32" as "float32" })).toThrow(
      new BindingError("parameters: unknown type `flaot32`; did you mean `float32`?"),
    );
    expect(() => parameters({ w: [2] }, { typ: "float64" } as object)).toThrow(
      new BindingError(
        "parameters: unknown option `typ`; did you mean `type`? (it has type, seed)",
      ),
    );
  });

  test("larger than 4 GiB are refused with a clear message", () => {
    expect(() => parameters({ w: [2 ** 30] })).toThrow(OutOfMemoryError);
    expect(() => parameters({ w: [2 ** 30] })).toThrow(
      /^\d+ more bytes of memory are not available; 64 are in use, 4294967296 can be addressed\.$/,
    );
    expect(() => parameters({ w: [2 ** 20, 2 ** 20] })).toThrow(OutOfMemoryError);
  });

  test("above an address of 2 GiB are updated like others", () => {
    // Pages that are not touched cost nothing.
    const memory = memoryOf(apart({ a: [20] }).a.data)!;
    memory.allocate(5 * 2 ** 29);
    const z = adopt(memory, memory.view("float32", memory.allocate(80), 20)).fill(1);
    expect(z.byteOffset).toBeGreaterThan(2 ** 31);
    using optimizer = optimize({ z }, adam({ lr: 0.5 }));
    optimizer.gradients.z.fill(3);
    optimizer.step();
    expect(Array.from(z)).toEqual(Array(20).fill(0.5));
  });

  test("beyond 1 GiB are in several memories, in their order, and small ones share a memory", () => {
    const quarter = 2 ** 26;
    const net = parameters({ a: [quarter], b: [3 * quarter], c: [7], d: [5 * quarter], e: [9] });
    const memories = Object.values(net).map(({ data }) => memoryOf(data));
    expect(memories.map((memory) => memories.indexOf(memory))).toEqual([0, 0, 2, 3, 2]);
  });

  test("in several memories are stepped as in one, including norms", () => {
    const rule = chain(clipByGlobalNorm(1), lamb({ lr: 0.1 }), ema(0.9));
    const train = (net: { readonly [K in "a" | "b" | "c"]: Parameter<Float32Array> }) => {
      using optimizer = optimize(net, rule);
      for (let step = 1; step <= 3; step++) {
        for (const array of Object.values(optimizer.gradients)) {
          array.forEach((_, i) => void (array[i] = Math.sin(i + step)));
        }
        // The gradients of the second step are passed, and staged in each memory.
        optimizer.step(
          step === 2 ? { a: [1, 2, 3], b: new Float64Array(1100), c: [4] } : undefined,
        );
      }
      return { average: optimizer.evaluationWeights(), net };
    };
    const shapes = { a: [3], b: [20, 55], c: [1] } as const;
    const one = parameters(shapes);
    const several = { ...apart({ a: [3], c: [1] }), ...apart({ b: [20, 55] }) };
    expect(memoryOf(several.a.data)).not.toBe(memoryOf(several.b.data));
    expect(train(several)).toEqual(train(one));
  });
});

describe("optimize takes", () => {
  const source = (value: unknown) => () => optimize({ w: value } as ParameterSource, sgd());

  test("arrays with shapes, and bare arrays, which are vectors", () => {
    using optimizer = optimize(
      { a: new Float32Array(2), b: { data: new Float64Array(6), shape: [2, 3] } },
      sgd(),
    );
    expect(optimizer.parameters.a.shape).toEqual([2]);
    expect(optimizer.parameters.b.shape).toEqual([2, 3]);
    expectTypeOf(optimizer.parameters.a.data).toEqualTypeOf<Float32Array>();
    expectTypeOf(optimizer.parameters.b.data).toEqualTypeOf<Float64Array>();
  });

  test.each([
    [null],
    [undefined],
    [[1, 2]],
    [new Int32Array(2)],
    [{ data: [1], shape: [1] }],
    ["w"],
    [3],
  ])("nothing else, such as %j", (value) => {
    expect(source(value)).toThrow(
      new BindingError(
        "parameter `w` is not a Float32Array, Float64Array or { data, shape } of one",
      ),
    );
  });

  test("no invalid shape, and none with another number of elements", () => {
    const data = new Float32Array(6);
    expect(source({ data, shape: [2, 2] })).toThrow(
      new BindingError("parameter `w`: the shape [2,2] does not hold 6 elements"),
    );
    for (const shape of [[-2, -3], [1.5, 4], ["6"], undefined, 6]) {
      expect(source({ data, shape })).toThrow(
        "parameter `w`: a shape must be a list of whole numbers",
      );
    }
  });

  test("at least one parameter, by name", () => {
    expect(() => optimize({}, sgd())).toThrow(
      new BindingError("optimize: there are no parameters"),
    );
    for (const wrong of [null, undefined, 3] as unknown as ParameterSource[]) {
      expect(() => optimize(wrong, sgd())).toThrow(
        new BindingError("optimize: the first argument must be an object of parameters by name"),
      );
    }
  });

  test("no element in two parameters", () => {
    const data = new Float32Array(8);
    const shared = (a: Float32Array, b: Float32Array) => () => optimize({ a, b }, sgd());
    const refused = new BindingError("parameters `a` and `b` share elements");
    expect(shared(data, data)).toThrow(refused);
    expect(shared(data, new Float32Array(data.buffer, 4, 2))).toThrow(refused);
    expect(shared(data.subarray(0, 5), data.subarray(4))).toThrow(refused);
    expect(() => optimize({ b: data.subarray(4), a: data.subarray(0, 5) }, sgd())).toThrow(refused);
    const { w } = parameters({ w: [8] });
    expect(shared(w.data, w.data.subarray(7))).toThrow(refused);
    // Arrays side by side are fine, and so are empty ones.
    expect(shared(data.subarray(0, 4), data.subarray(4))).not.toThrow();
    expect(shared(data, data.subarray(2, 2))).not.toThrow();
  });

  test("a rule, not a function that makes one", () => {
    const wrong = [sgd, undefined, null, {}, "adam"] as unknown as ReturnType<typeof sgd>[];
    for (const rule of wrong) {
      expect(() => optimize({ w: new Float32Array(1) }, rule)).toThrow(
        new BindingError(
          "optimize: the second argument must be a rule such as adam(), with parentheses",
        ),
      );
    }
  });

  test("no unknown options", () => {
    const withOptions = (options: object) => () =>
      optimize({ w: new Float32Array(1) }, sgd(), options);
    expect(withOptions({ group: [] })).toThrow(
      new BindingError(
        "optimize: unknown option `group`; did you mean `groups`? (it has groups, nonFinite, absent, zeroGradients, seed, threads, storage, backend)",
      ),
    );
    expect(withOptions({ nonFinite: "skipp" })).toThrow(
      new BindingError(
        'optimize: nonFinite must be one of "throw", "skip", "allow", not "skipp"; did you mean `skip`?',
      ),
    );
    expect(withOptions({ groups: { match: "w" } })).toThrow(
      new BindingError(
        "optimize: groups must be a list of groups, such as [{ match: /^b/, lr: 0.1 }]",
      ),
    );
    expect(withOptions({ backend: "webassembly" })).toThrow(
      new BindingError(
        "optimize: backend must be webassembly (the default), javascript or { name, compile, matrices }",
      ),
    );
  });
});

describe("memory", () => {
  test("returns zeroed ranges, and reuses freed ones", () => {
    const memory = new Memory();
    const a = memory.allocate(100);
    const b = memory.allocate(64);
    const c = memory.allocate(1);
    expect([a, b, c]).toEqual([64, 192, 256]);
    expect(memory.allocated).toBe(256);
    memory.view("float32", a, 25).fill(7);
    memory.view("float32", b, 16).fill(7);
    memory.release(a);
    memory.release(b);
    expect(memory.allocated).toBe(64);
    // Neighbours have become one range, from which smaller ones are taken.
    expect(memory.allocate(192)).toBe(a);
    expect(memory.view("float32", a, 48).every((value) => value === 0)).toBe(true);
    memory.release(a);
    expect([memory.allocate(64), memory.allocate(64), memory.allocate(64)]).toEqual([64, 128, 192]);
    memory.release(12345);
    memory.release(c);
    memory.release(c);
    expect(memory.allocated).toBe(192);
  });

  test("keeps views when it grows", () => {
    const memory = new Memory();
    const view = memory.view("float64", memory.allocate(8), 1);
    view[0] = 42;
    memory.allocate(10 * 65_536);
    expect(view[0]).toBe(42);
    view[0] = 43;
    expect(memory.view("float64", view.byteOffset, 1)[0]).toBe(43);
  });

  test("that is fixed does not grow, because that would detach views", () => {
    const memory = new Memory("fixed", 100_000);
    expect(memory.shared).toBe(false);
    memory.allocate(100_000);
    expect(() => memory.allocate(65_536)).toThrow(OutOfMemoryError);
    expect(() => memory.allocate(65_536)).toThrow("this memory was made for 131072");
    expect(memory.allocated).toBe(100_032);
  });
});
