/** The shader that copies rows which are not contiguous. */
import { workgroupSize } from "./layout.ts";

/** Bindings of group 0. */
export const copyBindings = { from: 0, to: 1, table: 2 } as const;

/** The words of a table: elements to copy, columns of a row, and for both arrays the first row's place and the distance of rows. */
export const copyTable = {
  count: 0,
  columns: 1,
  from: 2,
  fromStride: 3,
  to: 4,
  toStride: 5,
  length: 6,
} as const;

const turns = 4;

/** The elements that a workgroup copies. */
export const copyBlock = workgroupSize * turns;

export const copyRowsShader = `
@group(0) @binding(${copyBindings.from}) var<storage, read> before: array<u32>;
@group(0) @binding(${copyBindings.to}) var<storage, read_write> after: array<u32>;
@group(0) @binding(${copyBindings.table}) var<storage, read> table: array<u32>;
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let start = (workgroup.y * workgroups.x + workgroup.x) * ${copyBlock}u + lane;
  let columns = table[${copyTable.columns}];
  for (var turn = 0u; turn < ${turns}u; turn++) {
    let i = start + turn * ${workgroupSize}u;
    if (i >= table[${copyTable.count}]) { break; }
    let row = i / columns;
    let column = i % columns;
    after[table[${copyTable.to}] + row * table[${copyTable.toStride}] + column] =
      before[table[${copyTable.from}] + row * table[${copyTable.fromStride}] + column];
  }
}
`;
