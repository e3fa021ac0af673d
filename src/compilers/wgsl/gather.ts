/** The shader that moves rows by a list that says which row each one was before. It moves state after rows are cloned, split or pruned. */
import { workgroupSize } from "./layout.ts";

/** Bindings of group 0. */
export const gatherBindings = { rows: 0, from: 1, to: 2, table: 3 } as const;

/** Words that an invocation writes at once. */
const atOnce = 4;

/** Words that a workgroup writes. */
export const gatherBlock = atOnce * workgroupSize;

/** The fields of a table that all states of a dispatch share. */
export interface GatherTable {
  /** Words to write. */
  readonly count: number;
  /** The position in the whole array of the first word written, and of the first word read; and the number of words that can be read. */
  readonly writes: number;
  readonly readsFrom: number;
  readonly reads: number;
  /** The number of rows before. Other numbers in the list stand for new rows. */
  readonly height: number;
}

/** The fields of one state. */
export interface GatheredState {
  /** Its first word in `after`, a multiple of 4, and its first word in `before`. */
  readonly to: number;
  readonly from: number;
  /** The words of a new row. */
  readonly fresh: Uint32Array;
  /** Whether new rows are filled with `fresh`, or stay as they are. */
  readonly fills: boolean;
}

/** The words of a table. */
export function gatherWords(
  { count, writes, readsFrom, reads, height }: GatherTable,
  states: readonly GatheredState[],
): Uint32Array<ArrayBuffer> {
  const places = states.flatMap(({ to, from, fills }) => [to, from, Number(fills)]);
  const fresh = states.flatMap((state) => [...state.fresh]);
  return Uint32Array.of(count, writes, readsFrom, reads, height, ...places, ...fresh);
}

/** Repeats a text for each state, on separate lines. */
const lines = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join("\n");

const begin = (type: string, width: number, states: number): string => `
struct State { place: u32, source: u32, fills: u32 }
struct Table {
  count: u32,
  writes: u32,
  readsFrom: u32,
  reads: u32,
  height: u32,
  states: array<State, ${states}>,
  fresh: array<u32>,
}
@group(0) @binding(${gatherBindings.rows}) var<storage, read> rows: array<u32>;
@group(0) @binding(${gatherBindings.from}) var<storage, read> before: array<${type}>;
@group(0) @binding(${gatherBindings.to}) var<storage, read_write> after: array<vec4<u32>>;
@group(0) @binding(${gatherBindings.table}) var<storage, read> table: Table;
const width = ${width}u;
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let count = table.count;
  let writes = table.writes;
  let readsFrom = table.readsFrom;
  let reads = table.reads;
  let height = table.height;
  let i = (workgroup.y * workgroups.x + workgroup.x) * ${workgroupSize}u + lane;
  if (${atOnce}u * i >= count) { return; }
${lines(
  states,
  (state) => `  let to${state} = table.states[${state}].place / 4u;
  let from${state} = table.states[${state}].source;
  let fills${state} = table.states[${state}].fills != 0u;`,
)}`;

/** For rows of whole vectors: each vector belongs to one row. */
const wholeShader = (width: number, states: number): string => `${begin("vec4<u32>", width, states)}
  let place = writes + ${atOnce}u * i;
  let column = place % width;
  let row = rows[place / width];
  if (row < height) {
    // Rows outside this part of the array belong to another dispatch.
    let read = row * width + column - readsFrom;
    if (read < reads) {
${lines(states, (state) => `      after[to${state} + i] = before[(from${state} + read) / 4u];`)}
    }
    return;
  }
${lines(
  states,
  (state) => `  if (fills${state}) {
    let fresh = ${state * width}u + column;
    after[to${state} + i] = vec4<u32>(table.fresh[fresh], table.fresh[fresh + 1u], table.fresh[fresh + 2u], table.fresh[fresh + 3u]);
  }`,
)}
}
`;

/** The old place of each word of a vector. Separate lines instead of a loop cost less on CPUs. */
const places = lines(
  atOnce,
  (word) => `  let was${word} = rows[row];
  let column${word} = column;
  let place${word} = was${word} * width + column - readsFrom;
  let moves${word} = was${word} < height && place${word} < reads && ${atOnce}u * i + ${word}u < count;
  column += 1u;
  if (column == width) { column = 0u; row += 1u; }`,
);

/** For rows of words: a vector may contain parts of several rows. */
const mixedShader = (width: number, states: number): string => `${begin("u32", width, states)}
  // Rows outside this part of the array belong to another dispatch. After the array comes padding.
  var row = (writes + ${atOnce}u * i) / width;
  var column = (writes + ${atOnce}u * i) % width;
${places}
  if (moves0 && moves1 && moves2 && moves3) {
${lines(
  states,
  (state) =>
    `    after[to${state} + i] = vec4<u32>(${[0, 1, 2, 3].map((word) => `before[from${state} + place${word}]`).join(", ")});`,
)}
    return;
  }
${lines(
  states,
  (state) => `  var words${state} = after[to${state} + i];
${lines(
  atOnce,
  (word) => `  if (moves${word}) {
    words${state}[${word}] = before[from${state} + place${word}];
  } else if (was${word} >= height && fills${state} && ${atOnce}u * i + ${word}u < count) {
    words${state}[${word}] = table.fresh[${state * width}u + column${word}];
  }`,
)}
  after[to${state} + i] = words${state};`,
)}
}
`;

/**
 * @param width the words of a row
 * @param states the number of states that move together. The old place of a row is looked up once for all of them
 */
export const gatherShader = (width: number, states: number): string =>
  width % atOnce === 0 ? wholeShader(width, states) : mixedShader(width, states);

/**
 * The same for one state in 16 bits whose rows share words. Its table counts numbers, except for the words to write and the place of
 * the state.
 * @param width the numbers of a row
 */
export const gatherHalvesShader = (width: number): string => `${begin("u32", width, 1)}
  var words = after[to0 + i];
  for (var half = 0u; half < ${2 * atOnce}u; half++) {
    let place = writes + ${2 * atOnce}u * i + half;
    let column = place % width;
    // After the last row comes padding.
    if (place / width >= arrayLength(&rows)) { break; }
    let row = rows[place / width];
    let word = words[half / 2u];
    if (row < height) {
      let read = row * width + column - readsFrom;
      if (read < reads) {
        let bits = extractBits(before[from0 + read / 2u], 16u * (read & 1u), 16u);
        words[half / 2u] = insertBits(word, bits, 16u * (half & 1u), 16u);
      }
    } else if (fills0) {
      let bits = extractBits(table.fresh[column / 2u], 16u * (column & 1u), 16u);
      words[half / 2u] = insertBits(word, bits, 16u * (half & 1u), 16u);
    }
  }
  after[to0 + i] = words;
}
`;
