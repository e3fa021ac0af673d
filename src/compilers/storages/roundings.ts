/** Ways to round slots, other than to nearest: stochastically, or with an additional state for what rounding loses. */
import type { Part } from "../../rule/definition.ts";
import type { Program } from "../../rule/planning/program.ts";
import { withBeside, withDraws } from "../../rule/rounding.ts";
import { emitEncodeDrawn, encodeDrawn } from "./drawn.ts";
import { remainderOf } from "./remainder.ts";
import type { Encoding, Rounding, Storage } from "./storage.ts";

/** Makes `apply` return the same program for the same input, so that it is compiled once. */
function remembering(apply: Rounding["apply"]): Rounding["apply"] {
  const known = new WeakMap<Program, Map<string, Map<Storage, Program>>>();
  return (program, slot, storage) => {
    const bySlot = known.get(program) ?? new Map<string, Map<Storage, Program>>();
    const byStorage = bySlot.get(slot) ?? new Map<Storage, Program>();
    const found = byStorage.get(storage) ?? apply(program, slot, storage);
    byStorage.set(storage, found);
    bySlot.set(slot, byStorage);
    known.set(program, bySlot);
    return found;
  };
}

const stochasticRounding: Rounding = {
  name: "stochastic",
  draw: { encode: encodeDrawn, emitEncode: emitEncodeDrawn },
  apply: /* @__PURE__ */ remembering(withDraws),
};

/** The additional state of a parameter, declared by a part of its own. */
function besideOf(state: string, storage: NonNullable<Rounding["beside"]>["storage"]) {
  const name = "parameter";
  const definition = { name, hyper: {}, state: { [state]: 0 }, rule: "" };
  const part: Part = { name, role: "transform", definition, hyper: {} };
  return { part, slot: `${name}.${state}`, storage };
}

const remainder = /* @__PURE__ */ besideOf("remainder", remainderOf);

/** A parameter is its stored number times the factor that rounding lost. */
const compensatedRounding: Rounding = {
  name: "compensated",
  beside: remainder,
  apply: /* @__PURE__ */ remembering((program, slot) =>
    withBeside(program, slot, remainder.slot, (nodes, kept, factor) => ({
      compute: [nodes.element("multiply", kept, factor)],
      constants: [],
    })),
  ),
};

/** How far a number may be from its rounded value: a relative bound, and an absolute one for the smallest numbers. */
function reach({ encode, decode }: Encoding): readonly [relative: number, absolute: number] {
  const gap = decode(encode(1) + 1) - 1;
  const share = decode(encode(1 + 0.75 * gap)) > 1 ? 0.5 : 1;
  const least = decode(1);
  // Processors take a hundred times as long for subnormal float32.
  return [share * gap, least < 2 ** -126 ? 0 : share * least];
}

const masterCopy = /* @__PURE__ */ besideOf("master", () => undefined);

/** A parameter is its copy in float32, unless something else has written another number into it. */
const masterRounding: Rounding = {
  name: "master",
  beside: masterCopy,
  apply: /* @__PURE__ */ remembering((program, slot, { encoding }) =>
    withBeside(program, slot, masterCopy.slot, (nodes, kept, copy) => {
      const constants = reach(encoding!).map((each) => nodes.constant(each));
      const distance = nodes.element("subtract", copy, kept);
      const off = nodes.element("abs", distance);
      const magnitude = nodes.element("abs", kept);
      const relative = nodes.element("multiply", magnitude, constants[0]!);
      const most = nodes.element("add", relative, constants[1]!);
      const isOwn = nodes.element("lessOrEqual", off, most);
      const joined = nodes.element("select", isOwn, copy, kept);
      return { compute: [distance, off, magnitude, relative, most, isOwn, joined], constants };
    }),
  ),
};

/** Changes the rounding of a storage. The same storage gives the same result, so that programs are compiled once. */
function rounded(rounding: Rounding): <S extends Storage>(storage: S) => S {
  const known = new WeakMap<Storage, Storage>();
  return <S extends Storage>(storage: S) => {
    const found = known.get(storage) ?? { ...storage, rounding };
    known.set(storage, found);
    return found as S;
  };
}

export const stochastic = /* @__PURE__ */ rounded(stochasticRounding);
export const compensated = /* @__PURE__ */ rounded(compensatedRounding);
export const master = /* @__PURE__ */ rounded(masterRounding);
