import { describe, expect, it } from "vitest";
import {
  formatDate,
  formatDuration,
  formatInteger,
  formatMeasured,
  formatNumber,
  formatPercent,
} from "./format.ts";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [0.001, "0.001"],
    [0.30000000000000004, "0.3"],
    [1e-8, "1e−8"],
    [0.00003, "3e−5"],
    [1234567, "1.235e6"],
    [-0.5, "−0.5"],
    [-2e-12, "−2e−12"],
  ])("%d is %s", (value, expected) => {
    expect(formatNumber(value)).toBe(expected);
  });
});

describe("formatMeasured", () => {
  it.each([
    [0.25, "0.2500"],
    [4.7, "4.700"],
    [12345, "12350"],
    [0, "0.000"],
  ])("%d is %s", (value, expected) => {
    expect(formatMeasured(value)).toBe(expected);
  });
});

describe("other formats", () => {
  it("separates thousands", () => {
    expect([999, 1000, 1234567].map(formatInteger)).toEqual(["999", "1,000", "1,234,567"]);
  });

  it("shows a fraction in percent", () => {
    expect(formatPercent(0.8725)).toBe("87.3 %");
  });

  it.each([
    [4.25, "4.3 seconds"],
    [42.3, "42 seconds"],
    [60, "1 minute"],
    [63.2, "1 minute 3 seconds"],
    [119.6, "2 minutes"],
  ])("%d seconds are %s", (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected);
  });

  it("writes a date out, and returns other texts unchanged", () => {
    expect(formatDate("2026-01-15T10:30:00Z")).toBe("15 January 2026, 10:30 UTC");
    expect(formatDate("yesterday")).toBe("yesterday");
  });
});
