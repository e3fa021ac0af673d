/** The part of a shader that computes a loop's values. It is the same in all forms of the shader. */
import type { Node, Store } from "../../rule/graph/graph.ts";
import type { Loop, Program } from "../../rule/planning/program.ts";
import { slotIndex } from "../../rule/planning/program.ts";
import { accessOf } from "../backend.ts";
import { slotAt } from "./declarations.ts";
import { type Storages, stepInputs } from "./layout.ts";
import { type Lanes, literal, nameOf, spell, typed, vector } from "./operators.ts";
import { draw } from "./prelude.ts";
import type { KeptBuffers } from "./storages/states.ts";
import { isLoss, placesIn, type ValueLayout } from "./values.ts";

export interface Body {
  readonly program: Program;
  readonly loop: Loop;
  readonly layout: ValueLayout;
  readonly storages: Storages;
  /** Text that reads and writes the arrays of buffers in which not all are in float32. */
  readonly kept: KeptBuffers;
  readonly lanes: Lanes;
  /** Whether gradients are also set to zero when the step is skipped. */
  readonly zeroesSkipped: boolean;
  /** For a loop that reads only gradients, from several buffers: the name of the buffer that this text reads. Default `gradient`. */
  readonly gradient?: string;
}

const buffers = ["parameter", "gradient"] as const;

/** The place of a slot's element. `e` is the loop's element, in row `row` and column `column`. */
function placeOf({ program, loop }: Body, slot: string) {
  const index = slotIndex(program, slot);
  const access = accessOf(loop.kind, program.slots[index]!.kind);
  const element = { elements: "e", row: "column", column: "row" }[access];
  return { buffer: buffers[index] ?? ("state" as const), base: `base${index}`, element };
}

/** An element of a buffer of numbers, or of vectors. */
function elementIn(
  { lanes, storages, gradient }: Body,
  { buffer, base, element }: ReturnType<typeof placeOf>,
): string {
  const name = buffer === "gradient" ? (gradient ?? buffer) : buffer;
  const rows = buffer === "state" ? undefined : storages.strided?.[buffer];
  if (rows !== undefined) {
    const { columns, stride } = rows;
    return `${name}[${base} + ${element} / ${columns}u * ${stride}u + ${element} % ${columns}u]`;
  }
  return `${name}[${base} + ${element}${element === "e" && lanes === 4 ? " / 4u" : ""}]`;
}

function load(body: Body, slot: string): string {
  const place = placeOf(body, slot);
  const arrays = body.kept[place.buffer];
  return arrays ? arrays.load(slot, place.base, place.element) : elementIn(body, place);
}

/** Finds where the tensor's arrays begin that the loop uses, once for all of its elements. */
export function findArrays({ program, loop, lanes, kept }: Body): string {
  const slots = [...loop.loads, ...loop.stores].map(({ slot }) => slotIndex(program, slot));
  const inVectors = (index: number) => lanes === 4 && !kept[buffers[index] ?? "state"];
  return [...new Set(slots)]
    .map((index) => `  let base${index} = ${slotAt(index)}${inVectors(index) ? " / 4u" : ""};`)
    .join("\n");
}

/** The text of a number that the host or the device has computed, in a shader with one tensor per workgroup or invocation. */
export function numberText(
  { program, layout }: Pick<Body, "program" | "layout">,
  node: Node,
): string {
  if (node.form === "constant") {
    return literal(node.value);
  }
  const places = placesIn(program, layout);
  const host = places.ring(node);
  if (host !== undefined) {
    return `bitcast<f32>(ring[given + ${host}u])`;
  }
  if (isLoss(node)) {
    return `values[${stepInputs.loss}u]`;
  }
  if (node.form === "reduction") {
    return `values[${slotAt(program.slots.length + places.reduction(node))}]`;
  }
  const place = node.form === "slot" ? places.scalar(node.name) : places.device(node);
  return `values[own + ${place}u]`;
}

