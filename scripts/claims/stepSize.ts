import { fashionMlp } from "../../cli/src/tasks/fashion-mlp.ts";
import { adam, optimize } from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";
import { growing, leastUpperBound, longestStep, spike } from "../../tests/claims/stepSize.ts";
import { figure, table } from "../figures/document.ts";
import type { Section } from "./section.ts";

export async function stepSize(): Promise<Section> {
  const random = createRandom(1);
  const noise = Array.from({ length: 20_000 }, () => random.normal());
  const rows = [
    ["one size and sign", longestStep(new Array(1000).fill(1))],
    ["mean 1, deviation 0.1", longestStep(noise.map((value) => 1 + value / 10))],
    ["mean 0, deviation 1", longestStep(noise)],
    ["none, then one", longestStep(spike(20_000))],
    ["each larger by beta2 / beta1 = 1.11", longestStep(growing(3000))],
    ["what those approach", leastUpperBound(0.9, 0.999)],
  ] as const;
  const trained = await whileTraining(400);
  const head = ["gradients", "longest step / learning rate"];
  return {
    text: [
      table(
        head,
        rows.map(([name, value]) => [name, figure(value)]),
      ),
      table(
        ["steps of a weight of `fashion-mlp`, 400 steps, seed 1", "/ learning rate"],
        trained.map(([name, value]) => [name, figure(value)]),
      ),
    ].join("\n\n"),
  };
}

/** The size of weight updates while a network trains at the default rate. */
async function whileTraining(steps: number): Promise<[string, number][]> {
  const lr = 1e-3;
  const training = (await fashionMlp.load())({ seed: 1, batch: 128, settings: {} });
  using optimizer = optimize(training.parameters, adam({ lr }));
  training.attach(optimizer);
  const weights = optimizer.parameters["weight2"]!.data;
  const lengths: number[] = [];
  for (let step = 1; step <= steps; step++) {
    training.gradients(step);
    const before = weights.slice();
    optimizer.step();
    for (let i = 0; i < before.length; i += 7) {
      const length = Math.abs(weights[i]! - before[i]!);
      if (length > 0) lengths.push(length / lr);
    }
  }
  lengths.sort((a, b) => a - b);
  const at = (share: number) => lengths[Math.floor(share * (lengths.length - 1))]!;
  return [
    ["median", at(0.5)],
    ["99 of 100 are below", at(0.99)],
    ["longest", at(1)],
  ];
}
