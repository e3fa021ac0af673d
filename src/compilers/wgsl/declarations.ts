/** The text that all shaders of loops begin with: bindings, and how to find a tensor's arrays. */
import type { Loop } from "../../rule/planning/program.ts";
import type { ElementStorage, Storages } from "./layout.ts";
import { bindings, blockRecord, header, status, tensorRecord, workgroupSize } from "./layout.ts";
import { type Lanes, vector } from "./operators.ts";
import type { KeptBuffers } from "./storages/states.ts";

/** A buffer's element type, where elements are not encoded. */
export function stored(storage: ElementStorage, lanes: Lanes): string {
  const type = storage === "float16" ? "f16" : "f32";
  return lanes === 4 ? `vec4<${type}>` : type;
}

export const variable = (binding: number, access: string, name: string, type: string) =>
  `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: ${type};`;

const last = {
  rows: variable(bindings.rows, "read", "rows", "array<u32>"),
  scratch: variable(bindings.scratch, "read_write", "scratch", "array<f32>"),
};

export function declarations(
  lanes: Lanes,
  { parameter, gradient }: Storages,
  kept: KeptBuffers,
  also: keyof typeof last = "rows",
): string {
  const arrayOf = (buffer: keyof KeptBuffers, type: string) =>
    `array<${kept[buffer]?.type ?? type}>`;
  const half = parameter === "float16" || gradient === "float16";
  return [
    ...(half ? ["enable f16;"] : []),
    // Parameters and gradients may be parts of one buffer, which must then be bound in one way.
    variable(
      ...([bindings.parameter, "read_write", "parameter"] as const),
      arrayOf("parameter", stored(parameter, lanes)),
    ),
    variable(
      ...([bindings.gradient, "read_write", "gradient"] as const),
      arrayOf("gradient", stored(gradient, lanes)),
    ),
    variable(bindings.state, "read_write", "state", arrayOf("state", vector(lanes))),
    variable(bindings.table, "read", "table", "array<u32>"),
    variable(bindings.ring, "read", "ring", "array<u32>"),
    variable(bindings.values, "read_write", "values", "array<f32>"),
    variable(bindings.status, "read_write", "status", `array<atomic<u32>, ${status.length}>`),
    last[also],
    Object.values(kept)
      .map((each) => each?.functions ?? "")
      .join(""),
  ].join("\n");
}

export const entry = `
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {`;

/**
 * Finds the number of what a workgroup works on; a workgroup without one is done. Every other stage goes backwards: what
 * the one before it read last may still be in a cache.
 */
export function findWorkgroup({ stage }: Loop): string {
  const order = "workgroup.y * workgroups.x + workgroup.x";
  return `
  let block = ${stage % 2 === 0 ? order : `table[${header.blocks}] - 1u - (${order})`};
  if (block >= table[${header.blocks}]) { return; }`;
}

/** Finds a block and its tensor. */
export function findRecord(block: string): string {
  return `
  let at = ${header.length}u + ${block} * ${blockRecord.length}u;
  let tensor = table[at + ${blockRecord.tensor}u];
  let start = table[at + ${blockRecord.start}u];
  let part = table[${header.partials}] + table[at + ${blockRecord.partial}u];`;
}

/** Finds the block that a workgroup works on, and its tensor. */
export const findBlock = (loop: Loop): string => findWorkgroup(loop) + findRecord("block");

/** Finds the host values of this update, and the tensor's values. */
export const findNumbers = `
  let update = atomicLoad(&status[${status.updates}]);
  let given = (update % table[${header.ringRows}]) * table[${header.ringStride}] + table[tensor + ${tensorRecord.ring}u];
  let own = table[tensor + ${tensorRecord.values}u];`;

/** Finds these, and whether the step is left out. */
export const findValues = `${findNumbers}
  let stopped = atomicLoad(&status[${status.stopped}]) != 0u;`;

/** Where a slot's array of the tensor begins. */
export const slotAt = (slot: number): string => `table[tensor + ${tensorRecord.slots + slot}u]`;
