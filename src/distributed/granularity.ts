/** Finds out how a program lets a tensor be divided, such that each piece is stepped as it would be within the whole tensor. */
import type { Storage } from "../compilers/backend.ts";
import { draws, loopsOf, type Program } from "../rule/planning/program.ts";
import { isWhole, type Plan } from "../runtime/binding/plans.ts";
import { colsOf, type Tensor } from "../runtime/binding/tensor.ts";

/** By elements, by rows, or not at all. */
export type Granularity = "elements" | "rows" | "none";

/** Facts about a tensor that differ for its pieces. */
const ofTheWhole: readonly string[] = ["rows", "size", "count"];

/** Kinds of state whose values belong to single rows. */
const ofRows: readonly string[] = ["element", "column"];

function granularityOf(program: Program): Granularity {
  const loops = loopsOf(program).map(({ loop }) => loop);
  const facts = program.host.flatMap(({ node }) => (node.form === "fact" ? [node.name] : []));
  const isUndivided =
    loops.length < program.passes.length ||
    facts.some((fact) => ofTheWhole.includes(fact)) ||
    program.reductions.some(({ node }) => node.scope === "tensor") ||
    // Draws are counted from a tensor's first element.
    loops.some(draws) ||
    loops.some(({ lines }) => lines.some(({ node }) => node.lines === "cols")) ||
    program.slots.some(({ kind }) => !ofRows.includes(kind));
  if (isUndivided) {
    return "none";
  }
  return isWhole(program) || facts.includes("cols") ? "rows" : "elements";
}

/** The programs that step the parameters of a plan, and compute the weights to evaluate. The initial state depends only on single elements. */
function programsOf({ rule, hyper, matrix, program }: Plan): Program[] {
  const evaluation = rule.planner.evaluation(rule, hyper, matrix);
  return evaluation === undefined ? [program] : [program, evaluation];
}

export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const isInBlocks = ({ blocks }: Storage): boolean => blocks !== undefined;

/** Elements in 64 bytes of float32, the least that kernels read and write at once. */
const chunk = 16;

/** How the tensors of a plan may be divided. */
export interface ShardUnit {
  readonly granularity: Granularity;
  /** The number of elements of a piece; all elements if the tensor may not be divided. */
  lengthOf(tensor: Tensor): number;
}

export function shardUnitOf(plan: Plan): ShardUnit {
  const granularities = programsOf(plan).map(granularityOf);
  const granularity =
    (["none", "rows"] as const).find((each) => granularities.includes(each)) ?? "elements";
  const blocks = [...plan.storages.values()].filter(isInBlocks).map(({ blocks }) => blocks!.length);
  // A piece consists of whole blocks.
  const least = Math.max(chunk, ...blocks);
  const lengthOf = (tensor: Tensor): number => {
    const cols = tensor.shape.length < 2 ? 0 : colsOf(tensor);
    if (granularity === "elements") {
      return least;
    }
    // The last row of a piece ends where a chunk ends.
    return granularity === "none" || cols === 0 ? tensor.length : cols * (least / gcd(cols, least));
  };
  return { granularity, lengthOf };
}
