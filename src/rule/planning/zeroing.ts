/** Sets gradients to zero in the last pass that reads them, which saves a pass over memory. */
import type { Node } from "../graph/graph.ts";
import { type Pass, type Program, rescue } from "./program.ts";

/** The zero that is stored. No node of a graph has its id. */
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

/** The same program, which also sets the gradients to zero; undefined if no loop is the last to read them. */
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
