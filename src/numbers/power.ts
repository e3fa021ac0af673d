/** `x ** y` in float64, with the same bits in every engine: whole powers rounded correctly, others less than a unit off. */
import { firstHalf } from "./doubleDouble.ts";
import { logParts, newParts, takeExp } from "./exponential.ts";
import {
  base,
  exponent,
  type LastPower,
  newLastPower,
  power,
  writeWholePower,
} from "./wholePower.ts";

const scratch = newParts();

/**
 * Writes `v[a] ** v[b]` to `v[to]`.
 * @param last keeps the logarithm of the last base where the exponent is no whole number
 */
export function writePower(
  v: Float64Array,
  to: number,
  a: number,
  b: number,
  last: LastPower,
): void {
  const x = v[a]!;
  const y = v[b]!;
  const isWhole = Math.floor(y) === y;
  if (x < 0 && !isWhole) {
    // The language says what it is, to the bit.
    v[to] = x ** y;
  } else if (isWhole || x === 0 || !Number.isFinite(x - x + y)) {
    writeWholePower(v, to, a, b, last);
  } else if (y === 0.5) {
    v[to] = Math.sqrt(x);
  } else {
    // The exponent says that the logarithm is kept in place of a power.
    if (last[base] !== x || last[exponent] !== -1) {
      last[base] = x;
      last[exponent] = -1;
      last[power] = x;
      logParts(last, power);
    }
    const log = last[power]!;
    // y log(x), whose halves have exact products: y is no whole number, so below 2^52.
    const high = firstHalf(y);
    const highLog = firstHalf(log);
    scratch[1] = (y - high) * highLog + y * (log - highLog + last[power + 1]!);
    scratch[0] = high * highLog;
    takeExp(scratch);
    v[to] = scratch[0]!;
  }
}

/** As `writePower`; a place that computes powers again and again keeps its last one. */
export function powerOf(x: number, y: number, last: LastPower = shared): number {
  // The exponent of most schedules: small enough to become part of the caller's code.
  if (y === 1) {
    return x;
  }
  operands[0] = x;
  operands[1] = y;
  writePower(operands, 2, 0, 1, last);
  return operands[2]!;
}

const operands = /* @__PURE__ */ new Float64Array(3);
const shared = /* @__PURE__ */ newLastPower();
