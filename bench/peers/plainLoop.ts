/** Adam as a loop over `Float32Array`s, as people write it. */
import { timed } from "../harness/interleave.ts";
import type { AdamContestant, AdamHyper, AdamProblem, PeerSource } from "./peer.ts";

type Loop = (
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  t: number,
  hyper: AdamHyper,
) => void;

/** Line by line as in algorithm 1 of Kingma and Ba, 2015. */
const literal: Loop = (p, g, m, v, t, { lr, beta1, beta2, eps }) => {
  const correction1 = 1 - beta1 ** t;
  const correction2 = 1 - beta2 ** t;
  for (let i = 0; i < p.length; i++) {
    m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
    v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
    const mHat = m[i]! / correction1;
    const vHat = v[i]! / correction2;
    p[i] = p[i]! - (lr * mHat) / (Math.sqrt(vHat) + eps);
  }
};

/** The same by someone who has profiled it: no value is read twice, and one division is left. */
const hoisted: Loop = (p, g, m, v, t, { lr, beta1, beta2, eps }) => {
  const rate = lr / (1 - beta1 ** t);
  const scale = 1 / (1 - beta2 ** t);
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i]!;
    const mean = beta1 * m[i]! + rest1 * gradient;
    const square = beta2 * v[i]! + rest2 * gradient * gradient;
    m[i] = mean;
    v[i] = square;
    p[i]! -= (rate * mean) / (Math.sqrt(square * scale) + eps);
  }
};

function contestant(name: string, loop: Loop, problem: AdamProblem): AdamContestant {
  const tensors = problem.parameters.map((array) => ({
    p: array.slice(),
    g: new Float32Array(array.length),
    m: new Float32Array(array.length),
    v: new Float32Array(array.length),
  }));
  let t = 0;
  return {
    name,
    run: timed(() => {
      t += 1;
      for (const { p, g, m, v } of tensors) {
        loop(p, g, m, v, t, problem.hyper);
      }
    }),
    setGradients: (gradients) => {
      for (const [index, { g }] of tensors.entries()) {
        g.set(gradients[index]!);
      }
    },
    read: () => tensors.map(({ p }) => p),
  };
}

const loops: Readonly<Record<string, Loop>> = {
  "plain loop, the paper's formula": literal,
  "plain loop, corrections hoisted": hoisted,
};

export const plainLoop: PeerSource = {
  name: "plain loop",
  load: async () => ({
    version: `V8 ${process.versions.v8}`,
    adam: Object.fromEntries(
      Object.entries(loops).map(([name, loop]) => [
        name,
        (problem: AdamProblem) => contestant(name, loop, problem),
      ]),
    ),
    mlp: {},
  }),
};
