/**
 * Adam's variants, written so that their changes to Adam are easy to see. The library's own versions have more options; the test
 * beside this file compares their steps.
 */
import { adamw, defineOptimizer, lion } from "gradus";

const hyper = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 };
const averages = `
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g^2`;

export const amsgradInShort = defineOptimizer({
  name: "amsgradInShort",
  hyper,
  state: { m: 0, v: 0, w: 0 },
  symbols: { w: "vHat" },
  rule: `${averages}
    w = max(w, v)
    u = (m / (1 - beta1^t)) / (sqrt(w / (1 - beta2^t)) + eps)
  `,
});

export const nadamInShort = defineOptimizer({
  name: "nadamInShort",
  hyper,
  state: { m: 0, v: 0 },
  rule: `${averages}
    u = (beta1 * m / (1 - beta1^(t + 1)) + (1 - beta1) * g / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
  `,
});

/** Muon for a square matrix, without Nesterov momentum. */
export const muonInShort = defineOptimizer({
  name: "muonInShort",
  hyper: {
    ...{ lr: 0.02, beta1: 0.95 },
    ...{ steps: 5, a: 3.4445, b: -4.775, c: 2.0315, eps: 1e-7 },
  },
  state: { m: 0 },
  rule: `
    m = beta1 * m + (1 - beta1) * g
    u = orthogonalize(m, steps, a, b, c, eps)
  `,
});

/** By the article's names. */
export const variants = {
  adamw: adamw(),
  amsgrad: amsgradInShort(),
  nadam: nadamInShort(),
  lion: lion(),
  muon: muonInShort(),
};
