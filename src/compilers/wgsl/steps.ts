/** Shaders that are the same for all rules: they combine partial reductions, and finish a step. */
import { bindings, blockElements, combineJob, status, workgroupSize } from "./layout.ts";
import { combine, operatorCode } from "./operators.ts";
import { norms } from "./reduce.ts";

const from = combineJob.from;
const count = combineJob.count;
const operator = combineJob.operator;
const to = combineJob.to;

/**
 * Combines partial results of reductions. Each workgroup does one job; the job's record says where in `values` the numbers
 * begin, and how many are combined. The first word of the table is the number of jobs.
 */
export const combineShader = `
@group(0) @binding(${bindings.table}) var<storage, read> table: array<u32>;
@group(0) @binding(${bindings.values}) var<storage, read_write> values: array<f32>;
var<workgroup> shared_parts: array<f32, ${workgroupSize}>;
${norms}
fn combine(reduction: u32, a: f32, b: f32) -> f32 {
  if (reduction == ${operatorCode.sum}u) { return ${combine("sum", "a", "b")}; }
  if (reduction == ${operatorCode.max}u) { return ${combine("max", "a", "b")}; }
  if (reduction == ${operatorCode.min}u) { return ${combine("min", "a", "b")}; }
  return ${combine("norm", "a", "b")};
}
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = workgroup.y * workgroups.x + workgroup.x;
  if (index >= table[0]) { return; }
  let job = 1u + index * ${combineJob.length}u;
  let first = table[job + ${from}u];
  let length = table[job + ${count}u];
  let reduction = table[job + ${operator}u];
  // Of no numbers the runtime has the result.
  var mine = values[first + min(lane, length - 1u)];
  for (var i = lane + ${workgroupSize}u; i < length; i += ${workgroupSize}u) {
    mine = combine(reduction, mine, values[first + i]);
  }
  shared_parts[lane] = mine;
  workgroupBarrier();
  for (var width = ${workgroupSize / 2}u; width > 0u; width >>= 1u) {
    if (lane < width && lane + width < length) {
      shared_parts[lane] = combine(reduction, shared_parts[lane], shared_parts[lane + width]);
    }
    workgroupBarrier();
  }
  if (lane == 0u) { values[table[job + ${to}u]] = shared_parts[0]; }
}
`;

/**
 * Finishes a step: counts it.
 * @param sticky whether all steps after a gradient that is not finite are skipped, until the host knows of it
 */
export const finishShader = (sticky: boolean): string => `
@group(0) @binding(${bindings.status}) var<storage, read_write> status: array<atomic<u32>, ${status.length}>;
@compute @workgroup_size(1)
fn main() {
  if (atomicLoad(&status[${status.stopped}]) == 0u) {
    atomicAdd(&status[${status.updates}], 1u);
    return;
  }
  atomicAdd(&status[${status.skipped}], 1u);
  ${sticky ? "" : `atomicStore(&status[${status.stopped}], 0u);`}
}
`;

/**
 * Sets words of a gradient to zero. The table has the first word, the count, the words of a row, and the distance of rows.
 * @param skipped whether it also does so when the step is skipped
 */
export const zeroShader = (skipped: boolean): string => `
@group(0) @binding(${bindings.gradient}) var<storage, read_write> gradient: array<u32>;
@group(0) @binding(${bindings.table}) var<storage, read> table: array<u32>;
@group(0) @binding(${bindings.status}) var<storage, read> counts: array<u32>;
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  ${skipped ? "" : `if (counts[${status.stopped}] != 0u) { return; }`}
  let start = (workgroup.y * workgroups.x + workgroup.x) * ${blockElements(1)}u;
  for (var i = start + lane; i < min(table[1], start + ${blockElements(1)}u); i += ${workgroupSize}u) {
    gradient[table[0] + i / table[2] * table[3] + i % table[2]] = 0u;
  }
}
`;

/** Copies numbers of `values`, unless the device is stopped. The table has the count, the source and the target. */
export const copyShader = `
@group(0) @binding(${bindings.table}) var<storage, read> table: array<u32>;
@group(0) @binding(${bindings.values}) var<storage, read_write> values: array<f32>;
@group(0) @binding(${bindings.status}) var<storage, read> counts: array<u32>;
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= table[0] || counts[${status.stopped}] != 0u) { return; }
  values[table[2u + 2u * id.x]] = values[table[1u + 2u * id.x]];
}
`;

/**
 * A separate status for programs that do not belong to a step, so that they run even if the device has stopped. The table
 * says between which numbers of updates they do something.
 */
const enterShader = (updates: string, stopped: string) => `
@group(0) @binding(${bindings.status}) var<storage, read> counts: array<u32>;
@group(0) @binding(${bindings.values}) var<storage, read_write> own: array<u32>;
@group(0) @binding(${bindings.table}) var<storage, read> table: array<u32>;
@compute @workgroup_size(1)
fn main() {
  let behind = table[0];
  let last = table[1];
  let updates = counts[${status.updates}];
  own[${status.updates}] = ${updates};
  own[${status.stopped}] = select(0u, 1u, ${stopped});
}
`;

/**
 * For programs that evaluate: they use the values of the last update, not of the next, and store nothing before the
 * evaluated parameters have had an update.
 */
export const evaluateShader = enterShader("updates - 1u", "updates <= behind || updates > last");

/** For programs that initialize states: they use the values of these states' first update, and store nothing after it. */
export const beginShader = enterShader("behind", "updates != behind");