/** Loads the host values that the loop reads, once for all of its elements. */
export function readValues(body: Body): string {
  const { loop, layout, lanes } = body;
  const lines = loop.values.map(
    (node) => `  let ${nameOf(node)} = ${typed(node, numberText(body, node), lanes)};`,
  );
  if (loop.compute.some(({ form }) => form === "random")) {
    const key = layout.ring.length;
    lines.push(`  let key0 = ring[given + ${key}u];`, `  let key1 = ring[given + ${key + 1}u];`);
  }
  return lines.join("\n");
}

/** An element with the node's type: arrays store booleans as 1 and 0. */
const loaded = (node: Node, element: string, lanes: Lanes): string =>
  node.type === "boolean" ? `(${element} != ${vector(lanes)}(0f))` : `${vector(lanes)}(${element})`;

/** A value as an array stores it; the value may be one number for all elements. */
export function kept(value: Node, half: boolean, lanes: Lanes): string {
  const name = nameOf(value);
  if (value.type === "boolean") {
    return `select(${vector(lanes)}(0f), ${vector(lanes)}(1f), ${name})`;
  }
  return half ? `${lanes === 4 ? "vec4<f16>" : "f16"}(${name})` : name;
}

/** The ids of the nodes that are needed for `roots` in a loop. The loop may compute a node that the graph loads. */
export function neededIn({ loop }: Body, roots: readonly Node[]): ReadonlySet<number> {
  const computed = new Map(loop.compute.map((node) => [node.id, node]));
  const needed = new Set<number>();
  const visit = ({ id, operands }: Node): void => {
    if (!needed.has(id)) {
      needed.add(id);
      (computed.get(id)?.operands ?? operands).forEach(visit);
    }
  };
  roots.forEach(visit);
  return needed;
}

/** Loads an element of each array that is read, and computes all nodes from them. @param only the ids to compute */
export function compute(body: Body, only?: ReadonlySet<number>): string {
  const { loop, lanes } = body;
  const wanted = ({ id }: Node) => only === undefined || only.has(id);
  const loads = loop.loads
    .filter(({ node }) => wanted(node))
    .map(({ slot, node }) => `let ${nameOf(node)} = ${loaded(node, load(body, slot), lanes)};`);
  const computed = loop.compute.filter(wanted).map((node) => {
    const value =
      node.form === "random"
        ? draw(node.distribution, node.site, "drawn", lanes)
        : spell(node, node.operands.map(nameOf), lanes);
    return `let ${nameOf(node)} = ${value};`;
  });
  return [...loads, ...computed].join("\n      ");
}

const isAlways = ({ zeroesSkipped }: Body, { slot }: Store): boolean =>
  slot === "g" && zeroesSkipped;

/** Whether the loop stores something even when the step is skipped. */
export const storesAlways = (body: Body): boolean =>
  body.loop.stores.some((each) => isAlways(body, each));

function storeText(body: Body, { slot, value, draw }: Store): string {
  const { storages, lanes } = body;
  const place = placeOf(body, slot);
  const { buffer, base, element } = place;
  const half = buffer !== "state" && storages[buffer] === "float16";
  const number = kept(value, half, lanes);
  const fraction = draw && nameOf(draw);
  return (
    body.kept[buffer]?.store(slot, base, element, number, { fraction }) ??
    `${elementIn(body, place)} = ${number};`
  );
}

/** Stores the results of reductions of rows or columns. */
export function storeLine(
  { program, kept: { state } }: Body,
  slot: string,
  element: "row" | "column",
  value: string,
): string {
  const base = slotAt(slotIndex(program, slot));
  return state
    ? state.store(slot, base, element, value)
    : `state[${base} + ${element}] = ${value};`;
}

/** Stores what the loop has computed, unless the step is skipped. Slots in blocks are stored elsewhere (blocks.ts). */
export function store(body: Body): string {
  const { loop, kept } = body;
  const always = (each: Store) => isAlways(body, each);
  const text = (each: Store) => storeText(body, each);
  const unless = loop.stores.filter((each) => !always(each) && !kept.state?.blocks.has(each.slot));
  return [
    ...loop.stores.filter(always).map(text),
    ...(unless.length === 0
      ? []
      : [
          `if (!stopped) {
        ${unless.map(text).join("\n        ")}
      }`,
        ]),
  ].join("\n      ");
}
