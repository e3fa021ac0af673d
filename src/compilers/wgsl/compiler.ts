/** The compiler for WebGPU: it makes shaders from the same graph and passes as on the CPU. */
import { quantileFunction } from "../../rule/graph/normalQuantile.ts";
import { type Loop, type Program, rescue } from "../../rule/planning/program.ts";
import type { Body } from "./body.ts";
import { elementShader, type Selection } from "./elements.ts";
import { gradientShader } from "./gradients.ts";
import type { Storages } from "./layout.ts";
import { type Lanes, literal, nameOf, spell } from "./operators.ts";
import { prelude } from "./prelude.ts";
import { columnShader, rowShader } from "./rows.ts";
import { scalarShader } from "./scalars.ts";
import { keptIn } from "./storages/states.ts";
import { type ValueLayout, valueLayout } from "./values.ts";

/** The shaders of one pass, in the order in which they run. */
export interface LoopShaders {
  readonly loop: Loop;
  /** The shader that reduces columns. */
  readonly columns: string | undefined;
  readonly main: string;
}

/** Everything that a device needs to run a program. */
export interface GpuProgram {
  readonly program: Program;
  readonly layout: ValueLayout;
  /** By the index of the pass; routines have none. */
  readonly loops: readonly (LoopShaders | undefined)[];
  /** By stage: the shader that computes device values before the stage's passes. */
  readonly scalars: readonly (string | undefined)[];
  readonly zeroesSkipped: boolean;
}

/** The quantile function of the library, in float32. */
function quantile(): string {
  const { nodes, result } = quantileFunction();
  const lines = nodes.flatMap((node) => {
    if (node.form === "slot") {
      return [`  let ${nameOf(node)} = ${node.name};`];
    }
    if (node.form === "constant") {
      return [`  let ${nameOf(node)} = ${literal(node.value)};`];
    }
    return node.form === "element"
      ? [`  let ${nameOf(node)} = ${spell(node, node.operands.map(nameOf), 1)};`]
      : [];
  });
  return `fn normalQuantile(x: f32) -> f32 {\n${lines.join("\n")}\n  return ${nameOf(result)};\n}`;
}

function functionsOf({ compute, reductions }: Loop, program: Program): string {
  const normal = compute.some((node) => node.form === "random" && node.distribution === "normal");
  const rounding = compute.some(
    (node) => node.form === "random" && node.distribution === "fraction",
  );
  return prelude({
    rounding,
    power: compute.some((node) => node.form === "element" && node.operator === "power"),
    guard: reductions.some(({ node }) => node === program.guard),
    random: compute.some(({ form }) => form === "random"),
    quantile: normal ? quantile() : undefined,
  });
}

/** The input of a loop's shaders, without the lanes. */
type Source = Omit<Body, "kept" | "lanes">;

function bodyOf(source: Source, lanes: Lanes): Body {
  const { loads, stores } = source.loop;
  const slots = [...new Set([...loads, ...stores].map(({ slot }) => slot))];
  return { ...source, lanes, kept: keptIn(slots, source.storages, lanes) };
}

/**
 * @param zeroesSkipped whether a pass that sets gradients to zero also does so when the step is skipped
 * @param lanes elements that an invocation takes at once in loops over elements: 4 if all arrays of a segment
 *   start at a multiple of 4 and may be written up to the next one
 */
export function compileProgram(
  program: Program,
  storages: Storages,
  lanes: Lanes,
  zeroesSkipped = false,
): GpuProgram {
  const layout = valueLayout(program);
  const loops = program.passes.map((loop): LoopShaders | undefined => {
    // A GPU computes norms exactly from the start, so there is nothing to rescue.
    if (loop.form === "routine" || loop.stage === rescue) {
      return undefined;
    }
    const functions = functionsOf(loop, program);
    const source = { program, loop, layout, storages, zeroesSkipped };
    const body = bodyOf(source, loop.byRows ? 1 : lanes);
    return loop.byRows
      ? { loop, columns: columnShader(body, functions), main: rowShader(body, functions) }
      : { loop, columns: undefined, main: elementShader(body, functions) };
  });
  const last = Math.max(
    0,
    ...program.host.map(({ stage }) => stage),
    ...program.passes.map(({ stage }) => stage),
  );
  const scalars = Array.from({ length: last + 1 }, (_, stage) =>
    scalarShader(program, layout, stage, stage === last),
  );
  return { program, layout, loops, scalars, zeroesSkipped };
}

/** The shader of a loop that reads only gradients, for so many buffers of them. */
export function apartShader(
  { program, layout, zeroesSkipped }: GpuProgram,
  loop: Loop,
  storages: Storages,
  lanes: Lanes,
  buffers: number,
): string {
  const body = bodyOf({ program, loop, layout, storages, zeroesSkipped }, lanes);
  return gradientShader(body, functionsOf(loop, program), buffers);
}

/** The shader of a loop over the elements of some rows of one tensor. */
export function selectedShader(
  { program, layout, zeroesSkipped }: GpuProgram,
  loop: Loop,
  storages: Storages,
  selection: Selection,
): string {
  const body = bodyOf({ program, loop, layout, storages, zeroesSkipped }, 1);
  return elementShader(body, functionsOf(loop, program), selection);
}
