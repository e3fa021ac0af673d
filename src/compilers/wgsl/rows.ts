/** Shaders of loops by rows: one workgroup for each row; to reduce columns, one invocation for each column. */
import type { Loop } from "../../rule/planning/program.ts";
import { type Body, compute, findArrays, neededIn, readValues, store, storeLine } from "./body.ts";
import { declarations, entry, findBlock, findValues } from "./declarations.ts";
import { stopIfWild } from "./guard.ts";
import { header, tensorRecord, workgroupSize } from "./layout.ts";
import { combine, identity, nameOf } from "./operators.ts";
import { declare, hasNorm, norms, sharedOf, takeIn, total, tree } from "./reduce.ts";

const linesOf = (loop: Loop, lines: "rows" | "cols") =>
  loop.lines.filter(({ node }) => node.lines === lines);

/** The shader for stores, reductions, and reductions of rows. */
export function rowShader(body: Body, functions: string): string {
  const { program, loop } = body;
  const guard = loop.reductions.find(({ node }) => node === program.guard);
  const reductions = [
    ...loop.reductions
      .filter((each) => each !== guard)
      .map(({ index, node }) => ({
        name: `r${index}`,
        node,
        keep: (value: string) =>
          `values[part + ${index}u * table[${header.partialsStride}]] = ${value};`,
      })),
    ...linesOf(loop, "rows").map(({ slot, node }) => ({
      name: `l${node.id}`,
      node,
      keep: (value: string) => storeLine(body, slot, "row", value),
    })),
  ];
  return `${declarations(1, body.storages, body.kept)}${functions}${hasNorm(loop.reductions) ? norms : ""}
${reductions.map(({ name }) => sharedOf(name)).join("")}${entry}${findBlock(loop)}${findValues}
  let row = start;
  let width = table[tensor + ${tensorRecord.width}u];
${findArrays(body)}
${readValues(body)}
${reductions.map(({ name, node }) => declare(name, node.operator, 1)).join("\n")}
  for (var column = lane; column < width; column += ${workgroupSize}u) {
      let e = row * width + column;
      let drawn = e;
      ${compute(body)}
      ${reductions.map(({ name, node }) => takeIn(name, node.operator, nameOf(node.operands[0]!))).join("\n      ")}
      ${guard ? stopIfWild(guard.node, 1) : ""}
      ${store(body)}
  }
${reductions
  .map(
    ({ name, node, keep }) => `${tree(name, total(name, node.operator, 1), node.operator)}
  if (lane == 0u) { ${keep(`shared_${name}[0]`)} }`,
  )
  .join("")}
}
`;
}

/** The shader for reductions of columns; undefined if there are none. It runs before the shader for rows. */
export function columnShader(body: Body, functions: string): string | undefined {
  const { loop } = body;
  const lines = linesOf(loop, "cols");
  if (lines.length === 0) {
    return undefined;
  }
  const needed = neededIn(
    body,
    lines.map(({ node }) => node.operands[0]!),
  );
  return `${declarations(1, body.storages, body.kept)}${functions}${entry}${findBlock(loop)}${findValues}
  let height = table[tensor + ${tensorRecord.rows}u];
  let width = table[tensor + ${tensorRecord.width}u];
  let column = start + lane;
  if (column >= width) { return; }
${findArrays(body)}
${readValues(body)}
${lines.map(({ node }) => `  var l${node.id} = ${identity[node.operator]};`).join("\n")}
  for (var row = 0u; row < height; row++) {
      let e = row * width + column;
      let drawn = e;
      ${compute(body, needed)}
      ${lines.map(({ node }) => `l${node.id} = ${combine(node.operator, `l${node.id}`, nameOf(node.operands[0]!))};`).join("\n      ")}
  }
${lines.map(({ slot, node }) => `  ${storeLine(body, slot, "column", `l${node.id}`)}`).join("\n")}
}
`;
}
