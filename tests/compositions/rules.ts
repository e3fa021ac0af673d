/** Generates random rules: parts with options, chains, partitions and masks. */
import { modelOf } from "./chain.ts";
import type { PartSpec, RuleSpec, Value } from "./composition.ts";
import { optimizers } from "./optimizers.ts";
import { type Random, short } from "./random.ts";

type Options = Readonly<Record<string, Value>>;

/** The features of generated rules. */
export interface RuleTraits {
  /** Excluded parts, such as those that a device does not support. */
  readonly without?: ReadonlySet<string>;
  /** Whether numbers may be replaced by schedules. */
  readonly schedules: boolean;
  readonly partitions: boolean;
  /** Whether random numbers may be drawn. */
  readonly draws?: boolean;
}

/** A number of similar size. */
const near = (random: Random, value: number): number => short(value * random.between(0.4, 1.6));

/** Learning rates at which parameters of size 1 move visibly, and not too far. */
const rates: Readonly<Record<string, number>> = {
  ...{ sgd: 0.1, momentum: 0.05, nesterov: 0.05, adam: 0.05, adamw: 0.05, amsgrad: 0.05 },
  ...{ nadam: 0.05, rmsprop: 0.02, adagrad: 0.1, lion: 0.02, signSgd: 0.02, adafactor: 0.2 },
  ...{ lamb: 0.05, novograd: 0.05, polyakSgd: 1, prodigy: 1, dog: 1, scheduleFreeSgd: 0.2 },
};

const epsRoot = (random: Random) => random.pick([0, 0.01]);

const share = (random: Random) => short(random.between(0.3, 0.97));

/** Options that are worth varying, with their values. */
const choices: Readonly<
  Record<string, Readonly<Record<string, (random: Random) => number | boolean>>>
