/** Tests rules over rows, columns and whole matrices, bound to tensors. */
import { describe, expect, it, test } from "vitest";
import { javascript } from "../../compilers/js/interpreter.ts";
import { webassembly } from "../../compilers/wasm/compiler.ts";
import { defineOptimizer } from "../../define.ts";
import type { Definition, HyperDefaults } from "../../rule/definition.ts";
import { GradientError } from "../errors.ts";
import { optimize } from "../optimize.ts";
import { parameters } from "../parameters.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Matrices of ascending numbers with gradients of ones, for a rule with a rate of 1. */
function bind(
  shapes: Shapes,
  rule: string,
  state: NonNullable<Definition["state"]> = {},
  hyper: HyperDefaults = {},
) {
  const net = parameters(shapes, { type: "float64" });
  const make = defineOptimizer({ name: "test", hyper: { lr: 1, ...hyper }, state, rule });
  return (backend = webassembly) => {
    const optimizer = optimize(net, make(), { backend });
    for (const [name, { data }] of Object.entries(net)) {
      data.forEach((_, i) => void (data[i] = i + 1));
      optimizer.gradients[name]!.fill(1);
    }
    return optimizer;
  };
}

/** A state of `w` after one step. */
function stateAfter(make: ReturnType<typeof bind>, state: string, backend = webassembly): number[] {
  using optimizer = make(backend);
  optimizer.step();
  return [...optimizer.state().parameters["w"]![`test.${state}`]!];
}

describe.each([webassembly, javascript])("$name", (backend) => {
  it("gives the routines of each tensor that tensor's own numbers", () => {
    // Without iterations, this is g / (norm(g) + eps).
    const make = bind({ w: [1, 1], z: [1, 1] }, "u = orthogonalize(g, 0, 1, 1, 1, norm(p) - 1)");
    using optimizer = make(backend);
    optimizer.parameters["z"]!.data[0] = 4;
    optimizer.step();
    expect(optimizer.parameters["w"]!.data[0]).toBe(1 - 1);
    expect(optimizer.parameters["z"]!.data[0]).toBe(4 - 1 / 4);
  });

  it("calls a routine under a condition for those tensors where it holds", () => {
    const rule = "x = where(norm(p) > 2, transpose(transpose(g)), g * 0); u = x";
    using optimizer = bind({ w: [1, 1], z: [1, 2] }, rule)(backend);
    optimizer.step();
    expect([...optimizer.parameters["w"]!.data]).toEqual([1]);
    expect([...optimizer.parameters["z"]!.data]).toEqual([0, 1]);
  });

  describe("reduces over all elements if a switch leaves only a row or a number", () => {
    const states = { r: { kind: "row", initial: 0 }, d: { kind: "scalar", initial: 0 } } as const;
    const test = (text: string, whole: boolean) =>
      stateAfter(
        bind({ w: [3, 2] }, `r = colSum(g) + lr; d = ${text}; u = g`, states, { whole }),
        "d",
        backend,
      );
    it.each([
      // Six ones, or three times the row 4, 4; or six times 7.
      ["sum(where(whole, g, r))", 6, 24],
      ["mean(where(whole, g, r))", 1, 4],
      ["sum(where(whole, g, 7))", 6, 42],
      ["mean(where(whole, r, 7))", 4, 7],
      ["sum(rowSum(where(whole, g, r)))", 6, 24],
      ["sum(rowSum(where(whole, g, 7)))", 6, 42],
      ["sum(colSum(where(whole, g, r)))", 6, 24],
      ["sum(colSum(where(whole, g, 7)))", 6, 42],
    ])("%s", (text, on, off) => {
      expect(test(text, true)).toEqual([on]);
      expect(test(text, false)).toEqual([off]);
    });
  });

  it("handles rows and columns without elements", () => {
    const state = {
      a: { kind: "column", initial: 0 },
      b: { kind: "column", initial: 0 },
      r: { kind: "row", initial: 5 },
    } as const;
    const rule = "a = rowMax(g); b = rowSum(g); r = colMax(g); u = g";
    const { NEGATIVE_INFINITY } = Number;
    expect(stateAfter(bind({ w: [2, 0] }, rule, state), "a", backend)).toEqual(
      Array(2).fill(NEGATIVE_INFINITY),
    );
    expect(stateAfter(bind({ w: [2, 0] }, rule, state), "b", backend)).toEqual([0, 0]);
    expect(stateAfter(bind({ w: [0, 2] }, rule, state), "r", backend)).toEqual(
      Array(2).fill(NEGATIVE_INFINITY),
    );
  });

  it("starts square state from multiples of the identity, by numbers and by options", () => {
    const state = {
      a: { kind: "left", initial: 2 },
      b: { kind: "right", initial: "2 * start" },
      r: { kind: "row", initial: "start" },
    } as const;
    const make = bind({ w: [2, 3] }, "a = 2 * a; b = 2 * b; r = 2 * r; u = g", state, { start: 3 });
    expect(stateAfter(make, "a", backend)).toEqual([4, 0, 0, 4]);
    expect(stateAfter(make, "b", backend)).toEqual([12, 0, 0, 0, 12, 0, 0, 0, 12]);
    expect(stateAfter(make, "r", backend)).toEqual([6, 6, 6]);
  });
});

test.each(["javascript", "webassembly"] as const)(
  "a reduction over all parameters in a branch is over the parameters of that branch: %s",
  (name) => {
    const backend = { javascript, webassembly }[name];
    const state = { d: { kind: "scalar", initial: 0 } } as const;
    const shapes = { v: [4], w: [2, 3], x: [1, 2], y: [0, 1] };
    const sum = (text: string) =>
      stateAfter(bind(shapes, `d = ${text}; u = g`, state), "d", backend);
    expect(sum("where(matrix, globalSum(g), 0)")).toEqual([8]);
    expect(sum("globalSum(g)")).toEqual([12]);
  },
);

test("the check of the gradients is found even if the rule computes the same sum", () => {
  using optimizer = bind({ w: [2] }, "u = g + globalSum(g * 0)")();
  optimizer.gradients["w"]![1] = Number.NaN;
  expect(() => optimizer.step()).toThrow(GradientError);
  expect([...optimizer.parameters["w"]!.data]).toEqual([1, 2]);
});
