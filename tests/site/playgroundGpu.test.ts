/** The playground on a GPU, in Chromium: on an adapter in software, which has the same shaders as any other. */
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAddress, writeAddress } from "../../site/playground/address.ts";
import type { Playground } from "../../site/playground/client/playground.ts";
import { type Entry, initialState, type State } from "../../site/playground/state.ts";
import { launchBrowser, openPage } from "../browser/launch.ts";
import { type Server, serveSite } from "./server.ts";

/** The playground of the page, as functions see it that run there. */
declare function playground(): Playground | undefined;

let server: Server;
let withGpu: Browser;
let without: Browser;
let page: Page;
let complaints: string[];
let loaded: string[];

beforeAll(async () => {
  server = await serveSite();
  withGpu = await launchBrowser(["--enable-unsafe-webgpu"]);
  without = await launchBrowser();
});

afterAll(async () => {
  await withGpu?.close();
  await without?.close();
  server?.close();
});

type Options = Parameters<typeof openPage>[1];

async function open(state: State, browser = withGpu, options: Options = {}): Promise<void> {
  await page?.context().close();
  [complaints, loaded] = [[], []];
  const viewport = { width: 1400, height: 900 };
  page = await openPage(browser, { viewport, reducedMotion: "reduce", ...options });
  await page.addInitScript(() =>
    Object.assign(window, {
      playground: () =>
        (document.querySelector(".arena") as { playground?: Playground } | null)?.playground,
    }),
  );
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto(`${server.root}playground/#${await writeAddress(state)}`);
  await over();
}

const over = () => page.waitForFunction(() => playground()?.record?.isOver);
const says = (selector: string) => page.locator(selector).first().textContent();

/** Chooses where to run, and waits until the race is over there. */
async function runOn(device: "processor" | "gpu"): Promise<void> {
  await page.locator('[name="device"]').selectOption(device);
  await page.waitForFunction((wanted) => {
    const { record } = playground()!;
    return record!.isOver && (record!.facts.gpu !== undefined) === (wanted === "gpu");
  }, device);
}

const set = (state: State) => page.evaluate((each) => playground()!.set(each), state);

/** The first column of each entry at each step. */
const values = (): Promise<number[][]> =>
  page.evaluate(() => {
    const record = playground()!.record!;
    return Array.from({ length: record.entries }, (_, entry) =>
      Array.from({ length: record.steps + 1 }, (_, step) => record.at(entry, step)),
    );
  });

const steps = 40;
const onSpirals: State = {
  ...initialState,
  steps,
  ground: { kind: "network", network: "spirals" },
  entries: [
    { kind: "library", name: "sgd", options: { lr: 0.5 } },
    { kind: "library", name: "rmsprop", options: { lr: 0.005 } },
    { kind: "library", name: "adam", options: { lr: 0.02 } },
  ],
};

/**
 * How far a loss may be from the processor's, as a share of it. Both compute in float32, which rounds at 6e-8; a GPU may
 * divide and take roots less exactly: three such operations in each step. Training makes more of a difference between
 * weights; twenty times more is far from what a mistake would make.
 */
const tolerance = steps * 3 * 6e-8 * 20;

const isModule = (name: string) => (path: string) =>
  new RegExp(`/assets/${name}-[^/]*\\.js$`).test(path);

