/** Measures steps of optimizers on given gradients: which rules, on which tensors. */
import { fillUniform } from "../harness/random.ts";
import { emptyArray, lengthOf } from "../peers/arrays.ts";
import type {
  ElementType,
  FloatArray,
  Hyper,
  Peer,
  RuleName,
  UpdateContestant,
  UpdateProblem,
  Ways,
} from "../peers/peer.ts";
import { type Case, type Entrant, largestDifference, type Testimony } from "./case.ts";
import { ExactTile } from "./exact.ts";

type Shapes = readonly (readonly number[])[];

export const tensors = (count: number, ...shape: readonly number[]): Shapes =>
  Array.from({ length: count }, () => shape);

const adamShapes: Readonly<Record<string, Shapes>> = {
  "1 x 10": tensors(1, 10),
  "1 x 1k": tensors(1, 1000),
  "1 x 64k": tensors(1, 1 << 16),
  "1 x 1M": tensors(1, 1_000_000),
  "1 x 25M": tensors(1, 25_000_000),
  "1 x 100M": tensors(1, 100_000_000),
  "200 x 64": tensors(200, 64),
  "1000 x 1k": tensors(1000, 1000),
  "100 x 10k": tensors(100, 10_000),
};

const realisticShapes = {
  "100 x 10k": tensors(100, 10_000),
  "1 x 1M": tensors(1, 1_000_000),
  "1 x 25M": tensors(1, 25_000_000),
};

