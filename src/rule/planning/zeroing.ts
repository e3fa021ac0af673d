/** Gradients set to zero by the last pass that reads them, which has them at hand. */
import type { Node } from "../graph/graph.ts";
import { type Pass, type Program, rescue } from "./program.ts";

/** What the gradients become; no node of a graph has its number. */
const zero: Node = {
  id: -1,
  form: "constant",
  kind: "uniform",
  type: "number",
  value: 0,
  operands: [],
  origin: undefined,
};

const readsGradient = (pass: Pass): boolean =>
  pass.form === "loop" ? pass.loads.some(({ slot }) => slot === "g") : pass.matrices.includes("g");

const zeroing = new WeakMap<Program, Program>();

/** As a program, but the gradients are zero after it; undefined where no loop is the last to read them. */
export function withZeroing(program: Program): Program | undefined {
  const last = program.passes.findLastIndex((each) => each.stage !== rescue && readsGradient(each));
  const pass = program.passes[last];
  const isRead = program.passes.some((each) => each.stage === rescue && readsGradient(each));
  const reduces =
    pass?.form === "loop" && pass.reductions.some(({ node }) => node.operator === "norm");
  if (pass?.form !== "loop" || pass.kind !== "element" || (isRead && reduces)) {
    return undefined;
  }
  const known = zeroing.get(program) ?? {
    ...program,
    assembled: undefined,
    passes: program.passes.map((each) =>
      each === pass
        ? {
            ...pass,
            values: [...pass.values, zero],
            stores: [...pass.stores, { slot: "g", value: zero, kind: "element" as const }],
          }
        : each,
    ),
  };
  zeroing.set(program, known);
  return known;
}
