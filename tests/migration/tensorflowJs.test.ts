/** docs/from-tensorflow-js.md: both sides of a row compute the same, and no name is forgotten. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { optimize, parameters, type Rule } from "../../src/index.ts";
import inputs from "../reference/inputs.json" with { type: "json" };
import { evaluate, resultsOf } from "./code.ts";
import { blocksOf, readMigrationPage } from "./page.ts";

const page = readMigrationPage("from-tensorflow-js.md");

const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "gradus-migration-"));
beforeAll(async () => {
  process.chdir(folder);
  await tf.setBackend("cpu");
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** As near as float32 comes: TensorFlow.js keeps 0.999^t in it, whose distance from 1 is off by 1.3e-5 at first. */
const tolerance = 1e-4;

describe("the programs", () => {
  const [theirs, adapter] = blocksOf(page, "js") as [string, string];
  const [ours] = blocksOf(page, "ts") as [string];
  const endOf = (program: string) => {
    const { w, b } = resultsOf(program, ["w", "b"], { tf });
    return [w, b].map((variable) => (variable as tf.Variable).dataSync()[0]!);
  };

  it("end at the same weights, with and without TensorFlow.js", () => {
    const [w, b] = endOf(theirs);
    const { net } = resultsOf(ours, ["net"]) as { net: Record<"w" | "b", { data: Float32Array }> };
    expect(net.w.data[0]! / w!).toBeCloseTo(1, 4);
    expect(net.b.data[0]! / b!).toBeCloseTo(1, 4);
    expect(w).toBeCloseTo(3, 1);
  });

  it("differ by the imports and one line", () => {
    const lines = theirs.split("\n");
    const other = adapter.split("\n").filter((line) => !lines.includes(line));
    expect(other).toEqual([
      'import { adam } from "gradus";',
      'import { GradusOptimizer } from "gradus/tfjs";',
      "  new GradusOptimizer(adam({ lr: 0.1, eps: 1e-7 }));",
    ]);
    const ends = endOf(adapter);
    endOf(theirs).forEach((value, i) => {
      expect(ends[i]! / value).toBeCloseTo(1, 4);
    });
  });
});

/** Their optimizer's weights after the recorded gradients. */
function theirWeights(code: string): Record<"w" | "b", Float32Array> {
  const optimizer = new Function("tf", `return ${code};`)(tf) as tf.Optimizer;
  const shapes = inputs.shapes as Record<"w" | "b", number[]>;
  const variables = (["w", "b"] as const).map((key) =>
    tf.variable(tf.tensor(inputs.parameters[key], shapes[key]), true, key),
  );
  for (const gradients of inputs.gradients) {
    const tensors = (["w", "b"] as const).map((name) => ({
      name,
      tensor: tf.tensor(gradients[name], shapes[name]),
    }));
    optimizer.applyGradients(tensors);
  }
  const [w, b] = variables.map((variable) => variable.dataSync() as Float32Array);
  tf.disposeVariables();
  return { w: w!, b: b! };
}

describe("a row", () => {
  test.each(page.compared)("$theirs is $ours", ({ theirs, ours }) => {
    const expected = theirWeights(theirs);
    const net = parameters({ w: [3, 4], b: [5] });
    net.w.data.set(inputs.parameters.w);
    net.b.data.set(inputs.parameters.b);
    const optimizer = optimize(net, evaluate(ours) as Rule);
    for (const gradients of inputs.gradients) optimizer.step(gradients);
    for (const key of ["w", "b"] as const) {
      const errors = Array.from(expected[key], (value, i) => {
        const scale = Math.max(Math.abs(value), Math.abs(inputs.parameters[key][i]!));
        return Math.abs(net[key].data[i]! - value) / scale;
      });
      expect(Math.max(...errors), key).toBeLessThanOrEqual(tolerance);
    }
  });

  it("is of the version that the page names", () => {
    expect(page.text).toContain(`TensorFlow.js ${tf.version_core.split(".")[0]}'s`);
  });

  it("is compared", () => expect(page.compared.length).toBeGreaterThan(8));

  test.each([...new Set(page.ours)])("%s runs", async (code) => {
    expect(await evaluate(code, { tf })).not.toBe(null);
  });
});

/** The members of an interface that a declaration file has. */
function membersOf(file: string, name: string): string[] {
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-layers");
  const text = readFileSync(main.replace(/dist\/.*$/, `dist/${file}.d.ts`), "utf8");
  const body = new RegExp(`interface ${name}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(text)![1]!;
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, member]) => member!);
}

const namesOf = (space: object): string[] => Object.keys(space);

describe("treats every name of", () => {
  const text = page.theirs.join("\n");
  const optimizer = Object.getOwnPropertyNames(tf.Optimizer.prototype);
  test.each([
    ["tf.train", namesOf(tf.train).map((name) => `train.${name}`)],
    ["tf.Optimizer", optimizer.filter((name) => name !== "constructor")],
    ["what optimizers are saved by", ["getConfig", "getClassName"]],
    ["model.compile", membersOf("engine/training", "ModelCompileArgs")],
    ["model.fit", membersOf("engine/training_tensors", "ModelFitArgs")],
    ["model.fitDataset", membersOf("engine/training_dataset", "ModelFitDatasetArgs")],
    ["callbacks", membersOf("base_callbacks", "CustomCallbackArgs")],
    ["early stopping", membersOf("callbacks", "EarlyStoppingCallbackArgs")],
    ["classes", namesOf(layers).filter((name) => /allback|History|EarlyStopping/.test(name))],
    ["tf.constraints", namesOf(layers.constraints).map((name) => `constraints.${name}`)],
    ["tf.regularizers", namesOf(layers.regularizers).map((name) => `regularizers.${name}`)],
    ["tf.initializers", namesOf(layers.initializers).map((name) => `initializers.${name}`)],
    ["tf.losses", namesOf(tf.losses).map((name) => `losses.${name}`)],
    [
      "gradients",
      ["grad", "grads", "valueAndGrad", "valueAndGrads", "variableGrads", "customGrad"],
    ],
  ])("%s", (_, names) => {
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});
