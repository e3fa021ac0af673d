/**
 * Loops that read only gradients, such as the check that they are finite. If each tensor has its own buffer, one dispatch goes
 * through several buffers of gradients.
 */
import { draws, type Loop, type Program } from "../../rule/planning/program.ts";
import type { Body } from "./body.ts";
import { entry, findNumbers, findRecord, findWorkgroup, stored, variable } from "./declarations.ts";
import { elementsOf, preambleOf, reduced, searches } from "./elements.ts";
import { bindings, type Storages, status } from "./layout.ts";

/** Whether a loop reads only gradients. Such a loop leaves partial reductions, or stops the step. */
export const readsGradientsAlone = (loop: Loop): boolean =>
  !loop.byRows &&
  loop.reductions.length > 0 &&
  loop.stores.length === 0 &&
  loop.loads.length > 0 &&
  loop.loads.every(({ slot }) => slot === "g") &&
  !draws(loop);

/** Whether gradients with these storages may be in several buffers. Encoded ones may not: their functions read one buffer. */
export const canBeApart = ({ gradient }: Storages): boolean => typeof gradient === "string";

const readsNumbers = ({ values }: Loop): boolean => values.some(({ form }) => form !== "constant");

/** The bindings besides gradients, and how they are used. Unused bindings are left out, because each would take a gradient's place. */
export function besideGradients(program: Program, loop: Loop) {
  const reads = readsNumbers(loop);
  const leaves = reduced(program, loop).length > 0;
  return {
    [bindings.table]: "read",
    [bindings.status]: "write",
    ...(reads && { [bindings.ring]: "read" as const }),
    ...((reads || leaves) && { [bindings.values]: "write" as const }),
  } as const;
}

const nameOf = (buffer: number): string => `gradient${buffer}`;

function declarationsOf(
  { program, loop, storages, lanes }: Body,
  buffers: readonly number[],
): string {
  const type = stored(storages.gradient, lanes);
  const beside = besideGradients(program, loop);
  return [
    ...(storages.gradient === "float16" ? ["enable f16;"] : []),
    ...buffers.map((buffer) =>
      variable(bindings.gradients + buffer, "read", nameOf(buffer), `array<${type}>`),
    ),
    variable(bindings.table, "read", "table", "array<u32>"),
    variable(bindings.status, "read_write", "status", `array<atomic<u32>, ${status.length}>`),
    bindings.ring in beside ? variable(bindings.ring, "read", "ring", "array<u32>") : "",
    bindings.values in beside
      ? variable(bindings.values, "read_write", "values", "array<f32>")
      : "",
  ].join("\n");
}

/**
 * The shader of such a loop for `count` buffers. A workgroup takes a block of each buffer, one after the other. Choosing one
 * buffer would take longer on devices that compute all branches.
 */
export function gradientShader(body: Body, functions: string, count: number): string {
  const buffers = Array.from({ length: count }, (_, buffer) => buffer);
  const search = searches(body.loop).all;
  const isTree = reduced(body.program, body.loop).length > 0;
  const numbers = readsNumbers(body.loop) ? findNumbers : "";
  const each = buffers.map(
    (buffer) =>
      `{${findRecord(`(block * ${count}u + ${buffer}u)`)}${numbers}${elementsOf(
        { ...body, gradient: nameOf(buffer) },
        search,
        "lane == 0u && length > 0u",
      )}}`,
  );
  // Before the next buffer begins, the first invocation must have read the last one's result.
  const between = isTree ? "\nworkgroupBarrier();\n" : "\n";
  return `${preambleOf(declarationsOf(body, buffers), body, functions)}${entry}${findWorkgroup(body.loop)}
${each.join(between)}
}
`;
}
