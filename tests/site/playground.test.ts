/** The playground in Chromium: it races, reacts, keeps all in its address, and stands whatever is typed. */
import { readFileSync } from "node:fs";
import axe from "axe-core";
import fc from "fast-check";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAddress, writeAddress } from "../../site/playground/address.ts";
import type { Playground } from "../../site/playground/client/playground.ts";
import { Race } from "../../site/playground/engine/race.ts";
import {
  initialState,
  type RuleEntry,
  type State,
  type SurfaceGround,
} from "../../site/playground/state.ts";
import { functions } from "../../src/rule/language/functions.ts";
import { launchBrowser, openPage } from "../browser/launch.ts";
import { type Server, serveSite } from "./server.ts";

/** The playground of the page, as functions see it that run there. */
declare function playground(): Playground | undefined;

let server: Server;
let browser: Browser;
let page: Page;
let complaints: string[];
/** The first example so slow that no test has to hurry. */
let slow: string;

beforeAll(async () => {
  slow = `#${await writeAddress({ ...initialState, speed: 1 })}`;
  server = await serveSite();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function open(options: Parameters<typeof openPage>[1] = {}, hash = ""): Promise<void> {
  await page?.context().close();
  complaints = [];
  page = await openPage(browser, { viewport: { width: 1400, height: 900 }, ...options });
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
  await page.goto(`${server.root}playground/${hash}`);
  await page.waitForFunction(() => playground()?.record?.isOver);
}

const stateOf = (): Promise<State> => page.evaluate(() => playground()!.state);
const shown = (): Promise<number> => page.evaluate(() => playground()!.playback.shown);
const says = (selector: string): Promise<string | null> =>
  page.locator(selector).first().textContent();

/** The last row of each entry, as the page has it. */
const ends = (): Promise<number[][]> =>
  page.evaluate(() => {
    const record = playground()!.record!;
    return Array.from({ length: record.entries }, (_, entry) =>
      [0, 1, 2].map((column) => record.at(entry, record.lastOf(entry), column)),
    );
  });

/** The same in Node. */
function endsOf(state: State): number[][] {
  const race = new Race(state);
  const parts = race.advance(Number.POSITIVE_INFINITY);
  race.dispose();
  return parts.map(({ rows }) => [...rows.slice(-3)]);
}

/** Does something, and waits until another race is computed. */
async function raceAfter(act: () => Promise<unknown>): Promise<void> {
  await page.evaluate(() => Object.assign(window, { before: playground()!.record }));
  await act();
  await page.waitForFunction(() => {
    const { record } = playground()!;
    return record !== (window as unknown as { before: unknown }).before && record!.isOver;
  });
}

/** The address once it has all of the state. */
async function address(): Promise<string> {
  const wanted = JSON.stringify(await stateOf());
  for (;;) {
    const { hash } = new URL(page.url());
    const { state } = await readAddress(hash);
    if (hash !== "" && JSON.stringify(state) === wanted) return hash;
    await page.waitForTimeout(20);
  }
}

async function writeOwn(): Promise<void> {
  await raceAfter(() => page.locator('[data-act="write"]').click());
  await page.locator(".cm-content").waitFor();
}

async function type(rule: string): Promise<void> {
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Backspace");
  await page.keyboard.insertText(rule);
}

/** As from a clipboard: typing many lines at once takes a browser far longer. */
async function paste(rule: string): Promise<void> {
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+A");
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector(".cm-content")!.dispatchEvent(event);
  }, rule);
}

/** The ground of a state that has a surface. */
function surfaceIn({ ground }: State): SurfaceGround {
  if (ground.kind !== "surface") throw new Error("the ground is no surface");
  return ground;
}

