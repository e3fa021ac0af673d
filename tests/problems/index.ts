/**
 * The 35 problems of Moré, Garbow and Hillstrom (1981), and some of them in further dimensions for which the paper gives minima.
 */
import {
  brownAlmostLinear,
  broydenBanded,
  broydenTridiagonal,
  discreteBoundaryValue,
  discreteIntegralEquation,
  extendedPowell,
  extendedRosenbrock,
  penalty1,
  penalty2,
  trigonometric,
  variablyDimensioned,
  watson,
} from "./anyDimension.ts";
import { chebyquad } from "./chebyquad.ts";
import { linearFullRank, linearRankOne, linearRankOneZeros } from "./linear.ts";
import { moreUnknowns } from "./moreUnknowns.ts";
import type { Problem } from "./problem.ts";
import { threeUnknowns } from "./threeUnknowns.ts";
import { twoUnknowns } from "./twoUnknowns.ts";

/** One for each number, in the paper's order. */
export const problems: readonly Problem[] = [
  ...twoUnknowns,
  ...threeUnknowns,
  ...moreUnknowns,
  watson(6, [{ value: 2.28767005355e-3 }]),
  extendedRosenbrock(10),
  extendedPowell(12),
  penalty1(10, [{ value: 7.08765146709e-5 }]),
  penalty2(10, [{ value: 2.936605374567e-4 }]),
  variablyDimensioned(10),
  trigonometric(10, [{ value: 2.79505612188e-5, local: true }]),
  brownAlmostLinear(10),
  discreteBoundaryValue(10),
  discreteIntegralEquation(10),
  broydenTridiagonal(10),
  broydenBanded(10),
  linearFullRank(10, 20),
  linearRankOne(10, 20),
  linearRankOneZeros(10, 20),
  chebyquad(8, [{ value: 3.516873725678e-3 }]),
];

/** Further dimensions of problems in which it can be chosen. */
export const otherDimensions: readonly Problem[] = [
  watson(9, [{ value: 1.39976013817e-6 }]),
  watson(12, [{ value: 4.72238110683e-10 }]),
  penalty1(4, [{ value: 2.24997750089e-5 }]),
  penalty2(4, [{ value: 9.37629300735e-6 }]),
  chebyquad(9, [{ value: 0 }]),
  // The paper only has the second one, to which its start leads.
  chebyquad(10, [{ value: 4.77271369637e-3 }, { value: 6.50395480034e-3, local: true }]),
];

export { gradientOf, type Minimum, type Problem, startsOf, sumOfSquares } from "./problem.ts";
