/** Logarithms and exponentials in whole multiples of 2^-128, for tables: slow, and exact far beyond float64. */

const one = 1n << 128n;

/** log(a / b) = 2 artanh(s), s = (a - b) / (a + b) */
export function fixedLog(a: number, b: number): bigint {
  const s = (BigInt(a - b) * one) / BigInt(a + b);
  let sum = 0n;
  let power = 2n * s;
  for (let odd = 1n; power !== 0n; odd += 2n) {
    sum += power / odd;
    power = (power * s * s) / one / one;
  }
  return sum;
}

export function fixedExp(x: bigint): bigint {
  let sum = 0n;
  let term = one;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = (term * x) / one / n;
  }
  return sum;
}

/** Writes it in two parts: what is left when its last digits, `cut` of them, become 0, and these. */
export function writeParts(v: Float64Array, to: number, x: bigint, cut: bigint): void {
  const first = (x >> cut) << cut;
  v[to] = Number(first) * 2 ** -128;
  v[to + 1] = Number(x - first) * 2 ** -128;
}
