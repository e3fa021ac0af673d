import { describe, expect, it, test } from "vitest";
import { direction } from "../../../tests/support/rules.ts";
import { newScope } from "../graph/elaborate.ts";

/** Elements divided by the largest of their line, unless that is 0. */
const share = (lines: "row" | "col") =>
  `(g / select((0 < ${lines}Max(abs(g))), ${lines}Max(abs(g)), 1))`;

describe("operators and functions as the graph's operators", () => {
  it.each([
    ["g + p - g * p / g", "((g + p) - ((g * p) / g))"],
    ["-g", "negate(g)"],
    ["where(g > p, g, p)", "select((p < g), g, p)"],
    ["where(g >= p, g, p)", "select((p <= g), g, p)"],
    ["where(g < p, g, p)", "select((g < p), g, p)"],
    ["where(g <= p, g, p)", "select((g <= p), g, p)"],
    ["where(g == p, g, p)", "select((g == p), g, p)"],
    ["where(g != p, g, p)", "select((g != p), g, p)"],
    ["g % p", "(g - (p * floor((g / p))))"],
    [
      "sqrt(abs(g)) + exp(g) + log(g) + floor(g)",
      "(((sqrt(abs(g)) + exp(g)) + log(g)) + floor(g))",
    ],
    ["sign(g)", "select((0 < g), 1, select((g < 0), -1, g))"],
    ["min(g, p) + max(g, p)", "(min(g, p) + max(g, p))"],
    ["clamp(g, -1, p)", "min(max(g, -1), p)"],
    // A whole power of elements is a product in the order of the text, and half a power is a root.
    ["g ^ 1", "g"],
    ["g ^ 2", "(g * g)"],
    ["g ^ 4", "(((g * g) * g) * g)"],
    ["g ^ -1", "(1 / g)"],
    ["g ^ -2", "(1 / (g * g))"],
    ["g ^ 0.5", "sqrt(g)"],
    ["g ^ (1 / 2)", "sqrt(g)"],
    ["g ^ -0.5", "(1 / sqrt(g))"],
    ["g ^ 0", "power(g, 0)"],
    ["g ^ 17", "power(g, 17)"],
    ["g ^ 1.5", "power(g, 1.5)"],
    ["g ^ p", "power(g, p)"],
    ["g ^ lr", "power(g, test.lr)"],
    // A power on the host stays a power.
    ["lr ^ 2", "power(test.lr, 2)"],
    ["norm(g) ^ 2", "power(tensor:norm(g), 2)"],
    ["lr ^ t", "power(test.lr, t)"],
    ["2 ^ g", "power(2, g)"],
    // Reductions.
    ["sum(g)", "tensor:sum(g)"],
    ["mean(g)", "(tensor:sum(g) / count)"],
    ["norm(g)", "tensor:norm(g)"],
    ["rootMeanSquare(g)", "(tensor:norm(g) / sqrt(count))"],
    ["amax(g) + amin(g)", "(tensor:max(g) + tensor:min(g))"],
    ["globalSum(g)", "global:sum(g)"],
    ["globalNorm(g)", "global:norm(g)"],
    ["globalMax(g) + globalMin(g)", "(global:max(g) + global:min(g))"],
    // Rows and columns.
    ["rowSum(g) + rowMax(g)", "(rowSum(g) + rowMax(g))"],
    ["rowMean(g)", "(rowSum(g) / cols)"],
    ["rowNorm(g)", `(rowMax(abs(g)) * sqrt(rowSum((${share("row")} * ${share("row")}))))`],
    ["colSum(g) + colMax(g)", "(colSum(g) + colMax(g))"],
    ["colMean(g)", "(colSum(g) / rows)"],
    ["colNorm(g)", `(colMax(abs(g)) * sqrt(colSum((${share("col")} * ${share("col")}))))`],
    ["rowMean(matmul(g, transpose(p)))", "(rowSum(matmul(g, transpose(p))) / rows)"],
    // Constants are folded as they are written.
    ["(2 + 3 * 4) * g", "(14 * g)"],
    ["where(1 < 2, g, p)", "select(1, g, p)"],
    ["g + 1 + 2", "((g + 1) + 2)"],
  ])("%s", (text, expected) => {
    expect(direction(`u = ${text}`)).toBe(expected);
  });

  test("equal expressions are one node, whatever their names", () => {
    const { graph } = newScope();
    const [a, b] = [graph.slot("g", "element"), graph.slot("p", "element")];
    expect(graph.element("add", a, b)).toBe(graph.element("add", a, b));
    // Operands are not swapped: x + y and y + x of NaNs need not have the same bits.
    expect(graph.element("add", a, b)).not.toBe(graph.element("add", b, a));
    expect(graph.constant(0)).not.toBe(graph.constant(-0));
    expect(graph.constant(1)).not.toBe(graph.constant(1, "boolean"));
    expect(graph.constant(Number.NaN)).toBe(graph.constant(Number.NaN));
  });
});
