/** A setting beside its slider, with the minus sign that charts have. */
export const settingText = (value: number): string => formatSetting(value).replaceAll("-", "−");

/** A setting as it is read: at most four digits that matter. */
export function formatSetting(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e5
    ? value.toExponential().replace("+", "")
    : String(Number(value.toPrecision(4)));
}
