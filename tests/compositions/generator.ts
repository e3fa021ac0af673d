/** Generates random compositions from a seed and a number. */
import { modelOf } from "./chain.ts";
import {
  type Action,
  type Composition,
  type ElementType,
  type Flaw,
  type GroupSpec,
  type Instance,
  lengthOf,
  type ParameterSpec,
  partsOf,
  type RuleSpec,
  resolve,
  type StepAction,
} from "./composition.ts";
import { type Plan, sizesOf, stepOf } from "./gradients.ts";
import { type Random, randomOf, short } from "./random.ts";
import { judge } from "./refusals.ts";
import { clippedRule, eachRule, misplaced, type RuleTraits, ruleFor } from "./rules.ts";

export interface Traits {
  /** Default: either, or both. */
  readonly types?: readonly ElementType[];
  readonly without?: ReadonlySet<string>;
  /** Whether there are parts that must be refused, and calls that throw. */
  readonly mistakes?: boolean;
  /** Whether some gradients are not finite, so that steps are skipped. */
  readonly skips?: boolean;
  readonly wrappers?: boolean;
  readonly sparse?: boolean;
  /** Whether other optimizers take over. */
  readonly restores?: boolean;
  readonly wild?: boolean;
  /** Whether the first parameter is so long that threads share it. */
  readonly large?: boolean;
  /** Whether it is for a device, with gradients in its buffers. */
  readonly device?: boolean;
  /** Whether random numbers may be drawn, which the simulator cannot reproduce. */
  readonly draws?: boolean;
}

const shapes: readonly (readonly number[])[] = [
  ...[[], [1], [7], [3, 5], [2, 3, 4], [1, 1], [5], [4, 2], [1, 6], [6, 1], [3], [2, 2]],
];

/** Sometimes empty, or with more elements than a block of a reduction. */
function shapeOf(random: Random): readonly number[] {
  const rare = random.below(40);
  return rare === 0 ? [0] : rare === 1 ? [1000 + random.below(60)] : random.pick(shapes);
}

function parameterOf(
  random: Random,
  name: string,
  type: ElementType,
  traits: Traits,
): ParameterSpec {
  const large = traits.large && name === "a";
  const shape = large ? [300, 257] : shapeOf(random);
  const place = large ? "memory" : random.pick(["memory", "memory", "foreign", "view"] as const);
  const zeros = random.chance(0.08);
  const start = Array.from({ length: lengthOf(shape) }, () => (zeros ? 0 : random.normal()));
  return { name, shape, type, place, start };
}

function groupsOf(
  random: Random,
  names: readonly string[],
  instances: readonly Instance[],
): GroupSpec[] {
  const all = names.length > 1 && random.chance(0.3) ? random.some(names) : [];
  if (all.length === 0) return [];
  const overrides: Record<string, number> = {};
  for (const { name, spec, takers } of instances) {
    const model = modelOf(spec.part);
    if (model.shared !== undefined || !takers.some((taker) => all.includes(taker))) continue;
    for (const [option, value] of Object.entries(spec.options)) {
      if (typeof value !== "number" || option === "beta1" || !random.chance(0.4)) continue;
      if (option === "every" || option === "start" || option === "syncPeriod") continue;
      const unique =
        instances.filter((each) => option in modelOf(each.spec.part).options).length === 1;
      const key = unique && random.chance(0.5) ? option : `${name}.${option}`;
      overrides[key] = short(value * random.between(0.6, 1));
    }
  }
  return Object.keys(overrides).length === 0 ? [] : [{ match: all, overrides }];
}

/** Marks a parameter, or adds an average, that exists only after a partial restore. */
function withAddition(random: Random, rule: RuleSpec, parameters: readonly ParameterSpec[]) {
  const adding = random.pick(["parameter", "average"] as const);
  if (adding === "parameter" && parameters.length > 1) {
    const chosen = random.pick(parameters).name;
    const marked = parameters.map((each) =>
      each.name === chosen ? { ...each, added: true } : each,
    );
    return { rule, parameters: marked };
  }
  const name = random.pick(["ema", "swa", "polynomialAverage", "lookahead"]);
  const average = { part: name, options: {}, added: true };
  return { rule: { chain: [...("chain" in rule ? rule.chain : [rule]), average] }, parameters };
}

function actionsOf(random: Random, plan: Plan, traits: Traits, adds: boolean): Action[] {
  const actions: Action[] = [];
  const most = random.chance(0.15) ? random.whole(7, 30) : random.whole(1, 6);
  const large = plan.parameters.some(({ shape }) => lengthOf(shape) > 500);
  const first = plan.parameters.filter(({ added }) => !added);
  const count = large ? Math.min(most, 3) : most;
  const when = random.below(Math.min(count, 4));
  for (let i = 0; i < count; i++) {
    if (adds && i === when) actions.push({ restore: "added" });
    const there = adds && i < when ? first : plan.parameters;
    actions.push(stepOf(random, plan, there));
    if (!traits.restores || adds || !random.chance(0.12)) continue;
    const saved = actions.some((action) => "save" in action);
    actions.push(
      random.pick<Action>([
        { restore: "again" },
        { restore: "renamed" },
        saved ? { restore: "back" } : { save: true },
      ]),
    );
  }
  return actions;
}