> = {
  sgd: {
    momentum: share,
    dampening: (random) => random.pick([0, 0.3]),
    nesterov: (random) => random.chance(0.5),
  },
  ...Object.fromEntries(
    ["momentum", "nesterov"].map((name) => [name, { momentum: share }] as const),
  ),
  ...Object.fromEntries(
    ["adam", "nadam"].map(
      (name) => [name, { beta1: share, beta2: share, eps: () => 1e-3 }] as const,
    ),
  ),
  ...Object.fromEntries(
    ["adamw", "lamb"].map(
      (name) => [name, { beta1: share, beta2: share, eps: () => 1e-3, epsRoot }] as const,
    ),
  ),
  amsgrad: {
    ...{ beta1: share, beta2: share, eps: () => 1e-3, epsRoot },
    correctedMaximum: (random) => random.chance(0.5),
    biasCorrectionMu: (random) => random.chance(0.5),
    biasCorrectionNu: (random) => random.chance(0.5),
  },
  rmsprop: {
    alpha: share,
    centered: (random) => random.chance(0.5),
    momentum: share,
    nesterov: (random) => random.chance(0.5),
    biasCorrection: (random) => random.chance(0.5),
    initialAccumulator: () => 0.1,
    eps: () => 1e-3,
    epsRoot,
  },
  adagrad: { lrDecay: () => 0.2, initialAccumulator: () => 0.1 },
  lion: { beta1: share, beta2: share, weightDecay: () => 0.2 },
  adafactor: {
    beta1: share,
    weightDecay: () => 0.1,
    d: () => 0.7,
    relativeStep: (random) => random.chance(0.5),
    scaleParameter: (random) => random.chance(0.5),
    factored: (random) => random.chance(0.5),
    decayOffset: (random) => random.pick([0, -3]),
    epsRoot,
  },
  novograd: { beta1: share, beta2: share, weightDecay: () => 0.1, epsRoot },
  polyakSgd: {
    maxLr: (random) => near(random, 0.3),
    fStar: () => 0.3,
    nonNegative: (random) => random.chance(0.5),
  },
  prodigy: {
    d0: (random) => near(random, 0.01),
    beta3: share,
    weightDecay: () => 0.1,
    growthRate: () => 1.5,
    biasCorrection: (random) => random.chance(0.5),
    safeguardWarmup: (random) => random.chance(0.5),
  },
  dog: {
    repsRel: (random) => near(random, 0.05),
    initialDistance: (random) => random.pick([0, 0.1]),
    initialRate: (random) => random.pick([0, 0.02]),
  },
  scheduleFreeSgd: {
    momentum: share,
    weightDecay: () => 0.1,
    warmupSteps: (random) => random.whole(0, 4),
    r: (random) => random.pick([0, 1.5]),
    weightLrPower: (random) => random.pick([0, 1, 2]),
  },
  clipByValue: { maxValue: (random) => near(random, 0.8) },
  clipByNorm: { maxNorm: (random) => near(random, 1) },
  clipByGlobalNorm: {
    maxNorm: (random) => near(random, 1),
    eps: (random) => random.pick([0, 1e-6]),
  },
  clipByBlockRms: { maxRms: (random) => near(random, 0.6) },
  adaptiveGradientClip: {
    clipping: (random) => near(random, 0.5),
    outputFirst: (random) => random.chance(0.5),
  },
  l2: { l2: (random) => near(random, 0.2) },
  centralize: { outputFirst: (random) => random.chance(0.5) },
  unscale: { scale: (random) => random.pick([0.5, 3, 8]) },
  weightDecay: { weightDecay: (random) => near(random, 0.2) },
  cautious: { minShare: (random) => random.pick([0.001, 0.4]) },
  trustRatio: {
    trustCoefficient: (random) => near(random, 1),
    minNorm: (random) => random.pick([0, 0.5]),
    eps: (random) => random.pick([0, 0.1]),
  },
  clipUpdateByValue: { maxValue: (random) => near(random, 0.8) },
  clipUpdateByNorm: { maxNorm: (random) => near(random, 1) },
  clipUpdateByGlobalNorm: { maxNorm: (random) => near(random, 1) },
  clipUpdateByBlockRms: { maxRms: (random) => near(random, 0.6) },
  projectBox: { lower: (random) => near(random, -0.5), upper: (random) => near(random, 0.5) },
  projectLinfBall: { radius: (random) => near(random, 0.6) },
  projectL2Ball: { radius: (random) => near(random, 1), global: (random) => random.chance(0.5) },
  projectL1Ball: { radius: (random) => near(random, 1.5) },
  projectSimplex: { total: (random) => near(random, 1) },
  ema: { decay: share, debias: (random) => random.chance(0.5) },
  swa: { start: (random) => random.whole(1, 3), every: (random) => random.whole(1, 2) },
  polynomialAverage: { gamma: (random) => random.pick([0, 1, 8]) },
  lookahead: { syncPeriod: (random) => random.whole(1, 4), slowStepSize: share },
  mechanize: { sInit: (random) => near(random, 0.02), weightDecay: () => 0.1 },
};

/** Numbers that may follow a schedule: not those that a formula assumes to be constant. */
const scheduled = new Set([
  "lr",
  "weightDecay",
  "l2",
  "maxNorm",
  "maxValue",
  "radius",
  "decay",
  "epsRoot",
]);

export function optionsFor(random: Random, name: string, { schedules }: RuleTraits): Options {
  const options: Record<string, Value> = {};
  if (rates[name] !== undefined) options["lr"] = near(random, rates[name]);
  for (const [option, make] of Object.entries(choices[name] ?? {})) {
    if (random.chance(0.6)) options[option] = make(random);
  }
  // The first variance is only rounding.
  if (options["centered"]) delete options["biasCorrection"];
  // A mean of steps includes their rates or does not: authors differ.
  const fixed = name === "adafactor" && options["beta1"] !== undefined;
  for (const [option, value] of Object.entries(options)) {
    if (schedules && !fixed && scheduled.has(option) && random.chance(0.15)) {
      options[option] = { from: value as number, fall: short(random.between(0.05, 0.5)) };
    }
  }
  return options;
}

const part = (random: Random, names: readonly string[], traits: RuleTraits): PartSpec => {
  const name = random.pick(names.filter((each) => !traits.without?.has(each)));
  return { part: name, options: optionsFor(random, name, traits) };
};

