import { expect, test } from "vitest";
import { didYouMean, nearest } from "./suggest.ts";

test.each([
  // One insertion, deletion, replacement or swap of neighbours up to five letters.
  ["adm", ["adam", "sgd"], "adam"],
  ["adamm", ["adam", "sgd"], "adam"],
  ["adom", ["adam", "sgd"], "adam"],
  ["daam", ["adam", "sgd"], "adam"],
  ["adamx2", ["adam", "sgd"], "adam"],
  ["amda", ["adam"], undefined],
  // A third of a longer name.
  ["weigthdecy", ["weightDecay"], "weightDecay"],
  ["learningRate", ["lr"], undefined],
  ["clipByGlobal", ["clipByGlobalNorm"], "clipByGlobalNorm"],
  // Case costs nothing.
  ["ADAM", ["adam"], "adam"],
  ["rmsProp", ["rmsprop"], "rmsprop"],
  // The nearest; of equally near ones the last.
  ["beta3", ["beta1", "beta2", "theta3"], "beta2"],
  ["beta11", ["beta1", "beta2"], "beta1"],
  // Any letter is one replacement from any other.
  ["q", ["g", "p"], undefined],
  ["M", ["m"], "m"],
  ["m1", ["m"], "m"],
  ["", ["a"], undefined],
  ["adam", [], undefined],
])("of %j among %j: %j", (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});

test("names that are no misspelling of anything cost nothing", () => {
  expect(nearest("a".repeat(1e6), ["a".repeat(1e6)])).toBeUndefined();
});

test("a message gets a question, or nothing", () => {
  expect(didYouMean("adm", new Set(["adam"]))).toBe("; did you mean `adam`?");
  expect(didYouMean("adm", [])).toBe("");
});
