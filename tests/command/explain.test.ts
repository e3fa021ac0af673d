import { describe, expect, it } from "vitest";
import { explain, latex } from "../../src/explain/index.ts";
import {
  adamw,
  chain,
  clipByGlobalNorm,
  ema,
  optimizers,
  type Rule,
  sgd,
  transforms,
} from "../../src/index.ts";
import { explanationText } from "../../src/rule/explain/explanationText.ts";
import { columnsOf } from "../../src/rule/formula/text.ts";
import { gradus } from "./gradus.ts";

async function explained(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await gradus(["explain", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.trimEnd();
}

const text = (rule: Rule) => `${explain(rule)}`.trimEnd();

describe("gradus explain", () => {
  it("shows maths, hyperparameters, state and passes", async () => {
    const output = await explained("adam");
    expect(output).toContain("mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ");
    expect(output).toContain("arxiv.org/abs/1412.6980");
    expect(output).toMatch(/ε +eps +1e-8/);
    expect(output).toMatch(/reads p g m v, writes p m v +28 +56/);
  });

  it.each(["soap", "maximize", "noisySgd"])("knows %s", async (name) => {
    const { latex: formula, hyperparameters } = JSON.parse(await explained(name, "--json"));
    expect(formula).not.toBe("");
    expect(hyperparameters.length > 0).toBe(name !== "maximize");
  });

  // A process for each would take most of a minute.
  it.each(Object.entries({ ...optimizers, ...transforms }))("has words for %s", (_, make) => {
    const explanation = explain((make as () => Rule)());
    const { formula, passes, obstacle } = explanation;
    expect(formula).not.toBe("");
    expect(passes.length > 0 || obstacle !== undefined).toBe(true);
    for (const width of [60, 80]) {
      const lines = explanationText(explanation, width).split("\n");
      // An address is not broken.
      const long = lines.filter((line) => columnsOf(line) > width && !/^\s*https:\S+$/.test(line));
      expect(long).toEqual([]);
    }
    expect(explanationText(explanation, 200)).toBe(`${explanation}`);
  });

  it("joins a chain, with options in parentheses or by --set", async () => {
    const rule = chain(clipByGlobalNorm(0.5), adamw({ weightDecay: 0.1 }), ema(0.99));
    expect(await explained("clipByGlobalNorm(0.5)+adamw(weightDecay=0.1)+ema(0.99)")).toBe(
      text(rule),
    );
    expect(
      await explained(
        "clipByGlobalNorm+adamw+ema",
        ...["--set", "maxNorm=0.5", "--set", "weightDecay=0.1", "--set", "ema.decay=0.99"],
      ),
    ).toBe(text(rule));
  });

  it("takes a comma for the same, and calls the chain by its usual name", async () => {
    const joined = await explained("clipByGlobalNorm+adamw");
    expect(await explained("clipByGlobalNorm,adamw")).toBe(joined);
    const { stderr } = await gradus(["explain", "adam, ema", "--set", "lrr=1"]);
    expect(stderr).toContain("adam+ema has no hyperparameter `lrr`");
  });

  it("shows what options decide", async () => {
    const rule = sgd({ momentum: 0.9, nesterov: true });
    expect(await explained("sgd(momentum=0.9, nesterov)")).toBe(text(rule));
    expect(await explained("sgd", "--set", "momentum=0.9", "--set", "nesterov=true")).toBe(
      text(rule),
    );
    expect(await explained("sgd", "--latex")).toBe(latex(sgd()));
  });

  it("prints the kernel", async () => {
    const kernel = await explained("adam", "--wat");
    expect(kernel).toMatch(/^\(module\n/);
    expect(kernel).toContain("f32x4.sqrt");
    expect(await explained("adam", "--wat", "--type", "float64")).toContain("f64x2.sqrt");
    // By rows, with norms, with matrices, and with draws and the function of the library that those call.
    for (const rule of ["adafactor", "lamb", "muon", "addNoise+sgd"]) {
      expect(await explained(rule, "--wat"), rule).toMatch(/^\(module\n/);
    }
  });
});
