import { expect, test } from "vitest";
import { chain } from "../define.ts";
import { sgd } from "../optimizers/sgd.ts";
import { optimize } from "../runtime/optimize.ts";
import { parameters } from "../runtime/parameters.ts";
import { polynomialAverage } from "./polynomialAverage.ts";

test("is the plain mean at gamma 0, and weighs later parameters more at others", () => {
  const averages = [0, 8].map((gamma) => {
    const net = parameters({ w: [1] }, { type: "float64" });
    using optimizer = optimize(net, chain(sgd({ lr: 1 }), polynomialAverage(gamma)));
    // The parameter is 1, 2, 3, 4 after the steps.
    for (let t = 0; t < 4; t++) optimizer.step({ w: [-1] });
    return optimizer.evaluationWeights().w[0]!;
  });
  expect(averages[0]).toBeCloseTo(2.5, 14);
  expect(averages[1]).toBeGreaterThan(3.5);
});
