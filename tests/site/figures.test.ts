/** The figures in a page: still without a script, alive with one, with the numbers that Node has. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { initialState, type LiveFigure } from "../../site/figures/figure.ts";
import { figures } from "../../site/figures/list.ts";
import { openPage } from "../browser/launch.ts";
import { openSite } from "./opened.ts";

const site = openSite();

const all = await Promise.all(
  Object.entries(figures).map(async ([name, load]) => [name, (await load()).figure] as const),
);

interface Live extends HTMLElement {
  readonly figureState: Readonly<Record<string, unknown>>;
  readonly figureResult: unknown;
}

const plainly = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each) => {
      if (typeof each === "number" && !Number.isFinite(each)) return String(each);
      return ArrayBuffer.isView(each) ? Array.from(each as unknown as ArrayLike<unknown>) : each;
    }),
  );

/** A figure of the article that has come to life, at an address. */
async function opened(name: string, query = ""): Promise<Page> {
  const page = await openPage(site().browser, { viewport: { width: 1000, height: 800 } });
  await page.goto(`${site().server.root}article/${query}`);
  await page.locator(`#figure-${name}`).scrollIntoViewIfNeeded();
  await page.locator(`#figure-${name}[data-live]`).waitFor();
  await page.waitForFunction(
    (id) => (document.getElementById(id) as Live | null)?.figureResult !== undefined,
    `figure-${name}`,
  );
  return page;
}

const resultIn = (page: Page, name: string): Promise<unknown> =>
  page.evaluate((id) => {
    const readable = (_: string, each: unknown) => {
      if (typeof each === "number" && !Number.isFinite(each)) return String(each);
      return ArrayBuffer.isView(each) ? Array.from(each as unknown as ArrayLike<unknown>) : each;
    };
    const { figureResult } = document.getElementById(id) as Live;
    return JSON.parse(JSON.stringify(figureResult, readable)) as unknown;
  }, `figure-${name}`);

/**
 * Where two results differ, by paths. Kernels give the same bits everywhere; powers and cosines that a problem is made of are the
 * engine's own, which may round their last digit otherwise.
 */
function differences(found: unknown, expected: unknown, path = "result"): readonly string[] {
  if (typeof found === "number" && typeof expected === "number") {
    const near = Math.abs(found - expected) <= 1e-9 * Math.abs(expected) + 1e-12;
    return near ? [] : [`${path}: ${found} rather than ${expected}`];
  }
  if (typeof found !== "object" || typeof expected !== "object" || !found || !expected)
    return found === expected ? [] : [`${path}: ${found} rather than ${expected}`];
  const [one, other] = [found, expected] as Readonly<Record<string, unknown>>[];
  const keys = new Set([...Object.keys(one!), ...Object.keys(other!)]);
  return [...keys].flatMap((key) => differences(one![key], other![key], `${path}.${key}`));
}

/** A control whose other value changes the numbers. */
function changeable(figure: LiveFigure): { key: string; value: string; position: string } {
  const state = initialState(figure.controls);
  const before = JSON.stringify(plainly(figure.compute(state)));
  for (const [key, control] of Object.entries(figure.controls)) {
    const others =
      control.kind === "choice"
        ? control.options
        : control.kind === "range"
          ? [control.min, control.max]
          : [!control.value];
    for (const other of others) {
      const after = figure.compute({ ...state, [key]: other });
      if (other === control.value || JSON.stringify(plainly(after)) === before) continue;
      const written = typeof other === "boolean" ? String(Number(other)) : String(other);
      const isLog = control.kind === "range" && control.log;
      return { key, value: written, position: isLog ? String(Math.log10(Number(other))) : written };
    }
  }
  throw new Error(`no control of ${figure.name} changes its numbers`);
}

it.each(all)("%s has the numbers of Node", async (name, figure) => {
  const page = await opened(name);
  const expected = plainly(figure.compute(initialState(figure.controls)));
  expect(differences(await resultIn(page, name), expected)).toEqual([]);
  await page.context().close();
});

it.each(all)("%s reacts to its controls, and its address restores it", async (name, figure) => {
  const page = await opened(name);
  const before = await resultIn(page, name);
  const { key, value, position } = changeable(figure);
  await page.evaluate(
    ([id, to]) => {
      const input = document.getElementById(id!) as HTMLInputElement;
      if (input.type === "checkbox") input.checked = to === "1";
      else input.value = to!;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
    [`${name}-${key}`, position],
  );
  await page.waitForFunction(
    ([id, each, to]) => {
      const now = (document.getElementById(id!) as Live).figureState[each!];
      return (typeof now === "boolean" ? String(Number(now)) : String(now)) === to;
    },
    [`figure-${name}`, key, value],
  );
  const after = await resultIn(page, name);
  expect(after).not.toEqual(before);
  await page.waitForURL((url) => url.searchParams.has(`${name}.${key}`));
  const { search } = new URL(page.url());
  expect(new URLSearchParams(search).get(`${name}.${key}`)).toBe(value);
  await page.context().close();
  const again = await opened(name, search);
  expect(await resultIn(again, name)).toEqual(after);
  await again.locator(`#figure-${name} [data-act="reset"]`).click();
  await again.waitForURL((url) => !url.searchParams.has(`${name}.${key}`));
  await again.context().close();
});

it.each(all.filter(([, { place }]) => place))("%s is dragged", async (name, { place }) => {
  const page = await opened(name);
  const box = (await page.locator(`#figure-${name} .plot svg.chart`).first().boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.35, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL((url) => url.searchParams.has(`${name}.${place!.x}`));
  const query = new URL(page.url()).searchParams;
  const { x } = place!.scales(Math.round(box.width));
  expect(Number(query.get(`${name}.${place!.x}`))).toBeCloseTo(x.invert(box.width * 0.4), 0);
  await page.context().close();
});

it.each(all)("%s is a still picture without a script", async (name) => {
  const page = await openPage(site().browser, { javaScriptEnabled: false });
  await page.goto(`${site().server.root}article/`);
  expect(await page.locator(`#figure-${name} svg.chart`).count()).toBeGreaterThan(0);
  expect(await page.locator(`#figure-${name} form`).isVisible()).toBe(false);
  expect(await page.locator(`#figure-${name} .says`).textContent()).toMatch(/\d/);
  await page.context().close();
});
