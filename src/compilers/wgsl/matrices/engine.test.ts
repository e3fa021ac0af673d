import { describe, expect, it } from "vitest";
import { defineOptimizer, muon, type Rule, soap } from "../../../index.ts";
import { defaultHyper } from "../../../rule/hyper.ts";
import { valueLayout } from "../values.ts";
import { recordRoutine } from "./engine.ts";
import { type Operation, type OperationContext, operationShader } from "./operation.ts";

type Storages = OperationContext["storages"];

const float32: Storages = { parameter: "float32", gradient: "float32" };

/** The operations of a rule's first call for matrices of a shape, with their shaders. */
function recorded(rule: Rule, rows: number, cols: number, storages: Storages = float32) {
  const program = rule.planner.step(rule, defaultHyper(rule), true, true);
  const call = program.passes.find((pass) => pass.form === "routine")!;
  const recording = recordRoutine(program, call, { rows, cols }, () => 2);
  const context = { program, call, storages, layout: valueLayout(program) };
  const shaders = (recording?.operations ?? []).map((each) => operationShader(each, context));
  return { recording, shaders };
}

const shapeOf = ({ matrices }: Operation): string =>
  matrices
    .slice(0, 3)
    .map(({ rows, cols }) => `${rows} x ${cols}`)
    .join(" = ")
    .replace(/(=.*)=/, "$1*");

describe("orthogonalize", () => {
  it.each([
    [48, 96],
    [96, 48],
  ])("of %i x %i is a norm, a division and three products a turn", (rows, cols) => {
    const { operations, scratch } = recorded(muon() as Rule, rows, cols).recording!;
    const side = Math.min(rows, cols);
    const square = `${side} x ${side}`;
    const outer =
      rows < cols
        ? `${side} x ${cols} * ${cols} x ${side}`
        : `${side} x ${rows} * ${rows} x ${side}`;
    const next = rows < cols ? `${square} * ${rows} x ${cols}` : `${rows} x ${cols} * ${square}`;
    const turn = [
      `${square} = ${outer}`,
      `${square} = ${square} * ${square}`,
      `${rows} x ${cols} = ${next}`,
    ];
    expect(operations.slice(2).map(shapeOf)).toEqual([...turn, ...turn]);
    expect(scratch).toEqual(
      new Map([
        ["scratch 0", side ** 2],
        ["scratch 1", side ** 2],
        ["scratch 2", rows * cols],
        ["squares", 3],
      ]),
    );
  });

  it("has the same text for matrices of the same form, because sizes are in tables", () => {
    const [some, others] = [recorded(muon() as Rule, 48, 96), recorded(muon() as Rule, 64, 700)];
    expect(some.shaders).toEqual(others.shaders);
  });

  it("multiplies by tiles, and adds the addend at the end", async () => {
    const { shaders } = recorded(muon() as Rule, 48, 96);
    await expect(shaders[3]).toMatchFileSnapshot("../__snapshots__/tiled-product.wgsl");
  });

  it("multiplies large matrices by large tiles", async () => {
    const { shaders } = recorded(muon() as Rule, 1024, 1024);
    await expect(shaders[2]).toMatchFileSnapshot("../__snapshots__/large-product.wgsl");
  });

  it("splits a long sum of a small product among invocations", async () => {
    const { shaders } = recorded(muon() as Rule, 3, 700);
    await expect(shaders[2]).toMatchFileSnapshot("../__snapshots__/thin-product.wgsl");
  });
});

describe("a call", () => {
  const squared = defineOptimizer({
    name: "squared",
    hyper: { lr: 1 },
    state: { x: { kind: "left", initial: 0 } },
    rule: `
      x = where(t % 2 == 0, matmul(x, x), x)
      u = g
    `,
  });

  it("is skipped if the step is, or if its condition does not hold", () => {
    expect(recorded(muon() as Rule, 4, 4).shaders[0]).toContain("1u, !stopped);");
    expect(recorded(squared() as Rule, 4, 4).shaders[0]).toMatch(
      /1u, !stopped && \(bitcast<f32>\(ring\[given \+ \d+u\]\) != f32\(0f\)\) == true\);/,
    );
  });

  const outer = defineOptimizer({
    name: "outer",
    hyper: { lr: 1 },
    rule: "u = simplex(g, 1)",
  });

  it("reads halves, and computes with float32", () => {
    const half: Storages = { parameter: "float16", gradient: "float16" };
    const [shader] = recorded(outer() as Rule, 4, 4, half).shaders;
    expect(shader).toContain("enable f16;");
    expect(shader).toMatch(/return f32\(gradient\[/);
  });

  it("of no elements does nothing", () => {
    expect(recorded(muon() as Rule, 0, 4).recording!.operations).toEqual([]);
  });

  it("of eigenvectors is not supported by this engine", () => {
    expect(recorded(soap() as Rule, 4, 4).recording?.operations).toBeDefined();
  });
});
