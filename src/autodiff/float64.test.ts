/** Tapes in float64: products, layers, and what there is for float32 only. */
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { uniform } from "../../tests/support/gradients.ts";
import { adam, optimize, parameters } from "../index.ts";
import { Memory } from "../runtime/memory/memory.ts";
import {
  conv2d,
  createTape,
  dropout,
  embedding,
  float64,
  gelu,
  layerNorm,
  linear,
  meanSquaredError,
  relu,
  sum,
  type Tensor,
} from "./index.ts";
import { float64Product } from "./products/float64Product.ts";

const doubles = (shapes: Readonly<Record<string, readonly number[]>>) => {
  const net = parameters(shapes, { type: "float64" });
  for (const [i, { data }] of Object.values(net).entries()) {
    data.set(uniform(data.length, i));
  }
  const optimizer = optimize(net, adam({ lr: 0.05 }));
  return { net, optimizer, tape: createTape(optimizer, { numbers: float64 }) };
};

it("products of any shape, transposed or not, are sums in order", () => {
  const memory = new Memory();
  const product = float64Product(memory, float64.kernelsFor(memory));
  const size = fc.integer({ min: 1, max: 30 });
  const place = (values: readonly number[]) => {
    const view = memory.view("float64", memory.allocate(values.length * 8), values.length);
    view.set(values);
    return view;
  };
  fc.assert(
    fc.property(
      size,
      size,
      size,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (rows, depth, columns, ...flags) => {
        const [transposeA, transposeB, accumulate] = flags;
        const [a, b] = [uniform(rows * depth, 1), uniform(depth * columns, 2)];
        const c = place(uniform(rows * columns, 3));
        const expected = Array.from(c, (old, at) => {
          const [i, j] = [Math.floor(at / columns), at % columns];
          let sum = accumulate ? old : 0;
          for (let k = 0; k < depth; k++) {
            sum +=
              a[transposeA ? k * rows + i : i * depth + k]! *
              b[transposeB ? j * depth + k : k * columns + j]!;
          }
          return sum;
        });
        product(place(a), place(b), c, {
          rows,
          depth,
          columns,
          transposeA,
          transposeB,
          accumulate,
        });
        expect([...c]).toEqual(expected);
      },
    ),
  );
});

describe("a tape in float64", () => {
  it("trains a network, tables and norms among it, and has arrays of its type", () => {
    const { tape, optimizer } = doubles({
      table: [5, 16],
      gain: [16],
      shift: [16],
      w: [16, 1],
      b: [1],
    });
    const { table, gain, shift, w, b } = tape.parameters as Record<string, Tensor<Float64Array>>;
    gain!.data.fill(1);
    const rows = embedding(Uint8Array.of(4, 1, 3, 0), table!);
    const y = linear(relu(layerNorm(rows, gain!, shift!)), w!, b);
    const targets = tape.input([4, 1]);
    targets.data.set([1, -2, 3, 0.5]);
    const loss = meanSquaredError(y, targets);
    for (let step = 0; step < 300; step++) {
      tape.valueAndGradients(loss);
      optimizer.step();
    }
    expect(tape.valueAndGradients(loss)).toBeLessThan(1e-6);
    expectTypeOf(tape.forward(y)).toEqualTypeOf<Float64Array>();
    expect(tape.forward(y)).toBeInstanceOf(Float64Array);
  });

  it("says which operations there are for float32 only", () => {
    const { tape } = doubles({ x: [1, 4, 4, 1], w: [2, 3, 3, 1], m: [4, 4] });
    const { x, w, m } = tape.parameters as unknown as Record<string, Tensor>;
    const only = /^an operation needs the kernel `\w+`, which exists for float32 only/;
    expect(() => tape.forward(gelu(m!) as never)).toThrow(only);
    expect(() => tape.backward(sum(dropout(m!, 0.5)) as never)).toThrow(only);
    expect(() => tape.forward(conv2d(x!, w!) as never)).toThrow(/float32 only/);
  });

  it("and one in float32 take each its own parameters", () => {
    const single = optimize(parameters({ w: [3] }), adam());
    // @ts-expect-error: float32
    expect(() => createTape(single, { numbers: float64 })).toThrow(
      "createTape: expected parameter `w` in float64, found float32",
    );
    const double = optimize(parameters({ w: [3] }, { type: "float64" }), adam());
    // @ts-expect-error: float64
    expect(() => createTape(double)).toThrow(
      "createTape: expected parameter `w` in float32, found float64; give it { numbers: float64 }",
    );
    const tape = createTape(double, { numbers: float64 });
    expectTypeOf(tape.parameters.w.data).toEqualTypeOf<Float64Array>();
    expect(tape.parameters.w.data).toBe(double.parameters.w.data);
  });
});
