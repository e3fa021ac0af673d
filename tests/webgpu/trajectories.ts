/** Compares the steps of every exported optimizer and transform on a GPU with those on the CPU, in Node and in a page. */
import { adam, chain, optimizers, type Rule, transforms } from "../../src/index.ts";
import { asParameters, both, bound, difference } from "./both.ts";

type Factories = Record<string, () => Rule>;

/** With Adam: transforms of gradients before it, those of directions or parameters after it. */
function around(make: Factories[string]): Rule {
  const transform = make();
  const changesGradients = transform.parts.some(({ definition }) =>
    /^\s*g\s*=/m.test(definition.rule),
  );
  return (changesGradients ? chain(transform, adam()) : chain(adam(), transform)) as Rule;
}

const rules: readonly (readonly [string, () => Rule])[] = [
  ...Object.entries(optimizers as unknown as Factories),
  ...Object.entries(transforms as unknown as Factories).map(
    ([name, make]) => [`adam with ${name}`, () => around(make)] as const,
  ),
];

/** Rules that need a matrix routine that GPUs lack, by that routine. */
export const refused: Readonly<Record<string, string>> = {
  shampoo: "inverseRoot",
  soap: "eigenvalueOrder",
};

export const accepted: readonly string[] = rules
  .map(([name]) => name)
  .filter((name) => !(name in refused));

export function makeRule(name: string): () => Rule {
  return rules.find(([each]) => each === name)![1];
}

/**
 * Rules that compute a learning rate from quotients of sums over all elements, in float32 on a GPU and in float64 on the CPU: the
 * rounding of the sums affects the rate of each step.
 */
const adaptive = /dAdapt|prodigy|dowg|mechanize|cocob/;

/** The largest allowed distance of the trajectories. */
export const limitOf = (name: string): number => (adaptive.test(name) ? 10 * bound : bound);

/** The distance after some steps, and that of the weights to evaluate. */
export async function apart(device: GPUDevice, name: string, count: number): Promise<number> {
  const { net, cpu, gpu, step } = await both(device, makeRule(name));
  try {
    for (let t = 1; t <= count; t++) {
      step(t);
    }
    const { parameters, steps } = await gpu.read();
    const evaluated = [cpu.evaluationWeights(), await gpu.readEvaluationWeights()].map(
      asParameters,
    );
    return steps === count
      ? Math.max(difference(net, parameters), difference(evaluated[0]!, evaluated[1]!))
      : Number.POSITIVE_INFINITY;
  } finally {
    gpu.dispose();
    cpu.dispose();
  }
}
