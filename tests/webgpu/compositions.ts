/** Chains, masks and partitions of every transform, with each of its booleans, on parameters of odd shapes. */
import {
  adam,
  chain,
  masked,
  optimize as onCpu,
  parameters as parametersOnCpu,
  partition,
  type Rule,
  sgd,
  transforms,
} from "../../src/index.ts";
import type { RuleFactory } from "../../src/rule/definition.ts";
import { optimize, parameters } from "../../src/webgpu/index.ts";
import { asParameters, difference, gradientAt } from "./both.ts";

export const oddShapes = {
  matrix: [5, 7],
  line: [1, 6],
  pillar: [9, 1],
  block: [2, 3, 5],
  vector: [11],
  number: [],
} as const;
type Name = keyof typeof oddShapes;
const names = Object.keys(oddShapes) as Name[];

/** A transform with some options, and whether it belongs before the optimizer. */
export interface Variant {
  readonly name: string;
  readonly make: () => Rule;
  readonly before: boolean;
}

function variantsOf([name, factory]: readonly [string, RuleFactory<never, never>]): Variant[] {
  const { hyper, rule } = factory.definition;
  const make = factory as unknown as (options?: object) => Rule;
  const before = /^\s*g\s*=/m.test(rule);
  const switches = Object.entries(hyper).filter(([, value]) => typeof value === "boolean");
  return [
    { name, make: () => make(), before },
    ...switches.map(([option, value]) => ({
      name: `${name} with ${option}: ${!value}`,
      make: () => make({ [option]: !value }),
      before,
    })),
  ];
}

export const variants: readonly Variant[] = Object.entries(
  transforms as unknown as Record<string, RuleFactory<never, never>>,
).flatMap(variantsOf);

/** A chain of transforms around an optimizer, each at its place. */
export const around = (optimizer: Rule, ...list: readonly Variant[]): Rule =>
  chain(
    ...list.filter(({ before }) => before).map(({ make }) => make()),
    optimizer,
    ...list.filter(({ before }) => !before).map(({ make }) => make()),
  ) as Rule;

/** Like `around`, with the first masked to matrices. */
export const aroundMasked = (optimizer: Rule, first: Variant, second: Variant): Rule => {
  const mask = ({ make, ...rest }: Variant): Variant => ({
    ...rest,
    make: () => masked((_, shape) => shape.length >= 2, make()),
  });
  return around(optimizer, mask(first), second);
};

/** One transform in one branch of a partition, another one in the other. */
export const apart = (first: Variant, second: Variant): Rule =>
  partition(
    [{ match: /^(matrix|pillar|vector)$/, rule: around(adam({ lr: 0.01 }), first) }],
    around(sgd({ lr: 0.1, momentum: 0.9 }), second),
  ) as Rule;

/** The distance between the results of CPU and GPU, evaluated weights included. */
export async function distance(device: GPUDevice, make: () => Rule, steps = 4): Promise<number> {
  const net = parametersOnCpu(oddShapes);
  const there = parameters(device, oddShapes);
  for (const name of names) {
    const { data } = net[name];
    data.forEach((_, i) => void (data[i] = Math.fround(Math.sin(1 + 1.3 * i + name.length))));
    device.queue.writeBuffer(there[name].buffer, there[name].offset, data.slice());
  }
  const cpu = onCpu(net, make(), { threads: 1 });
  const gpu = await optimize(device, there, make());
  for (let t = 1; t <= steps; t++) {
    for (const name of names) {
      const gradient = gradientAt(t, net[name].data);
      cpu.gradients[name].set(gradient);
      const { buffer, offset } = gpu.gradients[name];
      device.queue.writeBuffer(buffer, offset, gradient);
    }
    cpu.step(undefined, { loss: 3 / t });
    gpu.step(undefined, { loss: 3 / t });
  }
  const { parameters: found } = await gpu.read();
  const evaluated = [cpu.evaluationWeights(), await gpu.readEvaluationWeights()].map(asParameters);
  gpu.dispose();
  return Math.max(difference(net, found), difference(evaluated[0]!, evaluated[1]!));
}
