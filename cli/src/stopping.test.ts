import { afterEach, describe, expect, it, vi } from "vitest";
import { listenForStop, type Stop } from "./stopping.ts";

let stop: Stop;
afterEach(() => {
  stop.dispose();
  vi.restoreAllMocks();
});

/** Sends a signal to the process, which only the listeners added here receive. */
function hear(signal: "SIGINT" | "SIGTERM" | "SIGHUP") {
  process.listeners(signal).at(-1)!(signal);
}

describe("a signal", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("stops, and gives its exit code: %s", (signal, code) => {
    stop = listenForStop();
    expect(stop.code).toBeUndefined();
    hear(signal);
    expect(stop.code).toBe(code);
    expect(stop.signal.aborted).toBe(true);
  });

  it("counts as one with others at the same time, but not with a later one", () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    const now = vi.spyOn(performance, "now").mockReturnValue(1000);
    stop = listenForStop();
    hear("SIGINT");
    hear("SIGINT");
    hear("SIGHUP");
    expect(exit).not.toHaveBeenCalled();
    expect(stop.code).toBe(130);
    now.mockReturnValue(1600);
    hear("SIGTERM");
    expect(exit).toHaveBeenCalledWith(143);
  });

  it("is left to the system again afterwards", () => {
    const before = process.listenerCount("SIGTERM");
    stop = listenForStop();
    expect(process.listenerCount("SIGTERM")).toBe(before + 1);
    stop.dispose();
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});