describe("the playground", () => {
  it("races at once, with the numbers of the library", async () => {
    await open({}, slow);
    expect(await ends()).toEqual(endsOf(initialState));
    const began = await shown();
    await page.waitForFunction((before) => playground()!.playback.shown > before, began);
    // How it stands is said until it is over.
    expect(await says(".says")).toBe("");
    await page.waitForFunction(() =>
      /^At step \d+ \w+ is lowest, at [\d.]+\.$/.test(document.querySelector(".now")!.textContent!),
    );
    expect(await page.locator(".now").isVisible()).toBe(true);
    expect(await page.locator(".card h2").allInnerTexts()).toEqual([
      "SGD",
      "Momentum",
      "RMSprop",
      "Adam",
    ]);
    expect(complaints).toEqual([]);
  });

  it("stands still for those who want that", async () => {
    await open({ reducedMotion: "reduce" });
    expect(await stateOf()).toEqual(initialState);
    await page.waitForFunction(() => playground()!.playback.shown === 400);
    expect(await page.locator(".now").isVisible()).toBe(false);
    expect(await says(".says")).toBe("After 400 steps Adam is lowest, at 3.69e−17.");
  });

  it("is played by keyboard, by steps and by its slider", async () => {
    await open({ reducedMotion: "reduce" }, slow);
    await page.locator("h1").click();
    await page.keyboard.press("Space");
    expect(await says('[data-act="play"]')).toBe("Pause");
    await page.keyboard.press("Space");
    expect(await says('[data-act="play"]')).toBe("Play");
    await page.locator('[data-act="reset"]').click();
    expect(await shown()).toBe(0);
    await page.locator('[data-act="step"]').click();
    await page.locator('[data-act="step"]').click();
    expect(await shown()).toBe(2);
    const momentum = await page.evaluate(() => playground()!.record!.at(1, 2));
    await page.waitForFunction((value) => {
      const [, text] = document
        .querySelector(".card:nth-child(2) .outcome")!
        .textContent!.split(" ");
      return Math.abs(Number(text) - value) < 0.01;
    }, momentum);
    await page.locator('[name="shown"]').fill("120");
    expect(await shown()).toBe(120);
  });

  it("has a start that can be dragged, and an address that restores it", async () => {
    await open({ reducedMotion: "reduce" });
    const box = (await page.locator(".field .plot").boundingBox())!;
    await page.mouse.move(box.x + 150, box.y + 100);
    await page.mouse.down();
    await raceAfter(() => page.mouse.move(box.x + 300, box.y + 60, { steps: 5 }));
    await page.mouse.up();
    const state = await stateOf();
    expect(surfaceIn(state).start).not.toEqual(surfaceIn(initialState).start);
    expect(surfaceIn(state).start[0]).toBeGreaterThan(-4);
    await page.waitForFunction(
      () =>
        playground()!.record!.at(0, 0, 1) ===
        (playground()!.state.ground as SurfaceGround).start[0],
    );
    expect(await ends()).toEqual(endsOf(state));
    await open({}, await address());
    expect(await stateOf()).toEqual(state);
    expect(complaints).toEqual([]);
  });

  it("reads a link that is opened in it, and says where one is none", async () => {
    await open({ reducedMotion: "reduce" }, "#1:damaged");
    expect(await stateOf()).toEqual(initialState);
    // It stays to be read when the race is over.
    await page.waitForFunction(() => /lowest/.test(document.querySelector(".says")!.textContent!));
    expect(await says(".link-says")).toMatch(/^This link cannot be read: it is damaged\./);
    const other = { ...initialState, seed: 5, entries: initialState.entries.slice(2) };
    const hash = await page.evaluate(async (state) => {
      playground()!.set(state);
      return location.hash;
    }, other as State);
    expect(hash).toBeDefined();
    const link = await address();
    await open({}, link);
    expect(await stateOf()).toEqual(other);
    expect(await says(".link-says")).toBe("");
    await raceAfter(() => page.evaluate(() => Object.assign(location, { hash: "" })));
    expect(await stateOf()).toEqual(initialState);
  });

  it("changes ground, options, seed and steps", async () => {
    await open({ reducedMotion: "reduce" });
    await raceAfter(() => page.locator('[name="surface"]').selectOption("bowl"));
    expect((await stateOf()).ground).toEqual({
      kind: "surface",
      surface: "bowl",
      start: [-3, 2],
      noise: 2,
    });
    await raceAfter(() => page.locator('[name="seed"]').fill("7"));
    await raceAfter(() => page.locator('[name="steps"]').fill("90"));
    await raceAfter(() =>
      page.locator('.card:nth-child(4) input[type="text"][name="lr"]').fill("0.03"),
    );
    const state = await stateOf();
    expect([state.seed, state.steps]).toEqual([7, 90]);
    expect(state.entries[3]).toEqual({ kind: "library", name: "adam", options: { lr: 0.03 } });
    expect(await ends()).toEqual(endsOf(state));
    await page.locator('[name="steps"]').fill("0");
    expect(await page.locator('[name="steps"]').getAttribute("aria-invalid")).toBe("true");
    expect(await says(".says")).toMatch(/^Steps: .+/);
    expect((await stateOf()).steps).toBe(90);
  });

  it("races on a formula of one's own, and says where one is wrong", async () => {
    await open({ reducedMotion: "reduce" });
    await raceAfter(() => page.locator('[name="surface"]').selectOption("own"));
    await raceAfter(() => page.locator('[name="formula"]').fill("x^2 + 3 * y^2"));
    const state = await stateOf();
    expect(surfaceIn(state).formula).toBe("x^2 + 3 * y^2");
    expect(await ends()).toEqual(endsOf(state));
    await page.locator('[name="formula"]').fill("x^2 + alert(y)");
    await page.waitForFunction(
      () => document.querySelector("#formula-problem")!.textContent !== "",
    );
    expect(await says("#formula-problem")).toMatch(/^Column 7: unknown function `alert`/);
    expect(surfaceIn(await stateOf()).formula).toBe("x^2 + 3 * y^2");
    expect(complaints).toEqual([]);
  });

  it("tries nine learning rates in one click, and takes the one that is chosen", async () => {
    await open({ reducedMotion: "reduce" });
    await page.locator('.card:nth-child(1) [data-act="sweep"]').click();
    await page.locator(".card:nth-child(1) .sweep svg").waitFor();
    expect(await page.locator(".card:nth-child(1) .sweep .series > :is(.dot, .over)").count()).toBe(
      9,
    );
    await raceAfter(() => page.locator(".card:nth-child(1) .sweep .dot").first().click());
    const [first] = (await stateOf()).entries;
    expect(first).toEqual({ kind: "library", name: "sgd", options: { lr: 1.9e-5 } });
    await raceAfter(() => page.locator('[data-act="tune"]').click());
    const { entries } = await stateOf();
    expect(entries[0]).toEqual({ kind: "library", name: "sgd", options: { lr: 0.001 } });
  });

  it("takes optimizers away and adds others at a good rate, eight at most", async () => {
    await open({ reducedMotion: "reduce" });
    await raceAfter(() => page.locator('[aria-label="Remove SGD"]').click());
    for (const name of ["lion", "muon", "prodigy", "adagrad", "adamw"])
      await raceAfter(() => page.locator('[name="add"]').selectOption(name));
    const state = await stateOf();
    expect(state.entries.map(({ name }) => name)).toEqual([
      ...["momentum", "rmsprop", "adam", "lion", "muon", "prodigy", "adagrad", "adamw"],
    ]);
    expect(await ends()).toEqual(endsOf(state));
    await page.locator('[name="add"]').selectOption("yogi");
    await page.waitForFunction(() => /Eight/.test(document.querySelector(".says")!.textContent!));
    expect((await stateOf()).entries).toHaveLength(8);
  });
});

