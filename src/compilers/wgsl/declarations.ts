/** The text at the start of all loops' shaders: bindings, and code that finds a tensor's arrays. */
import type { Loop } from "../../rule/planning/program.ts";
import type { ElementStorage, Storages } from "./layout.ts";
import { bindings, blockRecord, header, status, tensorRecord, workgroupSize } from "./layout.ts";
import { type Lanes, vector } from "./operators.ts";
import type { KeptBuffers } from "./storages/states.ts";

/** The type of a buffer's elements, if they are not encoded. */
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
    // Parameters and gradients may be in one buffer, which must then be bound with one access mode.
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
 * Finds the number of a workgroup's work; a workgroup without any leaves. Every other stage goes backwards, because what the
 * stage before read last may still be in a cache.
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

/** Finds a workgroup's block, and its tensor. */
export const findBlock = (loop: Loop): string => findWorkgroup(loop) + findRecord("block");

/** Finds the host values of this update, and the tensor's values. */
export const findNumbers = `
  let update = atomicLoad(&status[${status.updates}]);
  let given = (update % table[${header.ringRows}]) * table[${header.ringStride}] + table[tensor + ${tensorRecord.ring}u];
  let own = table[tensor + ${tensorRecord.values}u];`;

/** Finds the same, and whether the step is skipped. */
export const findValues = `${findNumbers}
  let stopped = atomicLoad(&status[${status.stopped}]) != 0u;`;

/** The position of the tensor's array of a slot. */
export const slotAt = (slot: number): string => `table[tensor + ${tensorRecord.slots + slot}u]`;
