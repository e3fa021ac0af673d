/** a0 + x (a1 + x (a2 + ...)), of an even number of coefficients: those of even and of odd powers beside each other. */
export function polynomial(coefficients: readonly number[], x: number): number {
  const square = x * x;
  let even = 0;
  let odd = 0;
  for (let index = coefficients.length - 2; index >= 0; index -= 2) {
    even = coefficients[index]! + square * even;
    odd = coefficients[index + 1]! + square * odd;
  }
  return even + x * odd;
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
