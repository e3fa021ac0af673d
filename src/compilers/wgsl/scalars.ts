/** The shader for numbers that depend on reductions, and for states of one number: one invocation for each tensor. */
import type { Node } from "../../rule/graph/graph.ts";
import type { Program } from "../../rule/planning/program.ts";
import { bindings, header, status, stepInputs, tensorRecord, workgroupSize } from "./layout.ts";
import { literal, nameOf, spell, typed } from "./operators.ts";
import { prelude } from "./prelude.ts";
import { isLoss, placesIn, type ValueLayout } from "./values.ts";

/**
 * @param stage the stage whose values it computes
 * @param last whether it also stores the states of one number
 * @returns undefined if there is nothing to do
 */
export function scalarShader(
  program: Program,
  layout: ValueLayout,
  stage: number,
  last: boolean,
): string | undefined {
  const here = layout.device.filter((each) => each.stage === stage).map(({ node }) => node);
  const isHere = new Set<Node>(here);
  const kept = last ? program.scalars : [];
  if (here.length === 0 && kept.length === 0) {
    return undefined;
  }
  const places = placesIn(program, layout);
  const number = (node: Node): string => {
    if (isHere.has(node)) {
      return nameOf(node);
    }
    if (node.form === "constant") {
      return node.type === "boolean" ? String(node.value !== 0) : literal(node.value);
    }
    if (isLoss(node)) {
      return `values[${stepInputs.loss}u]`;
    }
    const host = places.ring(node);
    if (host !== undefined) {
      return typed(node, `bitcast<f32>(ring[given + ${host}u])`, 1);
    }
    if (node.form === "reduction") {
      return `values[table[tensor + ${tensorRecord.slots + places.reduction(node)}u]]`;
    }
    const place = node.form === "slot" ? places.scalar(node.name) : places.device(node);
    return typed(node, `values[own + ${place}u]`, 1);
  };
  const lines = here.flatMap((node) => {
    const name = nameOf(node);
    const value = node.form === "element" ? spell(node, node.operands.map(number), 1) : "0f";
    const kept = node.type === "boolean" ? `select(0f, 1f, ${name})` : name;
    return [`  let ${name} = ${value};`, `  values[own + ${places.device(node)}u] = ${kept};`];
  });
  const taken = kept.map(({ value }, index) => `  let next${index} = ${number(value)};`);
  const stores = kept.map(
    ({ slot }, index) => `    values[own + ${places.scalar(slot)}u] = next${index};`,
  );
  const powers = here.some((node) => node.form === "element" && node.operator === "power");
  return `
@group(0) @binding(${bindings.table}) var<storage, read> table: array<u32>;
@group(0) @binding(${bindings.ring}) var<storage, read> ring: array<u32>;
@group(0) @binding(${bindings.values}) var<storage, read_write> values: array<f32>;
@group(0) @binding(${bindings.status}) var<storage, read_write> status: array<atomic<u32>, ${status.length}>;
${prelude({ power: powers, guard: false, random: false, rounding: false, quantile: undefined })}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= table[${header.blocks}]) { return; }
  let tensor = table[${header.tensorRecords}] + id.x * table[${header.tensorStride}];
  let update = atomicLoad(&status[${status.updates}]);
  let given = (update % table[${header.ringRows}]) * table[${header.ringStride}] + table[tensor + ${tensorRecord.ring}u];
  let own = table[tensor + ${tensorRecord.values}u];
${[...lines, ...taken].join("\n")}
  if (atomicLoad(&status[${status.stopped}]) == 0u) {
${stores.join("\n")}
  }
}
`;
}