describe("with keys alone", () => {
  it("one goes through the optimizers before one adds one", async () => {
    await open({ reducedMotion: "reduce" });
    await page.locator('[name="add"]').focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await says(".says")).toBe("Enter adds AdaBelief.");
    expect(await page.locator(".card").count()).toBe(4);
    await raceAfter(() => page.keyboard.press("Enter"));
    expect((await stateOf()).entries.at(-1)!.name).toBe("adabelief");
    expect(complaints).toEqual([]);
  });

  it("a number that was wrong is no longer called so once it is right again", async () => {
    await open({ reducedMotion: "reduce" });
    const steps = page.locator('[name="steps"]');
    await steps.fill("99999");
    expect(await steps.getAttribute("aria-invalid")).toBe("true");
    await raceAfter(() => page.locator('[name="seed"]').fill("2"));
    expect(await steps.inputValue()).toBe("400");
    expect(await steps.getAttribute("aria-invalid")).toBeNull();
  });
});

describe("an optimizer of one's own", () => {
  it("begins as Adam, and races as it is typed", async () => {
    await open({ reducedMotion: "reduce" });
    await writeOwn();
    const [adam, own] = (await ends()).slice(-2);
    expect(own).toEqual(adam);
    const help = page.locator(".card .rule .note");
    expect(await help.textContent()).toMatch(/^Change a line, and it races\./);
    const { pathname } = new URL(
      await help.locator("a").evaluate((a: HTMLAnchorElement) => a.href),
    );
    expect(pathname).toMatch(/\/guides\/add-an-optimizer\/$/);
    await raceAfter(() =>
      type(
        "m = beta1 * m + (1 - beta1) * g\nv = beta2 * v + (1 - beta2) * g^2\nu = m / (sqrt(v) + eps)",
      ),
    );
    const state = await stateOf();
    expect((state.entries[4] as RuleEntry).rule).toContain("u = m / (sqrt(v) + eps)");
    expect(await ends()).toEqual(endsOf(state));
    await open({ reducedMotion: "reduce" }, await address());
    expect(await stateOf()).toEqual(state);
    await page.locator(".cm-content").waitFor();
    expect(await page.locator(".cm-line").allInnerTexts()).toEqual(
      (state.entries[4] as RuleEntry).rule.split("\n"),
    );
    expect(complaints).toEqual([]);
  });

  it("says where it is wrong, while the last good one stays, and how to mend it", async () => {
    await open({ reducedMotion: "reduce" });
    await writeOwn();
    const good = await stateOf();
    const [lines, error] = [
      (good.entries[4] as RuleEntry).rule,
      "Line 3, column 61: unknown name `shift`",
    ];
    await type(`${lines} + shift`);
    await page.locator(".card .problem:not(:empty)").waitFor();
    expect(await says(".card .problem")).toContain(error);
    expect(await page.locator(".cm-lintRange-error").textContent()).toBe("shift");
    expect(await stateOf()).toEqual(good);
    await raceAfter(() => page.locator('[data-fix="hyper"]').click());
    const { hyper, rule } = (await stateOf()).entries[4] as RuleEntry;
    expect([hyper["shift"], rule]).toEqual([0.1, `${lines} + shift`]);
    await raceAfter(() => page.locator('.card input[type="text"][name="shift"]').fill("0.25"));
    expect(((await stateOf()).entries[4] as RuleEntry).hyper["shift"]).toBe(0.25);
    expect(complaints).toEqual([]);
  });

  it("has names completed", async () => {
    await open({ reducedMotion: "reduce" });
    await writeOwn();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" + cla");
    await page.locator(".cm-tooltip-autocomplete li").first().waitFor();
    expect(await page.locator(".cm-tooltip-autocomplete li").first().textContent()).toBe(
      "clamp(x, low, high)",
    );
    // The list takes keys only after a moment, so that it swallows none of somebody who types on.
    await page.waitForTimeout(200);
    await page.keyboard.press("Tab");
    expect(await page.locator(".cm-line").last().textContent()).toMatch(/ \+ clamp\($/);
  });

  it("shows what it is made of, and is copied as a program", async () => {
    await open({ permissions: ["clipboard-read", "clipboard-write"], reducedMotion: "reduce" });
    await writeOwn();
    const card = page.locator(".card").first();
    await card.locator('[data-act="details"]').click();
    await card.locator("math").first().waitFor();
    expect(await card.locator(".details .note").first().textContent()).toBe(
      "It keeps m (4 bytes a parameter) and v (4 bytes a parameter): 8 bytes a parameter in float32. A step moves 28 bytes a parameter in 1 pass over memory.",
    );
    await card.locator('[data-code="webassembly"] summary').click();
    expect(await card.locator('[data-code="webassembly"] code').textContent()).toContain(
      "f32x4.sqrt",
    );
    await card.locator('[data-code="wgsl"] summary').click();
    expect(await card.locator('[data-code="wgsl"] code').textContent()).toContain("@compute");
    await card.locator('[data-code="typescript"] summary').click();
    await card.locator('[data-copy="typescript"]').click();
    await page.waitForFunction(() => document.querySelector(".says")!.textContent === "Copied.");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("const myAdam = defineOptimizer({");
    // What is opened stays that of the race.
    await page.locator('[name="steps"]').fill("90");
    await page.waitForFunction(() =>
      document.querySelector('[data-code="typescript"] code')!.textContent!.includes("step <= 90;"),
    );
    expect(await card.locator('[data-code="typescript"]').getAttribute("open")).toBe("");
    expect(complaints).toEqual([]);
  });

  it("is nothing that hangs or breaks the page, whatever is typed", async () => {
    await open({ reducedMotion: "reduce" });
    await writeOwn();
    const words =
      "u g p t m v lr beta1 x = + - * / ^ % < <= == ( ) , ; 1 .5 2e3 # $ ` { } < > & \n".split(" ");
    const soups = fc
      .array(fc.constantFrom(...words, ...Object.keys(functions)), { maxLength: 60 })
      .map((each) => each.join(" "));
    const samples = [
      ...fc.sample(fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), soups), {
        numRuns: 100,
        seed: 24,
      }),
      ...["<img src=x onerror=alert(1)>", "constructor = g\nu = __proto__", "\0", "u = 1e999 * g"],
    ];
    for (const each of samples) await paste(each);
    await raceAfter(() => type("m = m + g * beta1\nv = beta2 * eps * g\nu = m + v"));
    expect(await ends()).toEqual(endsOf(await stateOf()));
    expect(complaints).toEqual([]);
  });

  it("of the greatest size is raced or refused", async () => {
    await open({ reducedMotion: "reduce" });
    await writeOwn();
    const use = "\nm = beta1 * beta2 * eps * g\nv = m\n";
    const deep = Array.from({ length: 98 }).reduce((inner) => `(g+g-g*g/g-${inner}+g%g^2-g)`, "g");
    const worst = [
      `u = ${"g + ".repeat(999)}g`,
      `u = ${deep}`,
      `a=g\n${"a=a*a\n".repeat(3000)}u=a`,
      `a=g\n${"a=exp(a)^a\n".repeat(1500)}u=a`,
      `u = ${"orthogonalize(".repeat(90)}g${")".repeat(90)}`,
      `u = g${"\n".repeat(19_990)}`,
      `u = ${"(".repeat(15_000)}`,
    ];
    for (const rule of worst) {
      await page.evaluate(() => Object.assign(window, { before: playground()!.record }));
      await paste(`${rule}${use}`);
      // It races, or it is said why it does not.
      await page.waitForFunction(() => {
        const { record } = playground()!;
        const { before } = window as unknown as { before: unknown };
        const problem = document.querySelector(".card .problem")!.textContent;
        return problem !== "" || (record !== before && record!.isOver);
      });
      // A chain is no deeper than one operator, however small the stack of a worker is.
      if (rule !== worst[0]) continue;
      expect(await says(".card .problem")).toBe("");
      const details = page.locator('.card [data-act="details"]').first();
      await details.click();
      await page.locator(".card .details pre").first().waitFor({ state: "attached" });
      expect(await says(".card .details .note")).toBe("Its formula is too long to show.");
      expect(await says('.card .details [data-code="typescript"] pre')).toContain("g + g + g");
      await details.click();
    }
    await raceAfter(() => type("m = beta1 * beta2 * eps * g\nv = m\nu = v"));
    expect(await ends()).toEqual(endsOf(await stateOf()));
    expect(complaints).toEqual([]);
  });
});

