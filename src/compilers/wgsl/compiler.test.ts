import { describe, expect, it } from "vitest";
import { adam, chain, clipByGlobalNorm, optimizers, type Rule } from "../../index.ts";
import { defaultHyper } from "../../rule/hyper.ts";
import { apartShader, compileProgram } from "./compiler.ts";
import { literal } from "./operators.ts";

const float32 = { parameter: "float32", gradient: "float32" } as const;

function compile(rule: Rule, storages: Parameters<typeof compileProgram>[1] = float32) {
  const program = rule.planner.step(rule, defaultHyper(rule), true, true);
  return compileProgram(program, storages, 4);
}

describe("shaders", () => {
  it("of Adam look like handwritten ones", async () => {
    const { loops } = compile(adam() as Rule);
    await expect(loops.at(-1)!.main).toMatchFileSnapshot("__snapshots__/adam.wgsl");
  });

  it("compute only what depends on a norm on the device", async () => {
    const { layout, scalars } = compile(chain(clipByGlobalNorm(1), adam()) as Rule);
    expect(layout.device.every(({ stage }) => stage > 0)).toBe(true);
    await expect(scalars.find(Boolean)).toMatchFileSnapshot("__snapshots__/clip.wgsl");
  });

  it("of gradients in two buffers check a block of each, and bind only what they read", async () => {
    const program = compile(adam() as Rule);
    const loop = program.loops[0]!.loop;
    await expect(apartShader(program, loop, float32, 4, 2)).toMatchFileSnapshot(
      "__snapshots__/two-gradients.wgsl",
    );
  });

  it("read and write halves for float16 parameters or gradients, and compute in float32", () => {
    const { loops } = compile(adam() as Rule, { parameter: "float16", gradient: "float16" });
    const { main } = loops.at(-1)!;
    expect(main).toContain("enable f16;");
    expect(main).toContain("parameter: array<vec4<f16>>");
    expect(main).toMatch(/parameter\[.*\] = vec4<f16>\(/);
    expect(main).toMatch(/= vec4<f32>\(gradient\[/);
  });

  it("reduce columns before rows are stored", () => {
    const { loops } = compile(optimizers.adafactor() as Rule);
    expect(loops.some((loop) => loop?.columns !== undefined)).toBe(true);
  });
});

it.each([
  [0.1, "0.10000000149011612f"],
  [-0, "-0f"],
  [1e-8, "9.99999993922529e-9f"],
  [1e300, "3.4028234663852886e+38f"],
  [Number.NEGATIVE_INFINITY, "-3.4028234663852886e+38f"],
])("%s is spelled %s", (value, text) => {
  expect(literal(value)).toBe(text);
});
