/** The shader of a loop over elements: each workgroup takes a block of a tensor, or of some rows of it. */
import { draws, type Loop, type Program } from "../../rule/planning/program.ts";
import { blockStores } from "./blocks.ts";
import { type Body, compute, findArrays, readValues, store, storesAlways } from "./body.ts";
import { declarations, entry, findBlock, findValues } from "./declarations.ts";
import { stopIfWild } from "./guard.ts";
import { blockElements, header, tensorRecord, turns, workgroupSize } from "./layout.ts";
import { identity, type Lanes, nameOf, vector } from "./operators.ts";
import { declare, hasNorm, norms, sharedOf, takeIn, total, tree } from "./reduce.ts";

export const reduced = (program: Program, loop: Loop) =>
  loop.reductions.filter(({ node }) => node !== program.guard);

/** Which of a vector's elements belong to the tensor; the others are padding, or another tensor's. */
const inside = (lanes: Lanes): string =>
  lanes === 1 ? "true" : "vec4<u32>(e) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(length)";

/**
 * The elements of a tensor that a step is for: all; those of listed rows; or those of marked rows. The list or the
 * marks are in the binding `rows`.
 */
export type Selection = "all" | "listed" | "marked";

/** How an invocation finds its element `e`, and checks that there is one. */
export interface Search {
  readonly find: string;
  readonly last: string;
  readonly element: string;
  readonly is: string;
}

export const searches = (loop: Loop): Readonly<Record<Selection, Search>> => ({
  all: { find: findBlock(loop), last: "length", element: "i", is: "true" },
  listed: {
    find: `
  let tensor = table[${header.tensorRecords}];
  let part = 0u;
  let start = (workgroup.y * workgroups.x + workgroup.x) * ${blockElements(1)}u;`,
    last: "arrayLength(&rows) * width",
    element: "rows[i / width] * width + i % width",
    // With a row number that is too large, the product might overflow to a valid element.
    is: "rows[i / width] < length / width",
  },
  marked: { find: findBlock(loop), last: "length", element: "i", is: "rows[e / width] != 0u" },
});

/** A loop over the elements of a block, with the partial results of its reductions. @param leaves the invocation that stores them */
export function elementsOf(
  body: Body,
  { last, element, is }: Search,
  leaves = "lane == 0u",
): string {
  const { program, loop, lanes } = body;
  const reductions = reduced(program, loop);
  const guard = loop.reductions.find(({ node }) => node === program.guard);
  const drawing = draws(loop);
  const blocks = blockStores(body);
  // If there is nothing to do, all invocations leave at once, so no barrier waits for them.
  const isIdle = loop.reductions.length === 0 && !storesAlways(body) && !blocks;
  const accumulate = reductions.map(({ index, node }) => {
    const value = nameOf(node.operands[0]!);
    const filled = `select(${vector(lanes)}(${identity[node.operator]}), ${value}, inside)`;
    return takeIn(`sum${index}`, node.operator, filled);
  });
  return `
  let length = table[tensor + ${tensorRecord.length}u];
  let width = table[tensor + ${tensorRecord.width}u];
${isIdle ? "  if (stopped) { return; }\n" : ""}${findArrays(body)}
${readValues(body)}
${reductions.map(({ index, node }) => declare(`sum${index}`, node.operator, lanes)).join("\n")}
  for (var turn = 0u; turn < ${turns}u; turn++) {
    let i = start + (turn * ${workgroupSize}u + lane) * ${lanes}u;
    ${blocks?.begin ?? `if (i >= ${last}) { break; }`}
    let e = ${element};
    if (${blocks ? `i < ${last}` : is}) {
      ${drawing ? `let drawn = e + table[tensor + ${tensorRecord.before}u];` : ""}
      ${reductions.length > 0 || blocks ? `let inside = ${inside(lanes)};` : ""}
      ${compute(body)}
      ${accumulate.join("\n      ")}
      ${guard ? stopIfWild(guard.node, lanes) : ""}
      ${store(body)}${blocks ? `\n      ${blocks.take}` : ""}
    }${blocks?.end ?? ""}
  }
${reductions
  .map(
    ({ index, node }) =>
      `${tree(`${index}`, total(`sum${index}`, node.operator, lanes), node.operator)}
  if (${leaves}) { values[part + ${index}u * table[${header.partialsStride}]] = shared_${index}[0]; }`,
  )
  .join("")}
`;
}

/** What precedes a loop's shader: bindings, functions, and the shared memory in which a workgroup combines numbers. */
export function preambleOf(declared: string, { program, loop }: Body, functions: string): string {
  const reductions = reduced(program, loop);
  const shared = reductions.map(({ index }) => sharedOf(`${index}`)).join("");
  return `${declared}${functions}${hasNorm(reductions) ? norms : ""}\n${shared}`;
}

export function elementShader(body: Body, functions: string, selection: Selection = "all"): string {
  const search = searches(body.loop)[selection];
  const declared = declarations(body.lanes, body.storages, body.kept);
  const all = `${blockStores(body)?.functions ?? ""}${functions}`;
  return `${preambleOf(declared, body, all)}${entry}${search.find}${findValues}${elementsOf(body, search)}}
`;
}
