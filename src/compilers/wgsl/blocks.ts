/**
 * Stores of states that are kept in blocks. A block lies within the elements of one workgroup. The workgroup finds the
 * largest magnitude of the block together, before any of the numbers is encoded.
 */
import { slotIndex } from "../../rule/planning/program.ts";
import { type Body, kept } from "./body.ts";
import { turns, workgroupSize } from "./layout.ts";
import { type Lanes, nameOf, vector } from "./operators.ts";

/** Text around a loop's elements. */
export interface BlockStores {
  readonly functions: string;
  /** Before an element is computed, in each turn. */
  readonly begin: string;
  /** Where its numbers were computed. */
  readonly take: string;
  /** After that, in code that all invocations run. */
  readonly end: string;
}

/** @param groups the number of groups of elements that share a largest magnitude, over all turns */
const functionsOf = (groups: number, lanes: Lanes): string => `
var<workgroup> largest: array<atomic<u32>, ${groups}>;
var<workgroup> signs: array<atomic<u32>, ${groups}>;
fn measure(group: u32, x: ${vector(lanes)}) {
  ${
    lanes === 4
      ? `let bits = bitcast<vec4<u32>>(x);
  let pairs = max(bits.xy & vec2<u32>(0x7fffffffu), bits.zw & vec2<u32>(0x7fffffffu));
  atomicMax(&largest[group], max(pairs.x, pairs.y));
  atomicOr(&signs[group], bits.x | bits.y | bits.z | bits.w);`
      : `let bits = bitcast<u32>(x);
  atomicMax(&largest[group], bits & 0x7fffffffu);
  atomicOr(&signs[group], bits);`
  }
}
`;

/** @returns undefined if the loop stores no such state */
export function blockStores({
  program,
  loop,
  kept: { state },
  lanes,
}: Body): BlockStores | undefined {
  const inBlocks = loop.stores.filter(({ slot }) => state?.blocks.has(slot));
  if (state === undefined || inBlocks.length === 0) {
    return undefined;
  }
  const zero = `${vector(lanes)}(0f)`;
  let groups = 0;
  const stores = inBlocks.map(({ slot, value, draw }) => {
    const length = state.blocks.get(slot)!;
    const index = slotIndex(program, slot);
    const [first, each] = [groups, (workgroupSize * lanes) / length];
    groups += turns * each;
    const group = `${first}u + turn * ${each}u + lane * ${lanes}u / ${length}u`;
    const taken = [[`kept${index}`, kept(value, false, lanes)]];
    if (draw) taken.push([`drawn${index}`, nameOf(draw)]);
    const fraction = draw && `drawn${index}`;
    return { slot, index, group, taken, fraction };
  });
  const text = (of: (store: (typeof stores)[number]) => string) => stores.map(of).join("\n    ");
  return {
    functions: functionsOf(groups, lanes),
    begin: text(({ taken }) => taken.map(([name]) => `var ${name} = ${zero};`).join(" ")),
    take: text(({ taken }) =>
      taken.map(([name, number]) => `${name} = select(${zero}, ${number}, inside);`).join(" "),
    ),
    end: `
    ${text(({ index, group }) => `measure(${group}, kept${index});`)}
    workgroupBarrier();
    storageBarrier();
    if (i < length && !stopped) {
    ${text(({ slot, index, group, fraction }) => {
      const [largest, signs] = ["largest", "signs"].map((each) => `atomicLoad(&${each}[${group}])`);
      const head = state.head(slot, largest!, signs!);
      return `  ${state.store(slot, `base${index}`, "i", `kept${index}`, { head, fraction })}`;
    })}
    }`,
  };
}
