/** Four significant digits, without an exponent between a ten-thousandth and a million. */
export function formatNumber(value: number, digits = 4): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(digits));
  if (size >= 1e6 || size < 1e-4)
    return rounded.toExponential().replace("e+", "e").replaceAll("-", "−");
  return String(rounded).replace("-", "−");
}

/** A measured value with all of its significant digits, also zeros, so that the numbers of a column line up. */
export function formatMeasured(value: number, digits = 4): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 10 ** digits || size < 1e-3)) return formatNumber(value, digits);
  return value.toPrecision(digits).replace("-", "−");
}

/** An integer with commas between thousands. */
export function formatInteger(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function formatPercent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/** A duration such as "1 minute 3 seconds" or "42 seconds". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} seconds`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return counted(whole, "second");
  return whole % 60 === 0
    ? counted(minutes, "minute")
    : `${counted(minutes, "minute")} ${counted(whole % 60, "second")}`;
}

/** A date such as "15 January 2026, 10:30 UTC"; a text that is not a date stays as it is. */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const day = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return `${date.toLocaleDateString("en-GB", day)}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** A list such as "a, b and c". */
export function listed(items: readonly string[]): string {
  return items.length < 2
    ? items.join("")
    : `${items.slice(0, -1).join(", ")} and ${items.at(-1)!}`;
}

/** A count such as "1 run" or "3 runs". */
export function counted(count: number, unit: string): string {
  return `${formatInteger(count)} ${unit}${count === 1 ? "" : "s"}`;
}
