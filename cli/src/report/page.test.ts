import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { FigureData } from "../../../charts/figure.ts";
import { comparisonFixture } from "../../../tests/report/fixture.ts";
import { pageOf } from "./page.ts";

const ASSETS = { script: "void 0;", style: "p{color:red}" };
const FIXTURE = comparisonFixture();
const PAGE = pageOf(FIXTURE, ASSETS);

const LOADING = ["src", "srcset", "poster", "data", "action", "xlink:href", "background"];

/** The addresses in a page that make a browser fetch something. Links to follow do not. */
function loads(html: string): string[] {
  const tags =
    html.replace(/(<script[^>]*>).*?(<\/script>)/gs, "$1$2").match(/<[a-z][^>]*>/gi) ?? [];
  const attributes = tags.flatMap((tag) =>
    [...tag.matchAll(/\s([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g)].filter(
      ([, name]) => LOADING.includes(name!) || (name === "href" && !tag.startsWith("<a ")),
    ),
  );
  const styles = [...html.matchAll(/(?:url\(|@import)\s*["']?([^"');]*)/gi)];
  return [
    ...attributes.map((match) => match[2] ?? match[3] ?? match[4]!),
    ...styles.map((match) => match[1]!),
  ];
}

function dataOf(html: string): FigureData {
  const json = /<script type="application\/json" id="figure-data">(.*?)<\/script>/s.exec(html)![1]!;
  return JSON.parse(json);
}

describe("pageOf", () => {
  it("loads nothing: all that it refers to is inside", () => {
    expect(loads('<img src="http://a/b.png"><link href=//c>')).toEqual(["http://a/b.png", "//c"]);
    expect(loads("<style>@import 'https://a'; p{background:url(//b)}</style>")).toHaveLength(2);
    const outside = loads(PAGE).filter((address) => !/^(#|data:)/.test(address));
    expect(outside).toEqual([]);
  });

  it("lets the browser run its own script and fetch nothing", () => {
    const hash = createHash("sha256").update(ASSETS.script).digest("base64");
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(PAGE)![1]!;
    expect(policy.replaceAll("&#39;", "'")).toBe(
      `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`,
    );
  });

  it("embeds the charts' data and draws them without a script", () => {
    const data = dataOf(PAGE);
    expect(data.figures).toHaveLength(4);
    expect(PAGE.match(/<svg class="chart"/g)).toHaveLength(4);
    expect(PAGE.match(/class="line"/g)).toHaveLength(4 * 8);
    expect(PAGE).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("renders each formula, the findings, the machine and the command", () => {
    expect(PAGE.match(/<math /g)).toHaveLength(8);
    expect(PAGE).not.toContain('class="latex"');
    for (const text of [...FIXTURE.findings, FIXTURE.machine, FIXTURE.command]) {
      expect(PAGE).toContain(text.replaceAll("'", "&#39;"));
    }
    expect(PAGE).toContain('href="https://arxiv.org/abs/1412.6980"');
  });

  it("lists the results by final loss", () => {
    const rows = [...PAGE.matchAll(/<tr data-series="(\d)">/g)].map((match) => Number(match[1]));
    const final = rows.map((series) => dataOf(PAGE).figures[0]!.curves[series]!.median.at(-1)!);
    expect(rows).toHaveLength(8);
    expect(final).toEqual(final.toSorted((a, b) => a - b));
  });

  it("escapes every text of the data", () => {
    const evil = `</script><script>alert("1")</script><img src="http://evil/x" onerror=alert(2)>`;
    const poisoned = JSON.parse(JSON.stringify(FIXTURE), (key, value) =>
      typeof value === "string" && !["metricFormat", "formula"].includes(key) ? evil : value,
    );
    poisoned.algorithms[0].hyperparameters = { [evil]: evil };
    poisoned.algorithms[1].formula = evil;
    const html = pageOf(poisoned, ASSETS);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    expect(html).not.toContain("<img");
    expect(loads(html).filter((address) => !/^(#|data:)/.test(address))).toEqual([]);
    expect(dataOf(html).series[0]!.label).toContain(evil);
  });

  it("handles a comparison without runs, and one that diverged", () => {
    expect(pageOf({ ...FIXTURE, runs: [] }, ASSETS)).toContain("Nothing was trained.");
    const runs = FIXTURE.runs.slice(0, 1).map((run) => ({
      ...run,
      steps: [1],
      seconds: [0],
      loss: [2.3],
      metricSteps: [],
      metric: [],
      finalLoss: null,
      finalMetric: null,
      diverged: true,
    }));
    const html = pageOf({ ...FIXTURE, runs }, ASSETS);
    expect(html).toContain("sgd diverged.");
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});
