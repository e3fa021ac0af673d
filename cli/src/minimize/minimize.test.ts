/** What `gradus minimize` finds, prints and draws. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { optimizers } from "gradus";
import { describe, expect, it } from "vitest";
import { reporting } from "../typed.ts";
import { minimizedBy, type RawOptions } from "./minimize.ts";
import { columnsOf, ratesNote, rowsOf, summaryOf } from "./minimized.ts";
import { minimizePage } from "./page.ts";
import { lowestOf } from "./run.ts";

const { pathTo, reported: minimizing } = reporting("minimize");

const found = (what: string, raw: Partial<RawOptions> = {}) =>
  minimizedBy(what, { methods: "lbfgs,adam,nelderMead", ...raw }, "gradus minimize ...");

/** Where a path goes: to its first place, and from each place on by a difference. */
function placesOn(path: string): readonly (readonly [number, number])[] {
  return path.split(/[MZ]+/).flatMap((ring) => {
    let [x, y] = [0, 0];
    return [...ring.matchAll(/(-?[\d.]+),?(-?[\d.]+)/g)].map((part) => {
      x += Number(part[1]);
      y += Number(part[2]);
      return [x, y] as const;
    });
  });
}

describe("minimizedBy", () => {
  it("finds Rosenbrock's minimum by each of three methods, and counts every call", () => {
    const { runs } = found("rosenbrock");
    expect(runs.map(({ label }) => label)).toEqual(["lbfgs", "adam at 0.316", "nelderMead"]);
    for (const { result, distance, values, path } of runs) {
      expect(result.converged).toBe(true);
      // The simplex ends where it is 1e-8 large.
      expect(distance).toBeLessThan(1e-7);
      expect(values).toHaveLength(result.evaluations);
      expect(Math.min(...values)).toBe(result.value);
      expect(path[0]).toEqual([-1.2, 1]);
    }
    expect(ratesNote({ ...found("rosenbrock"), runs })).toMatch(
      /^The learning rate of adam at 0.316 is the best of 9/,
    );
  });

  it("draws of a rule every step, also those that lead up", () => {
    const { runs } = found("ravine", { methods: "sgd", lr: "0.0018", evaluations: "60" });
    expect(runs[0]!.path).toHaveLength(60);
    expect(new Set(runs[0]!.path.map(([, y]) => Math.sign(y!)))).toEqual(new Set([1, -1]));
  });

  it("gives a rule the rate that was typed, wherever it was", () => {
    const label = ({ runs }: ReturnType<typeof found>) =>
      runs.map((each) => [each.label, each.tried]);
    const short = { evaluations: "20" };
    expect(label(found("booth", { ...short, methods: "sgd,adam", lr: "adam=0.5" }))[1]).toEqual([
      "adam at 0.5",
      undefined,
    ]);
    expect(label(found("booth", { ...short, methods: "lbfgs,sgd", lr: "0.1" }))[1]).toEqual([
      "sgd at 0.1",
      undefined,
    ]);
    expect(label(found("booth", { ...short, methods: "sgd(lr=0.1)" }))).toEqual([
      ["sgd(lr=0.1)", undefined],
    ]);
    const [own, given] = ["sgd(lr=0.05)", "sgd"].map((methods, i) =>
      found("booth", { ...short, methods, ...(i === 1 && { lr: "0.05" }) }),
    );
    expect(given!.runs[0]!.values).toEqual(own!.runs[0]!.values);
  });

  it("looks for the rate that comes down fastest and stays there", () => {
    const [chosen] = found("himmelblau", { methods: "adam" }).runs;
    const others = ["1", "0.316", "0.1", "0.0316", "0.01", "0.001", "0.0001"].map(
      (lr) => found("himmelblau", { methods: "adam", lr }).runs[0]!,
    );
    const reaches = (values: readonly number[]) => {
      const at = values.findIndex((value) => value < 1e-6);
      return at < 0 ? Number.POSITIVE_INFINITY : at;
    };
    expect(chosen!.result.converged).toBe(true);
    const converged = others.filter(({ result }) => result.converged);
    expect(converged.length).toBeGreaterThan(1);
    for (const { values } of converged) {
      expect(reaches(chosen!.values)).toBeLessThanOrEqual(reaches(values));
    }
  });

  it("keeps to bounds, and then knows only the minima that are inside", () => {
    const raw = { methods: "lbfgsb,nelderMead", bounds: "x=0..2,y=-1..1" };
    const boxed = found("beale", raw);
    expect(boxed.problem).toMatchObject({ minima: [], least: undefined });
    for (const { path, result, distance } of boxed.runs) {
      expect(result.x[0]).toBe(2);
      expect(distance).toBeUndefined();
      for (const [x, y] of path) {
        expect(x! >= 0 && x! <= 2 && y! >= -1 && y! <= 1).toBe(true);
      }
    }
    const half = found("himmelblau", { ...raw, bounds: "x=0..,y=0.." });
    expect(half.problem.minima).toEqual([[3, 2]]);
  });

  it("takes formulas of any number of unknowns, with exact derivatives", () => {
    const sum = found("(a - 1)^2 + cosh(b) + abs(c)^3", {
      start: "a=4,b=-2,c=1",
      methods: "lbfgs,bfgs,newtonCg",
    });
    for (const { result } of sum.runs) {
      expect(result.gradientBy).toBe("given");
      expect(result.value).toBeCloseTo(1, 6);
    }
    expect(columnsOf(sum)).not.toContain("distance from the minimum");
    // Of three unknowns there is no plane to draw.
    expect(minimizePage(sum, "").match(/<svg class="chart"/g)).toHaveLength(1);
  });

  it("has any rule of Gradus step", () => {
    for (const name of Object.keys(optimizers)) {
      const { runs } = found("booth", { methods: name, evaluations: "30" });
      expect(runs[0]!.values.length).toBeGreaterThan(0);
    }
  });
});

