/**
 * The Mills ratio of the standard normal distribution, P(X > x) / p(x), for x >= 0.
 *
 * With t = 1 / (1 + x / 3.2) it is t times a polynomial, here the interpolation of ratio / t at the
 * 12 Chebyshev nodes of 0 < t < 1. The relative error is below 3e-9, in the tail as well, where
 * 1 + erf(x) has no correct digit left.
 */
export function millsRatio(x: number): number {
  const t = 1 / (1 + x / 3.2);
  let sum = 0.036687146362964995;
  sum = sum * t - 0.20612743402913716;
  sum = sum * t + 0.45157382170509663;
  sum = sum * t - 0.44951235483055524;
  sum = sum * t + 0.18320996805063794;
  sum = sum * t - 0.09721719869294533;
  sum = sum * t + 0.07100905033018988;
  sum = sum * t + 0.1355223013069876;
  sum = sum * t + 0.22119813663602442;
  sum = sum * t + 0.2819704696844996;
  sum = sum * t + 0.3125002336292685;
  sum = sum * t + 0.3124999992006105;
  return sum * t;
}
