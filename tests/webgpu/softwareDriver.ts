/** Where to find a driver that needs no GPU. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { findBrowser } from "../browser/launch.ts";

/** The Vulkan driver in software that comes with the browser that tests use. */
export function softwareDriver(): string | undefined {
  const downloaded = chromium.executablePath();
  const folders = ["/usr/lib/chromium", "/usr/lib64/chromium-browser"];
  try {
    const browser = findBrowser({ environment: process.env, exists: existsSync, downloaded });
    folders.unshift(dirname(browser));
  } catch {
    // There may be a driver all the same.
  }
  return folders.map((folder) => join(folder, "vk_swiftshader_icd.json")).find(existsSync);
}
