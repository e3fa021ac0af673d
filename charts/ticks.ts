import { scaleLinear } from "d3-scale";
import type { AxisFacts } from "./figure.ts";
import { formatInteger, formatNumber } from "./format.ts";

/** The multiples of each power of ten that a logarithmic axis names, from sparse to dense. */
const MULTIPLES = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as const;

/**
 * The values to name on an axis: about `count`, round, inside the domain.
 *
 * @param domain ascending; positive on a logarithmic axis
 */
export function ticksOf(
  domain: readonly [number, number],
  log: boolean,
  count: number,
): readonly number[] {
  if (log) {
    const candidates = MULTIPLES.map((multiples) => powers(domain, multiples));
    const dense = candidates.find((values) => values.length >= Math.min(count, 4));
    if (dense !== undefined) return every(dense, count);
  }
  const [low, high] = domain;
  // D3 refuses subnormal or infinite steps, or turns them into NaN.
  if (!(high - low > 1e-290 && high - low < Number.POSITIVE_INFINITY)) return [];
  return scaleLinear().domain(domain).ticks(count);
}

function powers([low, high]: readonly [number, number], multiples: readonly number[]): number[] {
  const values: number[] = [];
  // Exponents within the range of float64: those of 0 and of infinity have no successor.
  const first = Math.max(-324, Math.floor(Math.log10(low)));
  const last = Math.min(308, Math.log10(high));
  for (let e = first; e <= last; e++) {
    // Decimal text is exact, but a product of floats is not: 3 * 1e-4 is 0.00030000000000000003.
    for (const multiple of multiples) values.push(Number(`${multiple}e${e}`));
  }
  return values.filter((value) => value >= low && value <= high);
}

/** Every second, third, ... value, if there are far too many. */
function every(values: readonly number[], count: number): readonly number[] {
  const stride = Math.ceil(values.length / (2 * count));
  return values.filter((_, i) => i % stride === 0);
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The name of a tick. On a logarithmic axis with a wide range, powers of ten are written as powers. */
export function tickLabel(value: number, axis: AxisFacts): string {
  if (axis.format === "percent") return `${Number((value * 100).toFixed(2))} %`;
  if (axis.format === "integer") return formatInteger(value);
  const exponent = Math.log10(value);
  if (axis.log && Number.isInteger(exponent) && (exponent < -3 || exponent > 4)) {
    const digits = String(Math.abs(exponent)).replace(
      /\d/g,
      (digit) => SUPERSCRIPTS[Number(digit)]!,
    );
    return `10${exponent < 0 ? "⁻" : ""}${digits}`;
  }
  return formatNumber(value);
}
