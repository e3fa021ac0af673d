import { adam, sgd } from "../../src/index.ts";
import { deviation, quadratic, stepsToMillionth } from "../../tests/claims/rescaling.ts";
import { best, rates, sweepOf } from "../../tests/claims/training.ts";
import { figure, table } from "../figures/document.ts";
import type { Section } from "./section.ts";

const DIVISORS = Array.from({ length: 9 }, (_, i) => 10 ** (i + 1));
const EPS = [0, 1e-10, 1e-8, 1e-6];

export async function rescaling(): Promise<Section> {
  const lines = EPS.map((eps) => ({
    label: `eps ${eps === 0 ? 0 : eps.toExponential()}`,
    x: DIVISORS,
    y: DIVISORS.map((divisor) => deviation(adam({ lr: 0.01, eps }), () => 1 / divisor)),
  }));
  return {
    text: turned(),
    plot: {
      title: "How far Adam's result moves when all gradients are divided by a number",
      x: { label: "gradients divided by", log: true, format: "number" },
      y: { label: "difference of the result", log: true, format: "number" },
      lines,
    },
  };
}

/** The number of steps at the best of the rates, which are half a decade apart. */
function turned(): string {
  const most = 20_000;
  const steps = (rule: typeof adam | typeof momentum, from: number, to: number) =>
    [false, true].map((turned) => {
      const { lr, loss } = best(
        sweepOf(rates(from, to), (lr) =>
          stepsToMillionth(quadratic(1e4, turned), rule({ lr }), most),
        ),
      );
      return `${loss} at ${figure(lr)}`;
    });
  const momentum = ({ lr }: { lr: number }) => sgd({ lr, momentum: 0.9 });
  return table(
    ["steps to a millionth of the loss", "along the axes", "turned by 45°"],
    [
      ["`adam`", ...steps(adam, -2, 0)],
      ["`sgd`, momentum 0.9", ...steps(momentum, -5, -3.5)],
    ],
  );
}
