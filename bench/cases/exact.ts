/** Computes the elementwise rules in float64 from their papers, as the expected results of contestants. */
import type { FloatArray, Hyper, RuleName, UpdateProblem } from "../peers/peer.ts";

interface Element {
  readonly p: Float64Array;
  readonly m: Float64Array;
  readonly v: Float64Array;
}

type Update = (element: Element, i: number, g: number, t: number, hyper: Hyper) => void;

function adamw({ p, m, v }: Element, i: number, g: number, t: number, hyper: Hyper): void {
  const { lr, beta1, beta2, eps, weightDecay } = hyper;
  m[i] = beta1 * m[i]! + (1 - beta1) * g;
  v[i] = beta2 * v[i]! + (1 - beta2) * g ** 2;
  const root = Math.sqrt(v[i]! / (1 - beta2 ** t));
  p[i]! -= lr * (m[i]! / (1 - beta1 ** t) / (root + eps) + weightDecay * p[i]!);
}

const updates: Partial<Record<RuleName, Update>> = {
  adam: (element, i, g, t, hyper) => adamw(element, i, g, t, { ...hyper, weightDecay: 0 }),
  adamw,
  realistic: adamw,
  sgd: ({ p }, i, g, _, { lr }) => {
    p[i]! -= lr * g;
  },
  momentum: ({ p, m }, i, g, _, { lr, momentum }) => {
    m[i] = momentum * m[i]! + g;
    p[i]! -= lr * m[i]!;
  },
  lion: ({ p, m }, i, g, _, { lr, beta1, beta2, weightDecay }) => {
    p[i]! -= lr * (Math.sign(beta1 * m[i]! + (1 - beta1) * g) + weightDecay * p[i]!);
    m[i] = beta2 * m[i]! + (1 - beta2) * g;
  },
};

/** The norm of a tile that is repeated over so many elements. */
function normOf(tile: FloatArray, elements: number): number {
  const rest = elements % tile.length;
  let [all, begun] = [0, 0];
  for (const [index, value] of tile.entries()) {
    all += value ** 2;
    begun += index < rest ? value ** 2 : 0;
  }
  return Math.sqrt(Math.floor(elements / tile.length) * all + begun);
}

/** One tile of the parameters. Parameters and gradients repeat a tile, so one tile stands for all. */
export class ExactTile {
  readonly parameters: Float64Array;
  readonly #problem: UpdateProblem;
  readonly #update: Update;
  readonly #element: Element;
  #t = 0;

  /** Undefined for a rule that is not elementwise. */
  static of(problem: UpdateProblem): ExactTile | undefined {
    const update = updates[problem.rule];
    return update && new ExactTile(problem, update);
  }

  private constructor(problem: UpdateProblem, update: Update) {
    this.parameters = Float64Array.from(problem.start);
    this.#problem = problem;
    this.#update = update;
    const { length } = problem.start;
    this.#element = {
      ...{ p: this.parameters, m: new Float64Array(length), v: new Float64Array(length) },
    };
  }

  step(gradients: FloatArray): void {
    const { rule, hyper, elements } = this.#problem;
    const clipped = rule === "realistic";
    const scale = clipped ? Math.min(1, hyper.maxNorm / normOf(gradients, elements)) : 1;
    this.#t += 1;
    for (let i = 0; i < gradients.length; i++) {
      this.#update(this.#element, i, scale * gradients[i]!, this.#t, hyper);
    }
  }
}
