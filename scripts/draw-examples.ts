// Draws the pictures of docs/examples.md from the examples' own results: npx tsx scripts/draw-examples.ts
import { writeFileSync } from "node:fs";
import { scaleLinear } from "d3-scale";
import { Vector3 } from "three";
import { tidy } from "../charts/axes.ts";
import { chartOf } from "../charts/fit.ts";
import { type Markup, markup } from "../charts/markup.ts";
import { styleOf } from "../charts/palette.ts";
import { plot, sheet } from "./figures/plot.ts";

const size = [760, 400] as const;

/** Maps both coordinates of rows of two to a square in the middle of a picture. */
function square(places: ArrayLike<number>): (i: number) => readonly [number, number] {
  const values = Array.from(places);
  const reach = Math.max(...values.map(Math.abs)) * 1.05;
  const x = scaleLinear([-reach, reach], [190, 570]);
  const y = scaleLinear([-reach, reach], [390, 10]);
  return (i) => [tidy(x(values[2 * i]!)), tidy(y(values[2 * i + 1]!))];
}

const colored = (i: number, inner: Markup | readonly Markup[]): Markup =>
  markup`<g style="--color:${styleOf(i).color}">${inner}</g>`;

const average = (values: readonly number[], over: number): number[] =>
  Array.from({ length: Math.floor(values.length / over) }, (_, i) =>
    values.slice(i * over, (i + 1) * over).reduce((sum, each) => sum + each / over, 0),
  );

const steps = { label: "steps", log: false, format: "integer" } as const;

const drawings: Readonly<Record<string, () => Promise<string>>> = {
  async "curve-fit"() {
    const { counts, fitted, times } = await import("../examples/curve-fit.ts");
    const x = Array.from({ length: 200 }, (_, i) => (12 * i) / 199);
    const bands = x.map((each) => fitted.band(each));
    const part = (key: "y" | "low" | "high") => bands.map((each) => each[key]);
    const curve = { x, y: part("y"), low: part("low"), high: part("high") };
    const labels = { xLabel: "hours", yLabel: "counts, in thousands" };
    const [width, height] = size;
    const chart = chartOf({ ...labels, x: times, y: counts, curve, width, height });
    return sheet("Counts against hours, and the curve that was fitted to them", chart);
  },
  async "graph-layout"() {
    const { corners, edges, places } = await import("../examples/graph-layout.ts");
    const at = square(places);
    const lines = edges.map(
      ([a, b]) => markup`<path class="line" d="M${at(a).join()}L${at(b).join()}"/>`,
    );
    const dots = Array.from({ length: corners }, (_, i) => {
      const [x, y] = at(i);
      return markup`<circle class="dot" cx="${x}" cy="${y}" r="6"/>`;
    });
    return sheet(
      "A dodecahedron's graph, laid out",
      markup`${colored(0, lines)}${colored(1, dots)}`,
    );
  },
  async "own-rule"() {
    const { rosenbrock, ways } = await import("../examples/own-rule.ts");
    return plot({
      title: "Rosenbrock's function against steps, by Adam and by the rule of one's own",
      x: steps,
      y: { label: "value", log: true, format: "number" },
      points: false,
      lines: Object.entries(ways).map(([label, points]) => {
        const some = points.filter((_, step) => step % 10 === 0);
        return { label, x: some.map((_, i) => 10 * i), y: some.map((each) => rosenbrock(...each)) };
      }),
    });
  },
  async embedding() {
    const { table } = await import("../examples/embedding.ts");
    const at = square(table);
    const dots = Array.from({ length: table.length / 2 }, (_, i) => {
      const [x, y] = at(i);
      return markup`<circle class="dot" cx="${x}" cy="${y}" r="2.6"/>`;
    });
    return sheet("Four hundred points that were found to lie on a ring", colored(0, dots));
  },
  async resume() {
    const { after, before, uninterrupted } = await import("../examples/resume.ts");
    const over = 10;
    const whole = average(uninterrupted, over);
    const parts = average([...before, ...after], over);
    const at = (i: number) => (i + 0.5) * over;
    const [x, half] = [whole.map((_, i) => at(i)), whole.length / 2];
    return plot({
      title: "Loss of a run that was stopped and went on, over that of one that never stopped",
      x: steps,
      y: { label: "loss", log: true, format: "number" },
      points: false,
      lines: [
        { label: "never stopped", x, y: whole },
        { label: "to its half", x: x.slice(0, half), y: parts.slice(0, half) },
        { label: "gone on", x: x.slice(half), y: parts.slice(half) },
      ],
    });
  },
  async "inverse-kinematics"() {
    const { createArm, solve } = await import("../examples/inverse-kinematics/arm.ts");
    const targets = [
      new Vector3(2, 1.5, 0.5),
      new Vector3(-1.5, 2.5, 0.5),
      new Vector3(0.5, -2.5, 1),
    ];
    const poses = targets.map((target, i) => {
      const arm = createArm();
      solve(arm, target);
      const places = [...arm.joints, arm.hand].map((each) => each.getWorldPosition(new Vector3()));
      const flat = [...places, target].flatMap(({ x, y }) => [x, y]);
      const at = square([...flat, 3.4, 3.4]);
      const [x, y] = at(places.length);
      const dots = places.map(
        (_, k) => markup`<circle class="dot" cx="${at(k)[0]}" cy="${at(k)[1]}" r="4"/>`,
      );
      return colored(
        i,
        markup`<path class="line" d="M${places.map((_, k) => at(k).join()).join("L")}"/>${dots}<circle class="over" cx="${x}" cy="${y}" r="9"/>`,
      );
    });
    return sheet(
      "An arm of four joints that reaches three targets, seen from the front",
      markup`${poses}`,
    );
  },
};

for (const [name, draw] of Object.entries(drawings)) {
  writeFileSync(new URL(`../docs/examples/${name}.svg`, import.meta.url), await draw());
}