export const hyper: Hyper = {
  ...{ lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
  ...{ momentum: 0.9, maxNorm: 1, decay: 0.999 },
};

/** The contestants of a case, and the reference. */
export interface Field {
  readonly reference: string;
  readonly ways: (peer: Peer, problem: UpdateProblem) => Ways<UpdateContestant> | undefined;
}

const ofOwnArrays: Field = {
  reference: "Gradus",
  ways: (peer, problem) => peer.updates?.(problem),
};
const checkedSteps = 4;

/** The number of checked steps. A step of Muon on a large matrix takes seconds, so one must be enough. */
const checkedStepsOf = ({ rule, elements }: Pick<UpdateProblem, "rule" | "elements">): number =>
  rule === "muon" && elements > 1e6 ? 1 : checkedSteps;
const sampled = 4096;

/** A prime, so that no tensor and no block of one is a whole number of tiles. */
const tileLength = 99_991;

/** Gradients that differ in size and sign from step to step, so that all averages matter. */
const gradientsAt = (type: ElementType, step: number): FloatArray =>
  fillUniform(emptyArray(type, tileLength), 1000 * step + 1, 10 ** (1 - step));

/**
 * The largest error by rounding. Parameters stay below 1, so each operation on one rounds by 2^-24 at most (2^-53 in
 * float64). A step has at most three: the decay, the update, and in float64 the expected value's own. Errors within an
 * update count a thousandth, because an update is a thousandth of a parameter.
 */
export function roundings(rule: RuleName, type: ElementType): number {
  const allowed = 3 * checkedSteps * 2 ** (type === "float32" ? -24 : -53);
  // PyTorch and Gradus clip by norm + 1e-6, Optax by the norm.
  return rule === "realistic" ? Math.max(allowed, 2e-10) : allowed;
}

/** The evidence: the distance from float64, or parameters to compare with those of the reference. */
async function evidenceOf(contestant: UpdateContestant, problem: UpdateProblem): Promise<number[]> {
  const exact = ExactTile.of(problem);
  for (let step = 0; step < checkedStepsOf(problem); step++) {
    const gradients = gradientsAt(problem.type, step);
    exact?.step(gradients);
    await contestant.setGradients(gradients);
    await contestant.run(1);
  }
  return exact === undefined
    ? [...(await contestant.sample(sampled))]
    : [await contestant.distance(exact.parameters)];
}

/** Contestants that do not update anything show how fast the machine is. */
const isFloor = (name: string): boolean => name.startsWith("copy") || name.startsWith("memcpy");

export async function enter(
  contestant: UpdateContestant,
  problem: UpdateProblem,
): Promise<Entrant> {
  const evidence = isFloor(contestant.name) ? [] : await evidenceOf(contestant, problem);
  return { contestant, evidence };
}

export function agreeWithFloat64(testimonies: readonly Testimony[], allowed: number): string {
  for (const { name, evidence } of testimonies) {
    if (evidence.some((distance) => !(distance <= allowed))) {
      throw new Error(`${name} is ${evidence[0]} off after ${checkedSteps} steps`);
    }
  }
  const largest = Math.max(...testimonies.flatMap(({ evidence }) => evidence));
  return (
    `all parameters after ${checkedSteps} steps, against float64: ` +
    `${largest.toExponential(1)} at most (allowed ${allowed.toExponential(1)})`
  );
}

/** PyTorch's Muon multiplies in bfloat16, which has 8 bits: an update may be off by a tenth of lr in each step. */
const coarse = checkedSteps * 0.1 * hyper.lr;

function agreeWithReference(
  testimonies: readonly Testimony[],
  reference: string,
  allowed: number,
  steps: number,
): string {
  const isCoarse = (name: string) => name.includes("bfloat16");
  const differenceOf = (coarsely: boolean, limit: number) =>
    largestDifference(
      testimonies.filter(({ name }) => name === reference || isCoarse(name) === coarsely),
      reference,
      () => limit,
    ).toExponential(1);
  const text =
    `${sampled} parameters after ${steps} ${steps === 1 ? "step" : "steps"}, against ${reference}'s: ` +
    `${differenceOf(false, allowed)} at most (allowed ${allowed.toExponential(1)})`;
  return testimonies.some(({ name }) => isCoarse(name))
    ? `${text}; in bfloat16 ${differenceOf(true, coarse)} (allowed ${coarse.toExponential(1)})`
    : text;
}

/** A case's problem. */
export const problemOf = (rule: RuleName, shapes: Shapes, type: ElementType): UpdateProblem => ({
  ...{ rule, hyper, type, shapes },
  elements: shapes.reduce((sum, shape) => sum + lengthOf(shape), 0),
  start: fillUniform(emptyArray(type, tileLength), 0, 0.5),
});

export function updateCase(
  group: string,
  shapesName: string,
  rule: RuleName,
  shapes: Shapes,
  type: ElementType,
  { reference, ways }: Field = ofOwnArrays,
): Case {
  const elements = shapes.reduce((sum, shape) => sum + lengthOf(shape), 0);
  const problem = () => problemOf(rule, shapes, type);
  const exact = ExactTile.of({ ...problem(), start: new Float32Array(0) }) !== undefined;
  const allowed = roundings(rule, type);
  const arrays = rule === "realistic" ? 6 : 4;
  return {
    group,
    name: type === "float32" ? shapesName : `${shapesName}, ${type}`,
    reference,
    bytes: arrays * elements * (type === "float32" ? 4 : 8),
    entrants: (peer: Peer) => {
      const given = problem();
      const all = Object.entries(ways(peer, given) ?? {});
      return Object.fromEntries(
        all.map(([name, make]) => [name, async () => enter(await make(), given)]),
      );
    },
    agree: (testimonies) =>
      exact
        ? agreeWithFloat64(testimonies, allowed)
        : agreeWithReference(
            testimonies,
            reference,
            rule === "muon" ? 10 * allowed : allowed,
            checkedStepsOf({ rule, elements }),
          ),
  };
}

const types = ["float32", "float64"] as const;

const casesOf = (rule: RuleName, shapes: Readonly<Record<string, Shapes>>): Case[] =>
  types.flatMap((type) =>
    Object.entries(shapes).map(([name, each]) => updateCase(rule, name, rule, each, type)),
  );

/** Less common rules: one size, in float32. */
const others: readonly (readonly [string, RuleName, Shapes])[] = [
  ["SGD, 1 x 1M", "sgd", tensors(1, 1_000_000)],
  ["momentum, 1 x 1M", "momentum", tensors(1, 1_000_000)],
  ["Lion, 1 x 1M", "lion", tensors(1, 1_000_000)],
  ["LAMB, 100 x 10k", "lamb", tensors(100, 10_000)],
  ["Adafactor, 1 x 1000x1000", "adafactor", tensors(1, 1000, 1000)],
];

const muonSizes = [512, 2048];

export const updateCases: readonly Case[] = [
  ...casesOf("adam", adamShapes),
  ...casesOf("adamw", adamShapes),
  ...casesOf("realistic", realisticShapes),
  ...others.map(([name, rule, shapes]) => updateCase("rules", name, rule, shapes, "float32")),
  ...muonSizes.map((size) =>
    updateCase("muon", `1 x ${size}x${size}`, "muon", tensors(1, size, size), "float32"),
  ),
];
