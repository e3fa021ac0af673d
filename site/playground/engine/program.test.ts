/** Whether the program that one copies runs, and comes to where the race came. */
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openGpu, testDevice } from "../../../tests/webgpu/adapter.ts";
import { type Entry, type GroundState, initialState, type State } from "../state.ts";
import { type Gpu, gpuOf } from "../stepping/gpu.ts";
import { programOf } from "./program.ts";
import { Race, shownPictures } from "./race.ts";

const source = join(import.meta.dirname, "../../../src");

/** What a program prints. */
async function printed(program: string): Promise<Record<string, number>> {
  const { outputFiles } = await build({
    stdin: { contents: program, loader: "ts", resolveDir: import.meta.dirname },
    ...{ bundle: true, write: false, format: "esm", target: "es2022" },
    define: { "console.log": "globalThis.printed" },
    alias: {
      ...Object.fromEntries(
        ["autodiff", "init", "tasks", "webgpu"].map((name) => [
          `gradus/${name}`,
          join(source, name, "index.ts"),
        ]),
      ),
      gradus: join(source, "index.ts"),
    },
  });
  const found: Record<string, number>[] = [];
  Object.assign(globalThis, { printed: (value: Record<string, number>) => found.push(value) });
  try {
    const text = Buffer.from(outputFiles[0]!.contents).toString("base64");
    await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`);
  } finally {
    Reflect.deleteProperty(globalThis, "printed");
  }
  return found[0]!;
}

/** Comments may have whatever would end a template, or begin something in one. */
const comment = ["# `beta` is $", "{what} it is \\ "].join("");

const own: Entry = {
  kind: "rule",
  name: "my-rule",
  rule: `m = beta * m + g ${comment}\nu = where(nesterov, g + beta * m, m)`,
  hyper: { lr: 0.001, beta: 0.8, nesterov: true },
  ranges: { beta: "[0, 1)" },
  state: { m: { kind: "element", initial: 0 }, w: { kind: "element", initial: "p" } },
  evaluation: "0.5 * (p + w)",
};

const cases: readonly (readonly [string, Partial<State>, Entry])[] = [
  ["of the library", {}, initialState.entries[3]!],
  ["with a rule of one's own", {}, { ...own, rule: `${own.rule}\nw = 0.9 * w + 0.1 * p` }],
  [
    "with noise",
    { ground: { kind: "surface", surface: "bowl", start: [-3, 2], noise: 2 }, seed: 7 },
    { kind: "library", name: "adam", options: { lr: 0.05 } },
  ],
  [
    "on a formula of one's own",
    {
      ground: {
        ...{ kind: "surface", surface: "own", formula: "x^2 + 3*y^2 + sin(3*x)*cos(3*y)" },
        ...{ view: { x: [-3, 3], y: [-3, 3] }, start: [-2.5, 2], noise: 0 },
      },
    },
    { kind: "library", name: "momo", options: { lr: 0.1 } },
  ],
];

const networkCases: readonly (readonly [string, Entry])[] = [
  ["of the library", { kind: "library", name: "adam", options: { lr: 0.01 } }],
  ["that reads the loss", { kind: "library", name: "momo", options: { lr: 0.1 } }],
  [
    "of one's own",
    { ...own, hyper: { ...own.hyper, lr: 0.05 }, rule: `${own.rule}\nw = 0.9 * w + 0.1 * p` },
  ],
];

it.each(networkCases)("a network's program with a rule %s comes to its loss", async (_, entry) => {
  const ground = { kind: "network", network: "spirals" } as const;
  const state: State = { ...initialState, ground, seed: 3, steps: 60 };
  const race = new Race({ ...state, entries: [entry] }, shownPictures);
  expect(race.problems).toEqual([undefined]);
  const [part] = race.advance(Number.POSITIVE_INFINITY);
  race.dispose();
  const [loss] = part!.rows.slice(-2);
  expect(await printed(programOf(state, entry))).toEqual({ loss });
  expect(part!.rows[0]).toBeCloseTo(Math.log(2), 0);
  const { pictures } = part!;
  expect(pictures.map(({ step }) => step)).toEqual(Array.from({ length: 61 }, (_, i) => i));
  expect(new Set(pictures.map(({ bytes }) => bytes.length))).toEqual(new Set([40 * 40]));
});

it.each(cases)("a program %s comes to where the race came", async (_, change, entry) => {
  const state = { ...initialState, ...change, steps: 200 };
  const race = new Race({ ...state, entries: [entry] });
  expect(race.problems).toEqual([undefined]);
  const [part] = race.advance(Number.POSITIVE_INFINITY);
  race.dispose();
  const [value, x, y] = part!.rows.slice(-3);
  expect(await printed(programOf(state, entry))).toEqual({ value, x, y });
});

const spirals: GroundState = { kind: "network", network: "spirals" };
const noisyBowl: GroundState = { kind: "surface", surface: "bowl", start: [-3, 2], noise: 2 };
const average: Entry = { kind: "library", name: "scheduleFreeSgd", options: { lr: 0.01 } };

describe("on a GPU", () => {
  let gpu: Gpu;

  beforeAll(async () => {
    gpu = gpuOf(await testDevice());
    // A program asks for a device as it does on a page.
    vi.stubGlobal("navigator", { gpu: await openGpu() });
  });

  afterAll(() => vi.unstubAllGlobals());

  it.each([
    ["on a surface", {}, initialState.entries[3]!],
    ["with noise", { ground: noisyBowl, seed: 7 }, average],
    ["with a rule of one's own", {}, { ...own, rule: `${own.rule}\nw = 0.9 * w + 0.1 * p` }],
    ["on a network", { ground: spirals }, { kind: "library", name: "adam", options: { lr: 0.01 } }],
    ["on a network that SGD trains", { ground: spirals }, initialState.entries[0]!],
    ["on a network that evaluates an average", { ground: spirals }, average],
  ] as const)("a program %s comes to where the race came there", async (_, change, entry) => {
    const state: State = { ...initialState, ...change, device: "gpu", steps: 30 };
    const race = new Race({ ...state, entries: [entry] }, 0, gpu.stepping);
    await race.enter();
    expect(race.problems).toEqual([undefined]);
    const [part] = await race.advanceElsewhere(Number.POSITIVE_INFINITY);
    race.dispose();
    const program = programOf(state, entry);
    expect(program).toContain('from "gradus/webgpu"');
    const [first, second, third] = part!.rows.slice(-race.ground.columns.length);
    expect(await printed(program)).toEqual(
      state.ground.kind === "surface" ? { value: first, x: second, y: third } : { loss: first },
    );
  });
});
