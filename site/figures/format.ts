/** The text of a setting beside its slider, with the minus sign that charts use. */
export const settingText = (value: number): string => formatSetting(value).replaceAll("-", "−");

/** A setting with at most four significant digits. */
export function formatSetting(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e5
    ? value.toExponential().replace("+", "")
    : String(Number(value.toPrecision(4)));
}
