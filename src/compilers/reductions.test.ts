/** How every compiler reduces, for any length, and whatever is in memory after the elements. */
import { describe, expect, test } from "vitest";
import { backends, elementTypes, rounding } from "../../tests/support/backends.ts";
import { expectSameBits } from "../../tests/support/bits.ts";
import { programFor, runProgram } from "../../tests/support/kernels.ts";
import { either, sample } from "../../tests/support/properties.ts";
import { reduceBlocks } from "../../tests/support/reduce.ts";
import { special } from "../../tests/support/special.ts";

const infinities = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const operators = ["sum", "max", "min"] as const;

describe.each(backends)("$name", (compiler) => {
  describe.each(elementTypes)("%s", (type) => {
    const round = rounding[type];
    describe.each([0, 1, 3, 4, 5, 15, 16, 17, 1000, 1023, 1024, 1025, 4097])(
      "of %i elements",
      (length) => {
        const values = Array.from({ length }, (_, i) =>
          round(Math.sin(i + length) * 10 ** (i % 7)),
        );
        const program = programFor((graph, slot) => {
          const g = slot("g");
          const reduced = operators.map((operator) => graph.reduction(operator, "tensor", g));
          // Only the reductions of the first pass are checked, not what is computed from them.
          const all = reduced.reduce((a, b) => graph.element("add", a, b));
          return { out: graph.element("multiply", slot("p"), g), late: all };
        });
        const run = (padding: number, shared = true) =>
          runProgram(compiler, program, {
            type,
            length,
            slots: { p: values, g: values },
            padding,
            shared,
          });

        test("reductions add in the documented tree", () => {
          const { partials } = run(0);
          for (const [index, operator] of operators.entries()) {
            expectSameBits(partials[index]!, reduceBlocks(operator, values, type), operator);
          }
        });

        test("padding does not change the result", () => {
          const clean = run(0);
          for (const padding of [Number.NaN, ...infinities, 1e30, -1e30]) {
            const dirty = run(padding);
            expectSameBits(dirty.slots["out"]!, clean.slots["out"]!, `padded with ${padding}`);
            for (const [index, partials] of dirty.partials.entries()) {
              expectSameBits(partials, clean.partials[index]!, operators[index]!);
            }
          }
        });

        test("an unshared memory gives the same", () => {
          expect(run(0, false)).toEqual(run(0, true));
        });
      },
    );

    test("reductions of special values: zeros keep their sign, and NaN makes the result NaN", () => {
      const program = programFor((graph, slot) => {
        const reduced = operators.map((operator) => graph.reduction(operator, "tensor", slot("g")));
        return { late: reduced.reduce((a, b) => graph.element("add", a, b)) };
      });
      const lists = [
        [-0],
        [-0, -0],
        [0, -0],
        [-0, 0],
        Array(40).fill(-0),
        [Number.NaN],
        [1, Number.NaN, 2],
        [...Array(30).fill(1), Number.NaN],
        [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
        [Number.POSITIVE_INFINITY, 1],
        [Number.NEGATIVE_INFINITY],
        [3e38, 3e38],
        [1e308, 1e308, -1e308],
        Array(20).fill(2 ** -149),
        Array(20).fill(Number.MIN_VALUE),
        special,
      ];
      for (const list of lists) {
        const g = list.map(round);
        const { partials } = runProgram(compiler, program, {
          type,
          length: g.length,
          slots: { g },
        });
        for (const [index, operator] of operators.entries()) {
          expectSameBits(
            partials[index]!,
            reduceBlocks(operator, g, type),
            `${operator} of ${list}`,
          );
        }
      }
    });
  });
});

describe("long arrays, which WebAssembly reads in several streams", () => {
  test.each(sample(elementTypes, 2))("leave the same partial results in %s", (type) => {
    const program = programFor((graph, slot) => {
      const g = slot("g");
      const [sum, largest] = [graph.element("multiply", g, g), g].map((each, i) =>
        graph.reduction(i === 0 ? "sum" : "max", "tensor", each),
      );
      const both = graph.element("add", sum!, largest!);
      return { out: graph.element("multiply", slot("p"), both) };
    });
    // Just too short for streams, just long enough, and with a rest of several blocks and part of one.
    for (const blocks of either([2053.5], [2047, 2048, 2053.5])) {
      const length = blocks * 1024;
      const g = new Float64Array(length).map((_, i) =>
        rounding[type](((i * 7919) % 1009) / 500 - 1),
      );
      const inputs = { type, length, slots: { p: [], g }, padding: Number.NaN };
      const [expected, found] = backends
        .slice(0, 2)
        .map((each) => runProgram(each, program, inputs).partials);
      expect(found).toHaveLength(2);
      for (const [index, partials] of found!.entries()) {
        expectSameBits(partials, expected![index]!, `${blocks} blocks, reduction ${index}`);
      }
    }
  });
});
