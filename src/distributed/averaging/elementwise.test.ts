/** Kernels over gradients do what loops do, bit for bit, on the elements that they are given alone. */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { adopt, type FloatArray, Memory } from "../../runtime/memory/memory.ts";
import { areFinite, divide } from "./elementwise.ts";

const classes = { float32: Float32Array, float64: Float64Array } as const;
type Type = keyof typeof classes;
const types = Object.keys(classes) as Type[];

const memories = { shared: new Memory(), fixed: new Memory("fixed", 2 ** 20) };

/** The same numbers in a memory, where kernels are, and in an array of their own. */
function both(memory: Memory, type: Type, numbers: readonly number[]): [FloatArray, FloatArray] {
  const bytes = classes[type].BYTES_PER_ELEMENT * numbers.length;
  const array = adopt(memory, memory.view(type, memory.allocate(bytes), numbers.length));
  array.set(numbers);
  return [array, classes[type].from(numbers)];
}

const numbers = (type: Type, finite: boolean) =>
  type === "float32"
    ? fc.float({ noNaN: finite, noDefaultInfinity: finite })
    : fc.double({ noNaN: finite, noDefaultInfinity: finite });

/** An array, and two places in it. */
const pieces = (type: Type, finite: boolean) =>
  fc.array(numbers(type, finite), { minLength: 1, maxLength: 70 }).chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.nat({ max: list.length }).chain((to) => fc.tuple(fc.nat({ max: to }), fc.constant(to))),
    ),
  );

describe.each(Object.entries(memories))("in a %s memory, of", (_, memory) => {
  describe.each(types)("%s", (type) => {
    test("each element is divided, rounded once", () => {
      fc.assert(
        fc.property(
          pieces(type, false),
          fc.integer({ min: 1, max: 40 }),
          ([list, [from, to]], by) => {
            const [here, expected] = both(memory, type, list);
            divide(here, from, to, by);
            divide(expected, from, to, by);
            expect(here).toEqual(expected);
            expect([...expected]).toEqual(
              [...classes[type].from(list)].map((value, i) =>
                i < from || i >= to ? value : classes[type].of(value / by)[0],
              ),
            );
            memory.release(here.byteOffset);
          },
        ),
        { seed: 1, numRuns: 300 },
      );
    });

    test("one that is not finite is noticed, wherever it is, and nothing else", () => {
      fc.assert(
        fc.property(
          pieces(type, true),
          fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
          fc.nat(),
          ([list, [from, to]], bad, where) => {
            const [here, there] = both(memory, type, list);
            expect([here, there].map((each) => areFinite(each, from, to))).toEqual([true, true]);
            const at = where % list.length;
            here[at] = there[at] = bad;
            const isOutside = at < from || at >= to;
            expect(areFinite(here, from, to)).toBe(isOutside);
            expect(areFinite(there, from, to)).toBe(isOutside);
            memory.release(here.byteOffset);
          },
        ),
        { seed: 2, numRuns: 300 },
      );
    });
  });
});

test("kernels are made once for a memory, and none for arrays that are in none", () => {
  const made = vi.spyOn(WebAssembly, "Instance");
  try {
    const memory = new Memory();
    const [here, elsewhere] = both(memory, "float32", [1, 2, 3]);
    divide(elsewhere, 0, 3, 3);
    expect(made).not.toHaveBeenCalled();
    divide(here, 0, 3, 3);
    areFinite(here, 0, 3);
    expect(made.mock.calls.map(([, imports]) => imports)).toEqual([
      { env: { memory: memory.wasm } },
    ]);
  } finally {
    made.mockRestore();
  }
});
