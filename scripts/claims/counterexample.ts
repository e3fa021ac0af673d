import { adam, amsgrad, inverseSqrt } from "../../src/index.ts";
import { endOf, online, pathOf, stochastic, theorem1 } from "../../tests/claims/counterexample.ts";
import { figure, table } from "../figures/document.ts";
import type { Section } from "./section.ts";

const lr = inverseSqrt({ initial: 0.5 });
const STEPS = 200_000;
const SEED = 1;

export async function counterexample(): Promise<Section> {
  const contestants = [
    { label: "adam, β₂ = 0.99", rule: adam({ lr, beta2: 0.99 }) },
    { label: "adam, β₂ = 0.999", rule: adam({ lr, beta2: 0.999 }) },
    { label: "amsgrad, 0.99", rule: amsgrad({ lr, beta2: 0.99 }) },
  ];
  const points = 200;
  const lines = contestants.map(({ label, rule }) => ({
    label,
    x: Array.from({ length: points }, (_, i) => ((i + 1) * STEPS) / points),
    y: pathOf(rule, online, STEPS, points),
  }));
  const simple = [3, 10].map((large) => {
    const beta2 = 1 / (1 + large ** 2);
    const end = (rule: typeof adam | typeof amsgrad, beta2: number) =>
      figure(endOf(rule({ lr, beta1: 0, beta2 }), theorem1(large), 30_000));
    const name = `${large}, −1, −1; beta1 = 0, beta2 = ${figure(beta2)}`;
    return [name, end(adam, beta2), end(adam, 0.999), end(amsgrad, beta2)];
  });
  const ends = lines.map(({ y }) => figure(y.at(-1)!));
  const chance = contestants.map(({ rule }) => figure(endOf(rule, stochastic(SEED), 10 * STEPS)));
  return {
    text: [
      table(
        ["gradients", "Adam", "Adam, beta2 = 0.999", "AMSGrad"],
        [
          ...simple,
          ["1010, 100 times −10; beta1 = 0.9, beta2 = 0.99", ...ends],
          [`1010 once in 100 by chance (seed ${SEED}), else −10; the same`, ...chance],
        ],
      ),
      "Where the weight is after 30,000, 30,000, 200,000 and 2,000,000 steps; −1 is the minimum.",
    ].join("\n\n"),
    plot: {
      title: "The weight over time where each 101st gradient is 1010 and the others are -10",
      x: { label: "steps", log: false, format: "integer" },
      y: { label: "weight (the minimum is at −1)", log: false, format: "number" },
      lines,
      points: false,
    },
  };
}
