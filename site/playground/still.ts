/** The first race as a picture, for readers without JavaScript. */
import { formatNumber } from "../../charts/format.ts";
import { keyMarkup } from "../../charts/key.ts";
import { linesChart } from "../../charts/lines.ts";
import { type Markup, markup } from "../../charts/markup.ts";
import { styleOf } from "../../charts/palette.ts";
import { type Point, surfaceChart } from "../../charts/surface.ts";
import { Race } from "./engine/race.ts";
import { surfaceExpression, surfaceFacts, surfaceValue } from "./engine/surface.ts";
import { initialState, type SurfaceGround } from "./state.ts";

const [WIDTH, HEIGHT] = [640, 380];

/** Of each optimizer its value and its place at each step, the start first. */
function raced() {
  const race = new Race(initialState);
  const parts = race.advance(initialState.steps + 1);
  race.dispose();
  return parts.map(({ entry, rows }) => {
    const steps = Array.from({ length: rows.length / 3 }, (_, i) =>
      rows.subarray(3 * i, 3 * i + 3),
    );
    const { name } = initialState.entries[entry]!;
    return { series: { label: name, ...styleOf(entry), dash: "none" }, steps };
  });
}

/** @param titleOf an optimizer's name as it is written */
export function stillRace(titleOf: (name: string) => string): Markup {
  const ground = initialState.ground as SurfaceGround;
  const { formula, view, minima } = surfaceFacts(ground);
  const racers = raced().map(({ series, steps }) => ({
    series: { ...series, label: titleOf(series.label) },
    steps,
  }));
  const map = surfaceChart(
    {
      ...{ id: "still-field", label: "The ways of four optimizers in a ravine" },
      value: surfaceValue(surfaceExpression(formula)),
      x: { label: "x", domain: view.x },
      y: { label: "y", domain: view.y },
      ways: racers.map(({ series, steps }) => ({
        series,
        points: steps.map(([, x, y]): Point => [x!, y!]),
      })),
      ...{ start: ground.start, minima },
    },
    WIDTH,
    HEIGHT,
  );
  const values = linesChart(
    {
      ...{ id: "still-values", label: "The value of each against steps" },
      x: { label: "step", log: false, format: "integer", domain: [0, initialState.steps] },
      y: { label: "value", log: true, format: "number", domain: [1e-18, 100] },
      lines: racers.map(({ series, steps }) => ({
        series,
        points: steps.map(([value], step): Point => [step, value!]),
      })),
    },
    WIDTH,
    HEIGHT,
  );
  const ends = racers.map(
    ({ series, steps }) => `${series.label} ${formatNumber(steps.at(-1)![0]!, 3)}`,
  );
  return markup`<figure class="still"><figcaption>The race that it begins with: four optimizers in a ravine, from the same start. After ${initialState.steps} steps the value is: ${ends.join(", ")}.</figcaption>${keyMarkup(racers)}<div class="panels" style="--columns:2">${map}${values}</div></figure>`;
}
