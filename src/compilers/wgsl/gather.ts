/** The shader that has rows follow a list of where they were: state behind clones, splits and prunings. */
import { workgroupSize } from "./layout.ts";

/** Bindings of group 0. */
export const gatherBindings = { rows: 0, from: 1, to: 2, table: 3 } as const;

/** Words of a table. */
export const gatherTable = {
  /** Units to write, and the first of them in `to`. */
  count: 0,
  to: 1,
  /** The first unit in `from`. */
  from: 2,
  /** Which unit of the whole array the first one written is, the first one read, and how many of those there are. */
  writesFrom: 3,
  readsFrom: 4,
  reads: 5,
  /** Rows that there were: other numbers stand for new rows. */
  height: 6,
  /** 1 where new rows are filled, 0 where they stay as they are. */
  fills: 7,
  /** Then a new row. */
  fresh: 8,
} as const;

/** Words that move at once: as many as rows are made of whole numbers of. */
export type GatherUnit = 1 | 2 | 4;

const types: Readonly<Record<GatherUnit, string>> = { 1: "u32", 2: "vec2<u32>", 4: "vec4<u32>" };

/** Words of a new row, from unit `column` on. */
const freshText: Readonly<Record<GatherUnit, string>> = {
  1: "fresh(column)",
  2: "vec2<u32>(fresh(2u * column), fresh(2u * column + 1u))",
  4: "vec4<u32>(fresh(4u * column), fresh(4u * column + 1u), fresh(4u * column + 2u), fresh(4u * column + 3u))",
};

const turns = 8;

/** Units that a workgroup moves. */
export const gatherBlock = workgroupSize * turns;

const begin = (type: string, width: number): string => `
@group(0) @binding(${gatherBindings.rows}) var<storage, read> rows: array<u32>;
@group(0) @binding(${gatherBindings.from}) var<storage, read> before: array<${type}>;
@group(0) @binding(${gatherBindings.to}) var<storage, read_write> after: array<${type}>;
@group(0) @binding(${gatherBindings.table}) var<storage, read> table: array<u32>;
const width = ${width}u;
fn fresh(column: u32) -> u32 { return table[${gatherTable.fresh}u + column]; }
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let count = table[${gatherTable.count}];
  let toAt = table[${gatherTable.to}];
  let fromAt = table[${gatherTable.from}];
  let writes = table[${gatherTable.writesFrom}];
  let readsFrom = table[${gatherTable.readsFrom}];
  let reads = table[${gatherTable.reads}];
  let height = table[${gatherTable.height}];
  let fills = table[${gatherTable.fills}];
  let start = (workgroup.y * workgroups.x + workgroup.x) * ${gatherBlock}u + lane;
  for (var turn = 0u; turn < ${turns}u; turn++) {
    let i = start + turn * ${workgroupSize}u;
    if (i >= count) { break; }`;

const end = `
  }
}
`;

/** @param width of a row, in units of so many words */
export const gatherShader = (unit: GatherUnit, width: number): string =>
  `${begin(types[unit], width)}
    let place = writes + i;
    let column = place % width;
    let row = rows[place / width];
    if (row < height) {
      // What a list says that is not in this part of the array, another dispatch has.
      let read = row * width + column - readsFrom;
      if (read < reads) {
        after[toAt + i] = before[fromAt + read];
      }
    } else if (fills != 0u) {
      after[toAt + i] = ${freshText[unit]};
    }${end}`;

/**
 * The same of numbers in 16 bits whose rows share words: an invocation has a word, with the ends of two rows perhaps.
 * Its table counts words, but for places in the whole arrays, which are of numbers.
 * @param width of a row, in numbers
 */
export const gatherHalvesShader = (width: number): string => `${begin("u32", width)}
    var word = after[toAt + i];
    for (var half = 0u; half < 2u; half++) {
      let place = writes + 2u * i + half;
      let column = place % width;
      // Behind the last row is padding.
      if (place / width >= arrayLength(&rows)) { break; }
      let row = rows[place / width];
      if (row < height) {
        let read = row * width + column - readsFrom;
        if (read < reads) {
          let bits = extractBits(before[fromAt + read / 2u], 16u * (read & 1u), 16u);
          word = insertBits(word, bits, 16u * half, 16u);
        }
      } else if (fills != 0u) {
        word = insertBits(word, extractBits(fresh(column / 2u), 16u * (column & 1u), 16u), 16u * half, 16u);
      }
    }
    after[toAt + i] = word;${end}`;