describe("where there is a GPU", () => {
  it("races there once it is chosen, and has the processor's losses", async () => {
    await open(onSpirals);
    const wanted = await values();
    expect(loaded.filter(isModule("gpu"))).toEqual([]);
    expect(await says(".device-says")).toBe("");
    await runOn("gpu");
    expect(loaded.filter(isModule("gpu"))).toHaveLength(1);
    expect(await says(".device-says")).toMatch(/^The steps are made on the GPU \(.*swiftshader/);
    for (const [entry, losses] of (await values()).entries())
      for (const [step, loss] of losses.entries()) {
        const apart = Math.abs(loss - wanted[entry]![step]!) / wanted[entry]![step]!;
        expect(apart, `${entry} at ${step}`).toBeLessThanOrEqual(tolerance);
      }
    expect(complaints).toEqual([]);
  });

  it("says how long a step takes on each, of every optimizer and of many weights", async () => {
    await open({ ...onSpirals, device: "gpu" });
    await page.locator(".device-times tbody tr").first().waitFor();
    const rows = await page.locator(".device-times tbody tr").all();
    const cells = await Promise.all(rows.map((row) => row.locator("th, td").allTextContents()));
    expect(cells.map(([name, weights]) => [name, weights])).toEqual([
      ["SGD", "1,218"],
      ["RMSprop", "1,218"],
      ["Adam", "1,218"],
      ["Adam", "1,048,576"],
    ]);
    for (const [, , ...times] of cells)
      for (const time of times) expect(time).toMatch(/^(?!0 )[\d.]+(?:e−?\d+)? (?:µs|ms)$/);
    expect(await says(".device-times")).toMatch(/^In this race .* On 1,048,576 weights .*/s);
    await page.locator('.card [data-act="details"]').first().click();
    const program = page.locator('[data-code="typescript"] code').first();
    await program.waitFor({ state: "attached" });
    expect(await program.textContent()).toContain('from "gradus/webgpu"');
    await runOn("processor");
    expect(await says(".device-times")).toBe("");
    await page.waitForFunction(
      () => !/webgpu/.test(document.querySelector('[data-code="typescript"] code')!.textContent!),
    );
    expect(complaints).toEqual([]);
  });

  it("is in the link, and a surface is raced on there, too", async () => {
    await open({ ...initialState, device: "gpu" });
    expect(await page.locator('[name="device"]').inputValue()).toBe("gpu");
    await page.locator('[name="surface"]').selectOption("himmelblau");
    await page.waitForFunction(() => {
      const { record, state } = playground()!;
      const { ground } = state;
      if (ground.kind !== "surface" || ground.surface !== "himmelblau") return false;
      // Of float32 numbers: the start is rounded.
      return record!.isOver && record!.at(0, 0, 1) === Math.fround(ground.start[0]);
    });
    const wanted = await page.evaluate(() => playground()!.state);
    expect(wanted.device).toBe("gpu");
    await page.waitForFunction(() => location.hash !== "");
    for (;;) {
      const { state } = await readAddress(new URL(page.url()).hash);
      if (JSON.stringify(state) === JSON.stringify(wanted)) break;
      await page.waitForTimeout(20);
    }
    await page.reload();
    await over();
    expect(await page.evaluate(() => playground()!.record!.facts.gpu)).toContain("swiftshader");
    expect(complaints).toEqual([]);
  });

  it("says by name what a GPU refuses, and why, while the others race", async () => {
    const entries: Entry[] = [
      { kind: "library", name: "shampoo", options: {} },
      { kind: "library", name: "adam", options: {} },
    ];
    await open({ ...onSpirals, entries, device: "gpu" });
    await page.waitForFunction(() => /loss/.test(document.querySelector(".racers")!.textContent!));
    expect(await page.locator(".card .outcome").allTextContents()).toEqual([
      expect.stringMatching(/^shampoo needs `inverseRoot` of whole matrices, .* on a GPU/),
      expect.stringMatching(/^loss 0\.\d+$/),
    ]);
  });

  it("says that it was lost, races on the processor, and can be chosen again", async () => {
    await open(onSpirals);
    const wanted = await values();
    const [worker] = page.workers();
    await worker!.evaluate(() => {
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...given) {
        const device = await requestDevice.apply(this, given);
        Object.assign(self, { device });
        return device;
      };
    });
    const lose = () =>
      worker!.evaluate(() => (self as unknown as { device: GPUDevice }).device.destroy());
    await set({ ...onSpirals, steps: 5000, device: "gpu" });
    await page.waitForFunction(() => {
      const { record } = playground()!;
      return record!.facts.gpu !== undefined && record!.lastOf(0) > 3;
    });
    await lose();
    await page.waitForFunction(() =>
      /lost/.test(document.querySelector(".device-says")!.textContent!),
    );
    expect(await says(".device-says")).toMatch(
      /^The GPU was lost: .*\. The race runs on the processor\.$/,
    );
    expect(await page.locator('[name="device"]').inputValue()).toBe("processor");
    await set(onSpirals);
    await page.waitForFunction(() => {
      const { record } = playground()!;
      return record!.isOver && record!.steps === 40;
    });
    expect(await values()).toEqual(wanted);
    await runOn("gpu");
    // One that is lost between races is opened anew for the next one.
    await lose();
    await runOn("processor");
    await runOn("gpu");
    expect(complaints).toEqual([]);
  });

  it.each([
    [390, "dark"],
    [1400, "light"],
  ] as const)("can be read and used by everybody on %d pixels, %s", async (width, colorScheme) => {
    const viewport = { width, height: 900 };
    await open({ ...onSpirals, device: "gpu" }, withGpu, {
      ...{ viewport, colorScheme, bypassCSP: true },
    });
    await page.locator(".device-times table").waitFor();
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { axe: tool } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await tool.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
    });
    expect(found).toEqual([]);
    const [content, shown] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBe(shown);
  });
});

describe("where there is no GPU", () => {
  it("says so of a link that asks for one, and races on the processor", async () => {
    await open(onSpirals, without);
    const wanted = await values();
    await open({ ...onSpirals, device: "gpu" }, without);
    expect(await says(".device-says")).toMatch(
      /^This browser offers no GPU: .*\. The race runs on the processor\.$/,
    );
    expect(await page.locator('[name="device"]').inputValue()).toBe("processor");
    expect(await values()).toEqual(wanted);
    expect((await page.evaluate(() => playground()!.state)).device).toBeUndefined();
  });

  it("offers no choice where there is no WebGPU at all", async () => {
    await page.context().close();
    page = await openPage(without);
    await page.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, "gpu", { value: undefined }),
    );
    await page.goto(`${server.root}playground/`);
    await page.locator(".card .outcome").first().waitFor();
    expect(await page.locator('[name="device"]').isVisible()).toBe(false);
  });
});
