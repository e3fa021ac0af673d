/** Optimizers as plain loops over typed arrays. */
import { timed, timedAfter } from "../harness/interleave.ts";
import { comparing, emptyArray, fillFrom, startingArrays } from "./arrays.ts";
import {
  type FloatArray,
  type Hyper,
  type PeerSource,
  type RuleName,
  refuseAbove,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";
import { plainRemaps } from "./plainRemaps.ts";

interface Tensor {
  readonly p: FloatArray;
  readonly g: FloatArray;
  readonly m: FloatArray;
  readonly v: FloatArray;
}

type Loop = (tensor: Tensor, t: number, hyper: Hyper) => void;

/** Line by line as in algorithm 1 of Kingma and Ba, 2015. */
const literal: Loop = ({ p, g, m, v }, t, { lr, beta1, beta2, eps }) => {
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

/** The same, optimized: no value is read twice, and only one division is left. */
const hoisted: Loop = ({ p, g, m, v }, t, { lr, beta1, beta2, eps }) => {
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

const decayed: Loop = ({ p, g, m, v }, t, { lr, beta1, beta2, eps, weightDecay }) => {
  const rate = lr / (1 - beta1 ** t);
  const scale = 1 / (1 - beta2 ** t);
  const kept = 1 - lr * weightDecay;
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * gradient;
    const square = beta2 * v[i]! + (1 - beta2) * gradient * gradient;
    m[i] = mean;
    v[i] = square;
    p[i] = kept * p[i]! - (rate * mean) / (Math.sqrt(square * scale) + eps);
  }
};

const descent: Loop = ({ p, g }, _, { lr }) => {
  for (let i = 0; i < p.length; i++) {
    p[i]! -= lr * g[i]!;
  }
};

const heavyBall: Loop = ({ p, g, m }, _, { lr, momentum }) => {
  for (let i = 0; i < p.length; i++) {
    const sum = momentum * m[i]! + g[i]!;
    m[i] = sum;
    p[i]! -= lr * sum;
  }
};

const signed: Loop = ({ p, g, m }, _, { lr, beta1, beta2, weightDecay }) => {
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i]!;
    const mean = m[i]!;
    p[i]! -= lr * (Math.sign(beta1 * mean + (1 - beta1) * gradient) + weightDecay * p[i]!);
    m[i] = beta2 * mean + (1 - beta2) * gradient;
  }
};

const loops: Partial<Record<RuleName, Readonly<Record<string, Loop>>>> = {
  adam: { "the paper's formula": literal, "corrections hoisted": hoisted },
  adamw: { "corrections hoisted": decayed },
  sgd: { SGD: descent },
  momentum: { momentum: heavyBall },
  lion: { Lion: signed },
};

function tensorsOf(problem: UpdateProblem): Tensor[] {
  return startingArrays(problem).map((p) => {
    const empty = () => emptyArray(problem.type, p.length);
    return { p, g: empty(), m: empty(), v: empty() };
  });
}

function contestant(name: string, loop: Loop, problem: UpdateProblem): UpdateContestant {
  const tensors = tensorsOf(problem);
  const gradients = tensors.map(({ g }) => g);
  let t = 0;
  return {
    name,
    run: timed(() => {
      t += 1;
      for (const tensor of tensors) {
        loop(tensor, t, problem.hyper);
      }
    }),
    setGradients: (tile) => fillFrom(gradients, tile),
    ...comparing(() => tensors.map(({ p }) => p)),
  };
}

/** Clipping by global norm, AdamW, an average of the parameters, gradients to zero: a loop for each. */
function realistic(name: string, problem: UpdateProblem): UpdateContestant {
  const { hyper, start } = problem;
  const tensors = tensorsOf(problem).map((tensor) => ({ ...tensor, average: tensor.p.slice() }));
  const gradients = tensors.map(({ g }) => g);
  let tile = start;
  let t = 0;
  const step = () => {
    t += 1;
    let squares = 0;
    for (const { g } of tensors) {
      for (let i = 0; i < g.length; i++) {
        squares += g[i]! * g[i]!;
      }
    }
    const scale = Math.min(1, hyper.maxNorm / Math.sqrt(squares));
    for (const tensor of tensors) {
      const { p, g, average } = tensor;
      for (let i = 0; i < g.length; i++) {
        g[i]! *= scale;
      }
      decayed(tensor, t, hyper);
      for (let i = 0; i < p.length; i++) {
        average[i] = hyper.decay * average[i]! + (1 - hyper.decay) * p[i]!;
      }
      g.fill(0);
    }
  };
  const setGradients = (next: FloatArray) => {
    tile = next;
    fillFrom(gradients, tile);
  };
  return {
    name,
    run: timedAfter(() => setGradients(tile), step),
    setGradients,
    ...comparing(() => tensors.map(({ p }) => p)),
  };
}

function updates(problem: UpdateProblem): Ways<UpdateContestant> {
  refuseAbove(25e6, problem);
  if (problem.rule === "realistic") {
    const name = "plain loop";
    return { [name]: () => realistic(name, problem) };
  }
  const ways = Object.entries(loops[problem.rule] ?? {});
  return Object.fromEntries(
    ways.map(([way, loop]) => {
      const name = `plain loop, ${way}`;
      return [name, () => contestant(name, loop, problem)];
    }),
  );
}

export const plainLoop: PeerSource = {
  ...{ name: "plain loop", library: "plain loop", threads: 1 },
  load: async () => ({ version: `V8 ${process.versions.v8}`, updates, remaps: plainRemaps }),
};
