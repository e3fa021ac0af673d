/** Whether the editor knows the names of a rule as the language does. */
import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { facts } from "../../../src/rule/graph/elaborate.ts";
import { catalogueOf } from "../catalogue.ts";
import { completionsOf } from "./completions.ts";
import { givenNames, kindOf, localsIn, type Names, tokens } from "./names.ts";

const names: Names = {
  hyper: ["lr", "beta1"],
  state: ["m"],
  functions: catalogueOf().functions,
};

function completed(before: string, after = "", explicit = false) {
  const state = EditorState.create({ doc: before + after });
  return completionsOf(() => names)(new CompletionContext(state, before.length, explicit));
}

const optionsFor = (before: string, after = "") =>
  (completed(before, after)?.options ?? []).map(({ label, detail }) => `${label}: ${detail}`);

describe("completion", () => {
  it("has options, state, lines of the rule, and functions with their operands", () => {
    const options = optionsFor("d = g - m\nu = c");
    expect(options).toContain("beta1: hyperparameter");
    expect(options).toContain("m: state");
    expect(options).toContain("d: a line of this rule");
    expect(options).toContain("clamp: (x, low, high)");
    expect(options).toContain("g: the gradient");
  });

  it("begins where the word begins", () => {
    expect(completed("u = be")?.from).toBe(4);
    expect(completed("u = ", "", true)?.from).toBe(4);
  });

  it("says nothing in a comment, and where no name begins", () => {
    expect(completed("u = g # th")).toBeNull();
    expect(completed("u = ")).toBeNull();
  });
});

describe("names", () => {
  it("that every rule has are those of the language", () => {
    // `matrix` is no number: only `where` takes it.
    const known = ["g", "p", "u", ...facts];
    for (const name of Object.keys(givenNames)) expect(known).toContain(name);
    expect(known.filter((name) => !Object.hasOwn(givenNames, name))).toEqual(["matrix"]);
  });

  it("are told apart", () => {
    const kinds = ["g", "beta1", "m", "sqrt", "other"].map((name) => kindOf(name, names));
    expect(kinds).toEqual(["given", "hyper", "state", "function", "local"]);
    expect(localsIn("m = g\nd = m\n  e=d # f = 1\nu = d == e", names)).toEqual(["d", "e"]);
  });

  it("are not those of comments and numbers", () => {
    const found = [..."u = 1e-3 * m1 # note 2".matchAll(tokens)].map(({ 0: text }) => text);
    expect(found).toEqual(["u", "1e-3", "m1", "# note 2"]);
  });
});
