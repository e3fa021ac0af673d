/** Opens the built site on a server, and a Chromium, for all tests of a file. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchBrowser } from "../browser/launch.ts";
import { type Server, serveSite } from "./server.ts";

export interface Opened {
  readonly server: Server;
  readonly browser: Browser;
}

/** @returns a function that gives both, available from the first test on */
export function openSite(): () => Opened {
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = { server: await serveSite(), browser: await launchBrowser() };
  });
  afterAll(async () => {
    await opened?.browser.close();
    opened?.server.close();
  });
  return () => opened!;
}
