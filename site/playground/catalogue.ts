/** What the page knows of the library without loading it: made when the site is built. */
import { optimizers } from "gradus";
import type { Definition } from "gradus/rule";
import { landscapes } from "../../formulas/landscapes.ts";
import { functions } from "../../src/rule/language/functions.ts";
import type { Hyper, NetworkGround, StateDeclaration } from "./state.ts";

export interface KnownOptimizer {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly hyper: Hyper;
  readonly ranges: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, StateDeclaration>>;
  readonly rule: string;
  readonly evaluation?: string;
}

export interface KnownSurface {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly start: readonly [number, number];
  readonly noise: number;
}

export interface KnownNetwork {
  readonly name: NetworkGround["network"];
  readonly title: string;
  readonly summary: string;
}

export interface Catalogue {
  readonly optimizers: readonly KnownOptimizer[];
  readonly surfaces: readonly KnownSurface[];
  readonly networks: readonly KnownNetwork[];
  /** Functions of the rule language with the names of their operands. */
  readonly functions: readonly { readonly name: string; readonly operands: readonly string[] }[];
}

/** Without the space that its lines have in common. */
export function dedented(text: string): string {
  const lines = text.replace(/^\s*\n|\s+$/g, "").split("\n");
  const spaces = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...spaces))).join("\n");
}

function known({ definition }: { readonly definition: Definition }): KnownOptimizer {
  const { name, title, summary, hyper, ranges, state = {}, rule, evaluation } = definition;
  const states = Object.entries(state).map(([key, each]) => [
    key,
    typeof each === "object" ? each : { kind: "element", initial: each },
  ]);
  return {
    ...{ name, title: title ?? name, summary: summary ?? "", hyper },
    ranges: (ranges ?? {}) as Readonly<Record<string, string>>,
    ...{ state: Object.fromEntries(states), rule: dedented(rule) },
    ...(evaluation !== undefined && { evaluation }),
  };
}

/** Where one looks at what noise does. */
const noisyBowl = {
  title: "A noisy quadratic",
  summary: "A bowl whose gradients are noisy: nothing comes to rest at its bottom.",
  noise: 2,
};

const networks: readonly KnownNetwork[] = [
  {
    name: "spirals",
    title: "A network and two spirals",
    summary: "1,218 weights learn which spiral a point is on. All start from the same weights.",
  },
  {
    name: "fashion",
    title: "A network and 2,000 images of clothes",
    summary: "25,450 weights learn Fashion-MNIST, 100 images a step; 500 others say how well.",
  },
];

export const catalogueOf = (): Catalogue => ({
  optimizers: Object.values(optimizers)
    .map(known)
    .sort((a, b) => a.title.localeCompare(b.title, "en")),
  surfaces: Object.entries(landscapes).map(([name, { title, summary, start }]) => ({
    ...{ name, title, summary, noise: 0, start: [start["x"]!, start["y"]!] as const },
    ...(name === "bowl" && noisyBowl),
  })),
  networks,
  functions: Object.entries(functions).map(([name, { parameters }]) => ({
    ...{ name, operands: parameters },
  })),
});
