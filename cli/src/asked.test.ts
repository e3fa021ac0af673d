/** Changed files of a run's folder: each is either accepted, or refused with the command's own error. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../tests/support/properties.ts";
import { requireAsked } from "./asked.ts";
import { readEntries, readRecorded } from "./compare/points.ts";
import { CommandError } from "./errors.ts";
import { parseRule } from "./specification.ts";

const folder = { path: "runs/mine" };
const common = { version: 1, command: "gradus", date: "2026-01-01T00:00:00.000Z" };
const task = { kind: "built-in", name: "fashion-mlp" };
const train = {
  ...{ ...common, kind: "train", task, lr: 0.1 },
  options: {
    ...{ rule: parseRule("clipByNorm(1)+adam"), seed: 1, steps: 9, batch: 4, settings: {} },
    ...{ checkpointEvery: 3, keep: 3, microBatches: 2 },
  },
};
const compare = {
  ...{ ...common, kind: "compare", task: { kind: "module", path: "/a/task.ts" } },
  options: { optimizers: "sgd,adam", steps: "9", sweep: true, set: ["a=1"], jobs: "2" },
};
const points = { steps: [1, 5], seconds: [0, 1], loss: [2, 1], metricSteps: [5], metric: [0.5] };
const recorded = { ...points, step: 15, elapsed: 3, recent: [1, 2] };
const entry = {
  elapsed: 1,
  outcome: {
    job: { rule: parseRule("adam"), lr: 0.1, seed: 1, sweep: false },
    curves: { ...points, finalLoss: 1, finalMetric: null, diverged: false, made: 5 },
    parameters: 7,
  },
};

type Place = readonly [at: Record<string, unknown>, name: string];

/** Every field of a value, nested ones included. */
const placesOf = (value: object): Place[] =>
  Object.entries(value).flatMap(([name, each]): Place[] => [
    [value as Record<string, unknown>, name],
    ...(typeof each === "object" && each !== null ? placesOf(each) : []),
  ]);

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(undefined, null, -1, 0.5, 1e300, "", "\x1b[2J", [], {}, { toString: "" }),
);

it.each([
  ["run.json of a training", train, (value) => requireAsked(folder, value)],
  ["run.json of a comparison", compare, (value) => requireAsked(folder, value)],
  ["a run of a comparison", entry, (value) => void readEntries([entry, value], "runs.jsonl")],
  ["a checkpoint's records", recorded, (value) => void readRecorded(value, 20, "a.safetensors")],
] satisfies [string, object, (value: never) => void][])("%s", (_, whole, read) => {
  read(whole as never);
  let refused = 0;
  const property = fc.property(fc.nat(), anything, (place, value) => {
    const copy = structuredClone(whole);
    const places = placesOf(copy);
    const [at, name] = places[place % places.length]!;
    // The caller has already checked this field.
    if (name === "kind" && at === copy) return;
    at[name] = value;
    try {
      read(copy as never);
    } catch (error) {
      refused++;
      expect(error).toBeInstanceOf(CommandError);
      expect((error as Error).message).toMatch(
        /^(runs.mine.run\.json|runs\.jsonl: line 2|a\.safetensors): /,
      );
    }
  });
  const settings = runs(500);
  fc.assert(property, settings);
  expect(refused).toBeGreaterThan(settings.numRuns / 2);
});

it("says which field is wrong, and what it must be", () => {
  const many = { ...train, options: { ...train.options, steps: "many" } };
  expect(() => requireAsked(folder, many as never)).toThrow(
    'run.json: `options.steps` is "many"; it must be a whole number, 1 or more',
  );
  expect(() => readRecorded({ ...recorded, recent: [1] }, 20, "a.safetensors")).toThrow(
    "a.safetensors: what it says of the run cannot be used: `recent` is [ 1 ]; it must be the losses of the last tenth",
  );
  expect(() => readRecorded(undefined, 20, "a.safetensors")).toThrow("`step` is missing");
  expect(() => readRecorded(recorded, 14, "a.safetensors")).toThrow("it must be at most 14");
});