describe("minimizePage", () => {
  const drawn = (what: string, raw?: Partial<RawOptions>) => minimizePage(found(what, raw), "");

  it("draws a way for each method over contours, and the values against evaluations", () => {
    const page = drawn("rosenbrock");
    expect(page).toContain('<meta name="generator" content="gradus">');
    expect(page.match(/<svg class="chart"/g)).toHaveLength(2);
    expect(page.match(/<path class="line"[^>]* d="M/g)).toHaveLength(6);
    expect(
      page.match(/<g class="contours".*?<\/g>/s)![0].match(/<path d="M/g)!.length,
    ).toBeGreaterThan(10);
    expect(page.match(/class="minimum"/g)).toHaveLength(1);
    for (const row of rowsOf(found("rosenbrock"))) {
      for (const cell of row) expect(page).toContain(cell);
    }
    expect(page).not.toMatch(/NaN|Infinity|undefined|<script/);
  });

  it("shades low values: the last region is around the minimum", () => {
    const page = drawn("booth", { methods: "lbfgs" });
    const regions = [...page.match(/<g class="contours".*?<\/g>/s)![0].matchAll(/d="M([^"]*)"/g)];
    const widths = regions.map(([, path]) => {
      const x = placesOn(path!).map(([across]) => across);
      return Math.max(...x) - Math.min(...x);
    });
    expect(Math.min(...widths)).toBeLessThan(Math.max(...widths) / 4);
    const [, x, y] = /class="minimum"[^>]* d="M([\d.]+),([\d.]+)h/.exec(page)!;
    const smallest = placesOn(regions[widths.indexOf(Math.min(...widths))]![1]!);
    // The cross is drawn 7 pixels to each side of the place.
    for (const [axis, at] of [
      [0, Number(x) + 7],
      [1, Number(y)],
    ] as const) {
      const along = smallest.map((place) => place[axis]!);
      expect(at).toBeGreaterThan(Math.min(...along));
      expect(at).toBeLessThan(Math.max(...along));
    }
  });

  it.each([
    ["a constant", "0 * x + 0 * y", "x=1,y=2"],
    ["what is not finite at the start", "log(x) + y^2", "x=-1,y=2"],
    ["what is not finite beside it", "sqrt(x) + 1 / y", "x=1e-3,y=1e-3"],
    ["what has no least value", "x^3 - y", "x=-1,y=0"],
    ["a start at zero that is the minimum", "x^2 + y^2", "x=0,y=0"],
    ["values of any size", "1e300 * x^2 + 1e-300 * y", "x=1,y=1"],
    ["a line of numbers", "(t - 2)^2", "t=5"],
  ])("has no number that is none for %s", (_, formula, start) => {
    const page = drawn(formula, { start, methods: "lbfgs,bfgs,nelderMead,sgd,adam" });
    for (const [, path] of page.matchAll(/ (?:d|x|y|cx|cy|x1|x2|y1|y2|width|height)="([^"]*)"/g)) {
      expect(path).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it("has no number that is none wherever a polynomial starts", () => {
    const number = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(
        fc.tuple(number, number, number, number),
        number,
        number,
        ([a, b, c, d], x, y) => {
          const formula = `${a} * x^4 + ${b} * x * y + ${c} * y^4 + ${d} * x^2`;
          const raw = {
            start: `x=${x},y=${y}`,
            methods: "lbfgs,sgd",
            lr: "0.1",
            evaluations: "40",
          };
          const page = drawn(formula, raw);
          for (const [, path] of page.matchAll(/ (?:d|x|y|cx|cy)="([^"]*)"/g)) {
            expect(path).not.toMatch(/NaN|Infinity|undefined/);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("never rises where it says the lowest value so far", () => {
    for (const each of found("rastrigin").runs) {
      const lowest = lowestOf(each);
      expect(lowest).toEqual(lowest.toSorted((a, b) => b - a));
      expect(lowest.at(-1)).toBe(each.result.value);
    }
  });
});

describe("gradus minimize", () => {
  it("prints a table and writes a report", async () => {
    const { code, stdout, stderr } = await minimizing("rosenbrock");
    expect(code).toBe(0);
    expect(stdout).toContain("100 * (y - x^2)^2 + (1 - x)^2, from x=-1.2, y=1\n");
    expect(stdout).toMatch(/\nlbfgs .* 48 {2}converged: the gradient is within its tolerance\n/);
    expect(stdout).toContain("Report: file:");
    expect(stderr).toContain("best of 9 from 0.0001 to 1");
    expect(readFileSync(pathTo("report.html"), "utf8")).toContain("Rosenbrock&#39;s function");
  });

  it("writes JSON alone to standard output", async () => {
    const { stdout } = await minimizing("booth", "--json", "--methods", "lbfgs", "--quiet");
    const result = JSON.parse(stdout);
    expect(result).toEqual(
      JSON.parse(JSON.stringify(summaryOf(found("booth", { methods: "lbfgs" })))),
    );
    expect(result.minimum).toEqual({ value: 0, at: [{ x: 1, y: 3 }] });
    expect(result.methods[0]).toMatchObject({ method: "lbfgs", converged: true });
  });
});
