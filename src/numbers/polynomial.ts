/** a0 + x (a1 + x (a2 + ...)) */
export function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let index = coefficients.length - 1; index >= 0; index--) {
    sum = coefficients[index]! + x * sum;
  }
  return sum;
}

/** 1 / n! for n from `first` on, each `step` further; alternating ones change their sign. */
export function factorialSeries(
  count: number,
  first: number,
  step: number,
  sign: 1 | -1,
): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    let factorial = sign ** index;
    for (let factor = 2; factor <= first + step * index; factor++) {
      factorial *= factor;
    }
    return 1 / factorial;
  });
}