describe("what one keeps", () => {
  const fileOf = async (button: string): Promise<[string, Buffer]> => {
    const waiting: Promise<Download> = page.waitForEvent("download");
    await page.locator(`[data-act="${button}"]`).click();
    const download = await waiting;
    return [download.suggestedFilename(), readFileSync(await download.path())];
  };

  it("is the numbers, and a picture", async () => {
    await open({ reducedMotion: "reduce", acceptDownloads: true });
    const [name, bytes] = await fileOf("csv");
    expect(name).toBe("gradus-race.csv");
    const lines = bytes.toString().trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 4 * 401);
    expect(lines.at(-1)).toBe(["Adam", 400, ...(await ends())[3]!].join(","));
    const [picture, png] = await fileOf("png");
    expect(picture).toBe("gradus-race.png");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    // A picture of nothing would be far smaller.
    expect(png.length).toBeGreaterThan(30_000);
    expect(complaints).toEqual([]);
  });

  it("is a link", async () => {
    await open({ permissions: ["clipboard-read", "clipboard-write"], reducedMotion: "reduce" });
    await page.locator('[data-act="link"]').click();
    await page.waitForFunction(() =>
      /link is copied/.test(document.querySelector(".says")!.textContent!),
    );
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect((await readAddress(new URL(link).hash)).state).toEqual(initialState);
  });
});

