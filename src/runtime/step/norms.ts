/** Computes the norm of all gradients for the report, from the results of reductions. */
import type { Program } from "../../rule/planning/program.ts";
import type { BoundPlan } from "../binding/binding.ts";
import { combineTree } from "./reduce.ts";

/** The place of a reduction's result. */
interface Place {
  readonly array: ArrayLike<number>;
  readonly index: number;
}

/** The norm of all gradients, or of one parameter's. */
interface Norm {
  readonly name: string;
  readonly reduction: Place;
  readonly largest: Place | undefined;
}

const operators = new Map([
  [1, "sum"],
  [2, "norm"],
  [Number.POSITIVE_INFINITY, "max"],
] as const) as ReadonlyMap<number, "sum" | "norm" | "max">;

/** The norm from the results of its reductions. Without elements, when no largest one exists, it is 0. */
export function normOf(order: number, reduction: number, largest = 1): number {
  const norm = operators.has(order) ? reduction : largest * reduction ** (1 / order);
  return norm > 0 || Number.isNaN(reduction) ? norm : 0;
}

/** The norm of all elements, from norms of parts. */
export function joinNorms(order: number, norms: Float64Array): number {
  const operator = operators.get(order);
  if (operator !== undefined || norms.length < 2) {
    combineTree(operator ?? "sum", norms, 0, norms.length);
    return norms[0]!;
  }
  const largest = Math.max(...norms);
  const shares = norms.map((norm) => (largest > 0 ? norm / largest : 0) ** order);
  combineTree("sum", shares, 0, shares.length);
  return normOf(order, shares[0]!, largest);
}

/** The place of the norm among a program's reductions. */
export function normIn({ gradientNorm, reductions }: Program) {
  const at = (wanted: unknown) => reductions.findIndex(({ node }) => node === wanted);
  return (
    gradientNorm && {
      order: gradientNorm.order,
      site: gradientNorm.reduction.site,
      index: at(gradientNorm.reduction),
      largest: at(gradientNorm.largest),
    }
  );
}

/** The order of the norm, and the norms to combine: those of all parameters whose rules compute it from the unchanged gradients. */
function normsOf(plans: readonly BoundPlan[]): { order: number; norms: readonly Norm[] } {
  const taking = plans.flatMap(({ execution }) => {
    const norm = normIn(execution.program);
    return norm ? [{ ...norm, execution }] : [];
  });
  const [first] = taking;
  if (first === undefined || taking.some(({ order }) => order !== first.order)) {
    return { order: 2, norms: [] };
  }
  const isOne = taking.every(({ site }) => site === first.site);
  // Several parts may have norms of the same parameters, so each parameter's norm is taken once.
  const norms = (isOne ? [first] : taking).flatMap(({ execution: { tensors }, index, largest }) => {
    // If no value depends on the tensor, only the first tensor has the results over all parameters.
    const { reductions } = tensors[0]!.inputs;
    return (isOne ? tensors.slice(0, 1) : tensors).map(
      ({ tensor, call }): Norm => ({
        name: tensor.name,
        reduction: { array: isOne ? reductions : call.results, index },
        largest: largest < 0 ? undefined : { array: reductions, index: largest },
      }),
    );
  });
  return { order: first.order, norms: norms.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export class GradientNorms {
  readonly #order: number;
  readonly #norms: readonly Norm[];
  readonly #values: Float64Array;

  constructor(plans: readonly BoundPlan[]) {
    const { order, norms } = normsOf(plans);
    this.#order = order;
    this.#norms = norms;
    this.#values = new Float64Array(norms.length);
  }

  /** Whether there is a norm. Parts with several orders have no common one. */
  get exist(): boolean {
    return this.#norms.length > 0;
  }

  /** Writes this step's norm to `numbers[at]`. */
  write(numbers: Float64Array, at: number): void {
    for (let index = 0; index < this.#norms.length; index++) {
      const { reduction, largest } = this.#norms[index]!;
      const found = reduction.array[reduction.index]!;
      this.#values[index] = normOf(this.#order, found, largest?.array[largest.index]);
    }
    numbers[at] = joinNorms(this.#order, this.#values);
  }
}
