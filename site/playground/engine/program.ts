/** One optimizer of a race as a program of its own, which anybody can run. */
import type { Entry, State, SurfaceGround } from "../state.ts";
import { type EntrySource, entrySource } from "./entrySource.ts";
import { type SurfaceSteps, surfaceOnGpu } from "./gpuProgram.ts";
import { networkProgram } from "./networkProgram.ts";
import { slopeSource, valueSource } from "./source.ts";
import { surfaceExpression, surfaceFacts } from "./surface.ts";

/** A program that makes the steps of an entry, where the race makes them, and prints where they led, in TypeScript. */
export function programOf(state: State, entry: Entry): string {
  const source = entrySource(entry);
  const { ground } = state;
  const lines =
    ground.kind === "surface"
      ? surfaceProgram(ground, state, source)
      : networkProgram(ground, state, source);
  return lines.filter((line) => line !== false).join("\n");
}

function surfaceProgram(
  ground: SurfaceGround,
  state: State,
  source: EntrySource,
): readonly (string | false)[] {
  const expression = surfaceExpression(surfaceFacts(ground).formula);
  const noisy = ground.noise > 0;
  const slope = (name: string) =>
    slopeSource(expression, name) + (noisy ? ` + ${ground.noise} * random.normal()` : "");
  const { maker, definition } = source;
  const { imports, steps } = (state.device === "gpu" ? surfaceOnGpu : onProcessor)(
    ground,
    state,
    source,
  );
  return [
    ...imports(maker),
    noisy && `import { createRandom } from "gradus/tasks";`,
    "",
    definition !== undefined && `${definition}\n`,
    `const value = (x: number, y: number): number => ${valueSource(expression)};`,
    noisy && `const random = createRandom(${state.seed});`,
    `const gradient = (x: number, y: number): number[] => [\n  ${slope("x")},\n  ${slope("y")},\n];`,
    "",
    ...steps,
    "console.log({ x, y, value: value(x!, y!) });",
    "optimizer.dispose();",
    "",
  ];
}

const onProcessor = (
  { start }: SurfaceGround,
  { seed, steps }: State,
  { rule }: EntrySource,
): SurfaceSteps => ({
  imports: (maker) => [`import { ${maker}, optimize, parameters } from "gradus";`],
  steps: [
    `const { p } = parameters({ p: [2] }, { type: "float64" });`,
    `p.data.set([${start.join(", ")}]);`,
    `const optimizer = optimize({ p }, ${rule}, { nonFinite: "allow", seed: ${seed} });`,
    `for (let step = 1; step <= ${steps}; step++) {`,
    "  const [x, y] = [p.data[0]!, p.data[1]!];",
    "  optimizer.step({ p: gradient(x, y) }, { loss: value(x, y) });",
    "}",
    "const [x, y] = optimizer.evaluate(() => [p.data[0]!, p.data[1]!]);",
  ],
});
