import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findBrowser, type Surroundings } from "./launch.ts";

function surroundings(
  files: readonly string[],
  environment: Surroundings["environment"] = {},
): Surroundings {
  return { environment, exists: (path) => files.includes(path), downloaded: "/cache/chrome" };
}

describe("findBrowser", () => {
  it("takes the one that GRADUS_CHROMIUM names before all others", () => {
    const files = ["/usr/bin/chromium", "/opt/mine"];
    expect(findBrowser(surroundings(files, { GRADUS_CHROMIUM: "/opt/mine" }))).toBe("/opt/mine");
  });

  it("says when GRADUS_CHROMIUM names nothing, rather than take another", () => {
    const files = surroundings(["/usr/bin/chromium"], { GRADUS_CHROMIUM: "/opt/gone" });
    expect(() => findBrowser(files)).toThrow('GRADUS_CHROMIUM is "/opt/gone"');
  });

  it.each([
    [join("/usr/bin", "chromium"), {}],
    [join("/usr/bin", "google-chrome-stable"), {}],
    [join("/nix/bin", "chromium"), { PATH: "/nix/bin" }],
    [join("/Applications", "Google Chrome.app/Contents/MacOS/Google Chrome"), {}],
    [
      join("C:/Program Files", "Google/Chrome/Application/chrome.exe"),
      { PROGRAMFILES: "C:/Program Files" },
    ],
    ["/cache/chrome", {}],
  ])("finds %s", (path, environment) => {
    expect(findBrowser(surroundings([path], environment))).toBe(path);
  });

  it("says how to install one where there is none", () => {
    expect(() => findBrowser(surroundings([]))).toThrow(
      /apt-get install chromium[\s\S]*GRADUS_CHROMIUM/,
    );
  });
});
