/** Finds drivers that need no GPU. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { findBrowser } from "../browser/launch.ts";

/** The software drivers for Vulkan: that of the browser in the tests, and Mesa's. */
export function softwareDrivers(): string[] {
  const downloaded = chromium.executablePath();
  const folders = ["/usr/lib/chromium", "/usr/lib64/chromium-browser"];
  try {
    const browser = findBrowser({ environment: process.env, exists: existsSync, downloaded });
    folders.unshift(dirname(browser));
  } catch {
    // There may be a driver nevertheless.
  }
  const swiftshader = folders.map((folder) => join(folder, "vk_swiftshader_icd.json"));
  const mesa = ["lvp_icd.json", `lvp_icd.${process.arch === "arm64" ? "aarch64" : "x86_64"}.json`];
  const lavapipe = mesa.map((name) => join("/usr/share/vulkan/icd.d", name));
  return [swiftshader, lavapipe].flatMap((paths) => paths.find(existsSync) ?? []);
}