const before = [
  ...["clipByValue", "clipByNorm", "clipByGlobalNorm", "clipByGlobalNorm", "clipByBlockRms"],
  ...["adaptiveGradientClip", "l2", "centralize", "maximize", "unscale", "zeroNans"],
];
const directions = [
  ...["weightDecay", "cautious", "trustRatio", "weightDecay", "cautious", "trustRatio"],
  ...["clipUpdateByValue", "clipUpdateByNorm", "clipUpdateByGlobalNorm", "clipUpdateByBlockRms"],
];
const behind = [
  ...["projectBox", "projectNonNegative", "projectLinfBall", "projectL2Ball", "projectL1Ball"],
  ...["projectSimplex", "ema", "swa", "polynomialAverage", "lookahead", "mechanize"],
];

/** Sometimes masks a rule to some of the parameters. */
function perhapsMasked(random: Random, names: readonly string[], rule: RuleSpec): RuleSpec {
  return names.length > 1 && random.chance(0.2) ? { masked: random.some(names), rule } : rule;
}

/** Splits names into two or three branches. */
function partitionOf(random: Random, names: readonly string[], traits: RuleTraits): RuleSpec {
  const shuffled = [...names].sort(() => random.below(3) - 1);
  const cut = random.whole(1, names.length - 1);
  const [some, rest] = [shuffled.slice(0, cut), shuffled.slice(cut)];
  const inner = { ...traits, partitions: traits.partitions && random.chance(0.3) };
  const branch = (match: readonly string[]) => ({
    match,
    rule: random.chance(0.1) ? ({ frozen: true } as const) : ruleFor(random, match, inner),
  });
  // Branches with the same rule could be confused.
  const first = branch(some);
  const otherwise =
    random.chance(0.3) && "chain" in first.rule ? first.rule : ruleFor(random, rest, inner);
  return { branches: [first], otherwise };
}

/** Averages in one branch, and in the other a lone optimizer, which the build precompiles. */
function averagedBranch(random: Random, names: readonly string[], traits: RuleTraits): RuleSpec {
  const optimizer = () => part(random, Object.keys(optimizers), traits);
  const average = part(random, ["ema", "swa", "polynomialAverage", "lookahead"], traits);
  const branches = [{ match: [names[0]!], rule: optimizer() }];
  return { branches, otherwise: { chain: [optimizer(), average] } };
}

/** A rule for these parameters. */
export function ruleFor(random: Random, names: readonly string[], traits: RuleTraits): RuleSpec {
  if (traits.partitions && names.length > 1 && random.chance(0.04)) {
    return averagedBranch(random, names, traits);
  }
  const links: RuleSpec[] = [];
  const some = (share: number, parts: readonly string[]) => {
    for (let most = 3; most > 0 && random.chance(share); most--) {
      links.push(perhapsMasked(random, names, part(random, parts, traits)));
    }
  };
  some(0.4, traits.draws ? [...before, "addNoise"] : before);
  const parted = traits.partitions && names.length > 1 && random.chance(0.3);
  const core: RuleSpec = parted
    ? partitionOf(random, names, traits)
    : part(random, Object.keys(optimizers), traits);
  links.push(core);
  const directed = "part" in core && modelOf(core.part).writes === "u";
  some(directed ? 0.3 : 0, directions);
  some(0.3, behind);
  return links.length === 1 && random.chance(0.5) ? links[0]! : { chain: links };
}

/** What is done to the gradients of micro-steps. */
export const eachRule = (random: Random, traits: RuleTraits): RuleSpec =>
  part(random, before, traits);

/** Only an optimizer, maybe after a clip. */
export function clippedRule(random: Random, traits: RuleTraits): RuleSpec {
  const clips = before.filter((name) => modelOf(name).clips);
  const clip = random.chance(0.5) ? [part(random, clips, traits)] : [];
  return { chain: [...clip, part(random, Object.keys(optimizers), traits)] };
}

/** Puts a part where it has no effect, or where it is not allowed. */
export function misplaced(random: Random, names: readonly string[], traits: RuleTraits): RuleSpec {
  const rule = ruleFor(random, names, { ...traits, partitions: false });
  const links = "chain" in rule ? [...rule.chain] : [rule];
  const wrong = random.pick([
    ...[
      "l2",
      "clipByNorm",
      "clipByGlobalNorm",
      "maximize",
      "unscale",
      "projectBox",
      "ema",
      "lookahead",
    ],
    ...["weightDecay", "sgd", "adam"],
  ]);
  const at = random.pick([0, links.length]);
  links.splice(at, 0, { part: wrong, options: {} });
  return { chain: links };
}