function flawsOf(rule: RuleSpec, traits: Traits, sam: boolean): Flaw[] {
  if (!traits.mistakes || sam) return [];
  const parts = partsOf(rule);
  const loss = parts.some(({ part }) => modelOf(part).readsLoss);
  const schedules = parts.some(({ options }) =>
    Object.values(options).some((value) => typeof value === "object"),
  );
  return [
    ...(["short", "missing", "unknown", "row"] as const),
    ...(loss ? (["loss"] as const) : []),
    ...(schedules ? (["schedule"] as const) : []),
  ];
}

function wrapperOf(random: Random, traits: Traits, rules: RuleTraits): Composition["wrapper"] {
  if (!traits.wrappers || random.chance(0.75)) return undefined;
  if (random.chance(0.4)) {
    return { sam: short(random.between(0.02, 0.3)), adaptive: random.chance(0.4) };
  }
  const each = random.chance(0.4) ? { each: eachRule(random, rules) } : {};
  return { accumulate: random.whole(1, 3), ...each };
}

function candidate(random: Random, traits: Traits): Composition {
  const { without, mistakes = false, draws = false } = traits;
  const rules: RuleTraits = {
    schedules: true,
    partitions: true,
    draws,
    ...(without && { without }),
  };
  const types =
    traits.types ?? random.pick([["float64"], ["float32"], ["float32", "float64"]] as const);
  const names = ["a", "b", "c", "d"].slice(0, random.whole(1, 4));
  let parameters: readonly ParameterSpec[] = names.map((name) =>
    parameterOf(random, name, random.pick(types), traits),
  );
  let rule =
    mistakes && random.chance(0.06)
      ? misplaced(random, names, rules)
      : ruleFor(random, names, rules);
  const wrapper = wrapperOf(random, traits, rules);
  const sam = wrapper !== undefined && "sam" in wrapper;
  const adds = Boolean(traits.restores) && wrapper === undefined && random.chance(0.12);
  if (adds) ({ rule, parameters } = withAddition(random, rule, parameters));
  const { instances, frozen } = resolve(rule, names);
  const nonFinite = traits.device
    ? random.pick(["skip", "allow"] as const)
    : random.pick(["throw", "throw", "skip", "skip", "allow"] as const);
  const trained = new Set(names.filter((name) => !frozen.has(name)));
  const wild = traits.wild !== false && !sam && random.chance(0.3);
  const plan: Plan = {
    ...{ parameters, trained, flaws: random.chance(0.3) ? flawsOf(rule, traits, sam) : [] },
    sizes: new Map(parameters.map(({ name, type }) => [name, sizesOf(random, type, wild)])),
    sparse: Boolean(traits.sparse) && !sam && random.chance(0.2),
    forms: sam ? ["typed"] : ["array", "typed", "other", "view"],
    own: sam || traits.device ? "always" : random.pick(["always", "never", "either"]),
    infinite:
      !sam &&
      random.chance(0.3) &&
      (nonFinite === "skip"
        ? mistakes || Boolean(traits.skips)
        : mistakes && nonFinite === "throw"),
    aliases: !sam && !traits.device,
  };
  const composition: Composition = {
    ...{ parameters, rule, groups: groupsOf(random, names, instances), nonFinite },
    zeroGradients: random.chance(0.25),
    ...(wrapper && { wrapper }),
    actions: actionsOf(random, plan, traits, adds),
  };
  return finished(random, composition);
}

/** Finite gradients, one of which has a square that overflows the parameter's type. */
function hugeGradient(random: Random): Composition {
  const rules: RuleTraits = { schedules: false, partitions: false };
  const type = random.pick<ElementType>(["float32", "float64"]);
  const parameters = ["a", "b"].map((name) => ({
    ...parameterOf(random, name, type, {}),
    shape: [3],
    start: [1, 2, 3],
  }));
  const size = type === "float32" ? 1e25 : 1e200;
  const at = random.below(3);
  const actions = [0, 1, 2].map((index): StepAction => {
    const values = [random.normal(), random.normal(), random.normal()];
    const b = index === at ? [size, 1, 1] : [1, 1, 1];
    return {
      step: { a: { values, form: "array" }, b: { values: b, form: "array" } },
      loss: 1,
      own: random.chance(0.5),
    };
  });
  const rest = { groups: [], zeroGradients: random.chance(0.2), actions };
  return {
    parameters,
    rule: clippedRule(random, rules),
    nonFinite: random.pick(["throw", "skip"]),
    ...rest,
  };
}

/** Adds a last update for the micro-steps that wait. */
function finished(random: Random, composition: Composition): Composition {
  const { wrapper, actions } = composition;
  if (wrapper === undefined || !("accumulate" in wrapper) || random.chance(0.5)) return composition;
  return { ...composition, actions: [...actions, { flush: true }] };
}

const everything: Traits = { mistakes: true, wrappers: true, sparse: true, restores: true };

/** The composition of a seed and a number, with a known expected outcome. */
export function generate(seed: number, index: number, traits: Traits = everything): Composition {
  const random = randomOf(seed, index);
  for (;;) {
    const huge = traits.mistakes && random.chance(0.02);
    const found = huge ? hugeGradient(random) : candidate(random, traits);
    const { verdict } = judge(found);
    if (verdict === "right" || (verdict === "refused" && traits.mistakes)) return found;
  }
}
