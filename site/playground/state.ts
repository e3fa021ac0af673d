/** All that a playground shows, as one plain value: the address keeps it, and the race is made from it. */
import { landscapes } from "../../formulas/landscapes.ts";
import { Reader, StateError } from "./reader.ts";

export { StateError };

export type Hyper = Readonly<Record<string, number | boolean>>;

/** An optimizer of the library. */
export interface LibraryEntry {
  readonly kind: "library";
  /** As it is exported: `adam`. */
  readonly name: string;
  /** The options that are given; the others have their defaults. */
  readonly options: Hyper;
}

export interface StateDeclaration {
  /** `element`, or another kind of the rule language. */
  readonly kind: string;
  readonly initial: number | string;
}

/** An optimizer that was written here. Its hyperparameters are those of `defineOptimizer`, with the values that they have now. */
export interface RuleEntry {
  readonly kind: "rule";
  readonly name: string;
  readonly rule: string;
  readonly hyper: Hyper;
  /** What hyperparameters may be, as intervals. */
  readonly ranges: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, StateDeclaration>>;
  /** The weights to evaluate, where they are not the parameters. */
  readonly evaluation?: string;
}

export type Entry = LibraryEntry | RuleEntry;

export type Range = readonly [low: number, high: number];

/** A function of x and y. */
export interface SurfaceGround {
  readonly kind: "surface";
  /** A name in `landscapes`, or `own`. */
  readonly surface: string;
  /** That of `own`. */
  readonly formula?: string;
  /** What part of the plane is drawn of `own`. */
  readonly view?: { readonly x: Range; readonly y: Range };
  readonly start: readonly [x: number, y: number];
  /** The standard deviation of what is added to each number of a gradient. */
  readonly noise: number;
}

export const networks = ["spirals", "fashion"] as const;

/** A small network, which each optimizer trains. */
export interface NetworkGround {
  readonly kind: "network";
  readonly network: (typeof networks)[number];
}

/** What the optimizers race on. Another kind joins this union, and `engine/grounds.ts`. */
export type GroundState = SurfaceGround | NetworkGround;

export interface State {
  readonly entries: readonly Entry[];
  readonly ground: GroundState;
  /** Of the noise, and of what rules draw. */
  readonly seed: number;
  readonly steps: number;
  /** Steps a second. */
  readonly speed: number;
  /** Where steps are made. Default: on the processor. */
  readonly device?: "gpu" | undefined;
}

/** As many as there are colors. */
export const mostEntries = 8;
export const mostSteps = 5000;
export const speeds = { least: 1, most: 2000 } as const;
/** As many characters as the rule language takes. */
const longestText = 20_000;

const library = (name: string, options: Hyper): LibraryEntry => ({
  ...{ kind: "library", name, options },
});

/** Four optimizers on a ravine, each at a good learning rate. */
export const initialState: State = {
  entries: [
    library("sgd", { lr: 0.0019 }),
    library("momentum", { lr: 0.001 }),
    library("rmsprop", { lr: 0.01 }),
    library("adam", { lr: 0.1 }),
  ],
  ground: { kind: "surface", surface: "ravine", start: [-4, 0.3], noise: 0 },
  seed: 1,
  steps: 400,
  speed: 60,
};

/**
 * Reads a state from plain data that anybody may have written.
 * @throws {StateError} which says in one sentence what is wrong
 */
export function stateFrom(value: unknown): State {
  const read = new Reader(value, "the link");
  const entries = read.list("entries", 1, mostEntries).map(entryFrom);
  const device = read.optional("device", () => read.choice("device", ["gpu"]));
  return {
    entries,
    ground: groundFrom(read.inside("ground")),
    seed: read.whole("seed", 0, 2 ** 32 - 1),
    steps: read.whole("steps", 1, mostSteps),
    speed: read.number("speed", speeds.least, speeds.most),
    ...(device !== undefined && { device }),
  };
}

function entryFrom(read: Reader): Entry {
  const kind = read.choice("kind", ["library", "rule"]);
  const name = read.text("name", 60);
  if (kind === "library") return { kind, name, options: hyperFrom(read.inside("options")) };
  const evaluation = read.optional("evaluation", () => read.text("evaluation", longestText));
  return {
    ...{ kind, name, rule: read.text("rule", longestText) },
    hyper: hyperFrom(read.inside("hyper")),
    ranges: read.inside("ranges").entries((inner, key) => inner.text(key, 60)),
    state: read.inside("state").entries((inner, key) => stateDeclarationFrom(inner.inside(key))),
    ...(evaluation !== undefined && { evaluation }),
  };
}

const hyperFrom = (read: Reader): Hyper => read.entries((inner, key) => inner.setting(key));

const stateDeclarationFrom = (read: Reader): StateDeclaration => ({
  kind: read.text("kind", 20),
  initial: read.numberOrText("initial", longestText),
});

function groundFrom(read: Reader): GroundState {
  const kind = read.choice("kind", ["surface", "network"]);
  if (kind === "network") return { kind, network: read.choice("network", networks) };
  const surface = read.choice("surface", [...Object.keys(landscapes), "own"]);
  const start = read.pair("start");
  const noise = read.number("noise", 0, 1000);
  if (surface !== "own") return { kind, surface, start, noise };
  const view = read.inside("view");
  const [x, y] = [view.pair("x"), view.pair("y")];
  for (const [low, high] of [x, y])
    if (!(high > low)) throw new StateError("the view's second end must be greater than its first");
  return {
    kind,
    surface,
    formula: read.text("formula", longestText),
    view: { x, y },
    start,
    noise,
  };
}
