/** Gradus: the package that `npm run build` makes from this checkout. */
import {
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  defineOptimizer,
  ema,
  type NonFinitePolicy,
  type Rule,
} from "../../../src/index.ts";
import { optimize, parameters, requestDevice } from "../../../src/webgpu/index.ts";
import { lengthOf } from "../../peers/arrays.ts";
import type {
  Hyper,
  PeerSource,
  ProductContestant,
  ProductProblem,
  UpdateContestant,
  UpdateProblem,
  Ways,
} from "../../peers/peer.ts";
import { comparingParts, makeBuffer, type Part, timedOn, writeTiles } from "../arrays.ts";
import { copier } from "../copier.ts";
import { openDevice } from "../device.ts";

function ruleOf({ rule, hyper }: UpdateProblem): Rule {
  const { lr, beta1, beta2, eps, weightDecay, maxNorm, decay }: Hyper = hyper;
  return rule === "adam"
    ? adam({ lr, beta1, beta2, eps })
    : chain(
        clipByGlobalNorm(maxNorm),
        adamw({ lr, beta1, beta2, eps, weightDecay }),
        ema({ decay }),
      );
}

async function contestant(
  device: GPUDevice,
  name: string,
  problem: UpdateProblem,
  nonFinite: NonFinitePolicy,
): Promise<UpdateContestant> {
  const { shapes, rule } = problem;
  const named = Object.fromEntries(shapes.map((shape, index) => [`w${index}`, shape]));
  const source = parameters(device, named);
  const zeroGradients = rule === "realistic";
  const optimizer = await optimize(device, source, ruleOf(problem), { nonFinite, zeroGradients });
  const partsOf = (from: typeof optimizer.gradients): Part[] =>
    shapes.map((shape, index) => {
      const { buffer, offset } = from[`w${index}`]!;
      return { buffer, offset, length: lengthOf(shape) };
    });
  writeTiles(device, partsOf(source), problem.start);
  const gradients = partsOf(optimizer.gradients);
  const compared = comparingParts(device, partsOf(source));
  if (!zeroGradients) {
    const setGradients = (tile: Parameters<typeof writeTiles>[2]) =>
      writeTiles(device, gradients, tile);
    return { name, run: timedOn(device, () => optimizer.step()), setGradients, ...compared };
  }
  // A backward pass would write the gradients; here a copy in the same submission does.
  const [{ buffer: target, length }] = gradients as [Part];
  const written = { buffer: makeBuffer(device, target.size / 4), offset: 0, length };
  const write = await copier(device, [{ from: written.buffer, to: target }]);
  const step = () => {
    const encoder = device.createCommandEncoder();
    write(encoder);
    optimizer.step(undefined, { encoder });
    device.queue.submit([encoder.finish()]);
  };
  return {
    name,
    run: timedOn(device, step),
    setGradients: (tile) => writeTiles(device, [written], tile),
    ...compared,
  };
}

function updates(device: GPUDevice, problem: UpdateProblem): Ways<UpdateContestant> {
  const ways: Readonly<Record<string, NonFinitePolicy>> = {
    Gradus: "throw",
    "Gradus, nonFinite allow": "allow",
  };
  return Object.fromEntries(
    Object.entries(ways).map(([name, policy]) => [
      name,
      () => contestant(device, name, problem, policy),
    ]),
  );
}

/** A step that adds a product: products are parts of rules, and cannot be called alone. */
const adding = defineOptimizer({
  name: "adding",
  hyper: { lr: -1 },
  state: { a: { kind: "left", initial: 0 } },
  rule: "a = a\nu = matmul(a, g)",
});

async function productContestant(
  device: GPUDevice,
  name: string,
  { size, a, b }: ProductProblem,
): Promise<ProductContestant> {
  const source = parameters(device, { product: [size, size] });
  const optimizer = await optimize(device, source, adding(), { nonFinite: "allow" });
  const snapshot = await optimizer.read();
  const { parameters: saved, ...state } = snapshot.state();
  const withA = { ...state, parameters: { product: { ...saved["product"], "adding.a": a } } };
  await optimizer.writeState(withA);
  const { buffer, offset } = optimizer.gradients.product;
  device.queue.writeBuffer(buffer, offset, b as Float32Array<ArrayBuffer>);
  return {
    name,
    run: timedOn(device, () => optimizer.step()),
    sample: comparingParts(device, [{ ...source.product, length: size * size }]).sample,
  };
}

export const gradus: PeerSource = {
  ...{ name: "Gradus", library: "Gradus", threads: 1 },
  load: async () => {
    const device = await openDevice({ requestDevice });
    return {
      version: `this checkout, on Node ${process.versions.node}`,
      updates: (problem) => updates(device, problem),
      products: (problem) => ({ Gradus: () => productContestant(device, "Gradus", problem) }),
    };
  },
};
