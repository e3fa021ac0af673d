import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const ARGUMENTS = [
  "--headless",
  // The pages are our own, and a container has no user namespace for the sandbox.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "brave-browser",
];

const MAC_APPS = [
  "Chromium.app/Contents/MacOS/Chromium",
  "Google Chrome.app/Contents/MacOS/Google Chrome",
  "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "Brave Browser.app/Contents/MacOS/Brave Browser",
];

const WINDOWS_APPS = [
  "Google/Chrome/Application/chrome.exe",
  "Chromium/Application/chrome.exe",
  "Microsoft/Edge/Application/msedge.exe",
  "BraveSoftware/Brave-Browser/Application/brave.exe",
];

const HOW_TO_INSTALL = `No Chromium, Chrome or Edge was found, which the browser tests need. Install one:
  Debian, Ubuntu   sudo apt-get install chromium
  Fedora           sudo dnf install chromium
  macOS            brew install --cask google-chrome
  Windows          winget install Google.Chrome
  anywhere         npx playwright-core install --with-deps chromium
or set GRADUS_CHROMIUM to the path of its executable.`;

/** The inputs of the search; tests replace them. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  /** The path at which playwright downloads its own browser. */
  readonly downloaded: string;
}

/**
 * The path of a Chromium, or of a browser based on it: the one at GRADUS_CHROMIUM, or else the first in the usual places.
 *
 * @throws Error that says how to install one
 */
export function findBrowser({ environment, exists, downloaded }: Surroundings): string {
  const named = environment["GRADUS_CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (exists(named)) return named;
    throw new Error(`GRADUS_CHROMIUM is "${named}", where there is no file.`);
  }
  const found = [...candidates(environment), downloaded].find(
    (path) => path !== "" && exists(path),
  );
  if (found === undefined) throw new Error(HOW_TO_INSTALL);
  return found;
}

function candidates(environment: Surroundings["environment"]): readonly string[] {
  const folders = ["/usr/bin", "/usr/local/bin", "/snap/bin"].concat(
    (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
  );
  const mac = ["/Applications", join(environment["HOME"] ?? "/", "Applications")];
  const windows = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap(
    (name) => environment[name] ?? [],
  );
  const all = (places: readonly string[], names: readonly string[]) =>
    names.flatMap((name) => places.map((place) => join(place, name)));
  return [...all(folders, NAMES), ...all(mac, MAC_APPS), ...all(windows, WINDOWS_APPS)];
}

/**
 * The arguments for a canvas with WebGPU without a GPU: if the compositor uses another driver, the device is lost at its first
 * frame.
 */
export const CANVAS = [
  "--enable-unsafe-webgpu",
  "--enable-gpu",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
];

/** The browser of this machine. @throws Error that says how to install one */
export const browserPath = (): string =>
  findBrowser({
    environment: process.env,
    exists: existsSync,
    downloaded: chromium.executablePath(),
  });

/** @param more further arguments */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = browserPath();
  const own = ARGUMENTS.filter(
    (each) => each !== "--disable-gpu" || !more.includes("--enable-gpu"),
  );
  return chromium.launch({ executablePath, args: [...own, ...more], timeout: 0 });
}

/** A page in its own context, without timeouts: only the test's limit ends it. */
export async function openPage(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(0);
  return context.newPage();
}