describe.each([
  [390, "light"],
  [1400, "dark"],
] as const)("on %d pixels, %s", (width, colorScheme) => {
  it("can be read and used by everybody, with all of it opened", async () => {
    await open({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: "reduce",
      bypassCSP: true,
    });
    await writeOwn();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" + wrong");
    await page.locator(".card .problem:not(:empty)").waitFor();
    for (const act of ["sweep", "details"])
      await page.locator(`.card:nth-child(2) [data-act="${act}"]`).click();
    await page.locator(".card .sweep svg").waitFor();
    await page.locator(".card .details math").first().waitFor();
    for (const each of await page.locator("summary:visible").all()) await each.click();
    await page.locator('[name="surface"]').selectOption("own");
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { axe: tool } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await tool.run();
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
      );
    });
    expect(found).toEqual([]);
    const [content, window] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBe(window);
    expect(complaints).toEqual([]);
  });
});

describe("a network", () => {
  it("learns the spirals with each optimizer, and comes to what Node comes to", async () => {
    await open({ reducedMotion: "reduce" });
    await raceAfter(() => page.locator('[name="steps"]').fill("40"));
    await raceAfter(() => page.locator('[name="surface"]').selectOption("spirals"));
    const state = await stateOf();
    expect(state.ground).toEqual({ kind: "network", network: "spirals" });
    expect(await page.locator("figure.decisions").isVisible()).toBe(true);
    expect(await page.locator("figure.field").isVisible()).toBe(false);
    const race = new Race(state);
    const parts = race.advance(Number.POSITIVE_INFINITY);
    race.dispose();
    const losses = await page.evaluate(() =>
      [0, 1, 2, 3].map((entry) => playground()!.record!.at(entry, 40)),
    );
    // Points of the spirals are placed by the engine's own cosines.
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(parts[i]!.rows.at(-2)!, 4);
    const before = state.entries[3];
    const link = await address();
    await open({}, link);
    expect((await stateOf()).entries[3]).toEqual(before);
    expect(complaints).toEqual([]);
  });

  it("learns from images that are loaded when they are needed", async () => {
    await open({ reducedMotion: "reduce" });
    await raceAfter(() => page.locator('[name="steps"]').fill("30"));
    await raceAfter(() => page.locator('[name="surface"]').selectOption("fashion"));
    const shares = await page.evaluate(() =>
      [0, 1, 2, 3].map((entry) => playground()!.record!.at(entry, 30, 1)),
    );
    expect(Math.max(...shares)).toBeGreaterThan(0.5);
    expect(await page.locator("figure.shares svg").isVisible()).toBe(true);
    await raceAfter(() => page.locator('[name="surface"]').selectOption("ravine"));
    expect(await page.locator("figure.field").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});
