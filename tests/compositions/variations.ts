/** Compositions that must have the same result as another: the same steps, written differently. */
import { modelOf } from "./chain.ts";
import {
  type Composition,
  type GradientSpec,
  isMatrix,
  lengthOf,
  partsOf,
  type RuleSpec,
  type StepAction,
} from "./composition.ts";

/** Undefined if it does not apply to a composition. */
export type Variation = (composition: Composition) => Composition | undefined;

const namesOf = ({ parameters }: Composition): string[] => parameters.map(({ name }) => name);

const isPlain = ({ actions, wrapper, groups }: Composition): boolean =>
  wrapper === undefined && groups.length === 0 && actions.every((action) => "step" in action);

const some = (rule: RuleSpec, is: (part: string) => boolean): boolean =>
  partsOf(rule).some(({ part }) => is(part));

const draws = (part: string): boolean => part === "addNoise";
const isGlobal = (part: string): boolean => Boolean(modelOf(part).global);

const mapSteps = (
  composition: Composition,
  change: (action: StepAction) => StepAction,
): Composition => ({
  ...composition,
  actions: composition.actions.map((action) => ("step" in action ? change(action) : action)),
});

/** The parameters in another order. */
export const reversed: Variation = (composition) =>
  composition.parameters.length < 2
    ? undefined
    : { ...composition, parameters: composition.parameters.toReversed() };

/** The elements of a gradient from `start` to `end`. */
function cutGradient(gradient: GradientSpec, start: number, end: number): GradientSpec {
  if (!("form" in gradient)) throw new Error("only whole gradients can be cut");
  return { ...gradient, values: gradient.values.slice(start, end) };
}

function withName(rule: RuleSpec, name: string, added: string): RuleSpec {
  const wider = (names: readonly string[]) => (names.includes(name) ? [...names, added] : names);
  if ("chain" in rule) return { chain: rule.chain.map((each) => withName(each, name, added)) };
  if ("masked" in rule) {
    return { masked: wider(rule.masked), rule: withName(rule.rule, name, added) };
  }
  if ("branches" in rule) {
    const branches = rule.branches.map((branch) => ({
      match: wider(branch.match),
      rule: withName(branch.rule, name, added),
    }));
    return { branches, otherwise: withName(rule.otherwise, name, added) };
  }
  return rule;
}

/** The name of the second half of a split tensor. */
export const SECOND = "second";

/** Splits a vector in two halves, if elements are independent. */
export const split: Variation = (composition) => {
  const spec = composition.parameters.find(
    ({ shape, start }) => !isMatrix(shape) && start.length > 1,
  );
  const whole = composition.actions.every(
    (action) => "step" in action && Object.values(action.step).every((each) => "form" in each),
  );
  const together = (part: string) => draws(part) || !modelOf(part).elementwise;
  if (spec === undefined || !whole || some(composition.rule, together) || !isPlain(composition)) {
    return undefined;
  }
  const { name, start } = spec;
  const at = Math.ceil(start.length / 3);
  const halves = [
    { ...spec, shape: [at], start: start.slice(0, at) },
    { ...spec, name: SECOND, shape: [start.length - at], start: start.slice(at) },
  ];
  const cut = mapSteps(composition, (action) => {
    const gradient = action.step[name];
    if (gradient === undefined) return action;
    const step = { ...action.step, [name]: cutGradient(gradient, 0, at) };
    return { ...action, step: { ...step, [SECOND]: cutGradient(gradient, at, start.length) } };
  });
  return {
    ...cut,
    parameters: composition.parameters.flatMap((each) => (each === spec ? halves : [each])),
    rule: withName(composition.rule, name, SECOND),
  };
};

/** A partition with equal branches, if no part reduces over all parameters. */
export const alikeBranches: Variation = (composition) => {
  const { rule } = composition;
  const [first, ...rest] = namesOf(composition);
  const apart = (part: string) => isGlobal(part) || draws(part);
  // Within a mask or a branch, a name could be left without a parameter.
  const nested = JSON.stringify(rule).match(/"masked"|"branches"/);
  if (rest.length === 0 || nested || some(rule, apart) || !isPlain(composition)) return undefined;
  return { ...composition, rule: { branches: [{ match: [first!], rule }], otherwise: rule } };
};

/** Each part masked to all parameters. */
export const maskedByAll: Variation = (composition) => {
  const all = namesOf(composition);
  const { rule } = composition;
  if (!("chain" in rule)) return undefined;
  return {
    ...composition,
    rule: {
      chain: rule.chain.map((link) => ("part" in link ? { masked: all, rule: link } : link)),
    },
  };
};

/** Updates of one micro-step. */
export const accumulated: Variation = (composition) => {
  const whole = composition.actions.every(
    (action) => "step" in action && Object.values(action.step).every((each) => !("rows" in each)),
  );
  const plain = whole && composition.wrapper === undefined;
  return plain ? { ...composition, wrapper: { accumulate: 1 } } : undefined;
};

const linksOf = ({ rule }: Composition, least: number): readonly RuleSpec[] | undefined =>
  "chain" in rule && rule.chain.length >= least ? rule.chain : undefined;

/** chain(chain(a, b), c) */
export const fromTheLeft: Variation = (composition) => {
  const links = linksOf(composition, 3);
  return (
    links && {
      ...composition,
      rule: links.slice(1).reduce<RuleSpec>((left, link) => ({ chain: [left, link] }), links[0]!),
    }
  );
};

/** chain(a, chain(b, c)) */
export const fromTheRight: Variation = (composition) => {
  const links = linksOf(composition, 3);
  return (
    links && {
      ...composition,
      rule: links
        .slice(0, -1)
        .reduceRight<RuleSpec>((right, link) => ({ chain: [link, right] }), links.at(-1)!),
    }
  );
};

/** Own gradients are zeroed after each step, and written before each. */
export const zeroed: Variation = (composition) => ({
  ...composition,
  zeroGradients: !composition.zeroGradients,
});

/** Passed gradients are written into the optimizer's own arrays, and the other way round. */
export const ownOrPassed: Variation = (composition) => {
  if (composition.wrapper !== undefined && "sam" in composition.wrapper) return undefined;
  return mapSteps(composition, (action) => {
    const whole = Object.values(action.step).every((each) => "form" in each);
    const flawed = action.flaw !== undefined && action.flaw !== "loss";
    return whole && !flawed ? { ...action, own: !action.own } : action;
  });
};

/** Arrays in other kinds of memory. */
export const elsewhere: Variation = (composition) => ({
  ...composition,
  parameters: composition.parameters.map((each) => ({
    ...each,
    place: each.place === "memory" ? ("view" as const) : ("memory" as const),
  })),
});

/** A matrix of more than two dimensions as one of two. */
export const flattened: Variation = (composition) => {
  const parameters = composition.parameters.map((each) => ({
    ...each,
    shape: each.shape.length > 2 ? [each.shape[0]!, lengthOf(each.shape.slice(1))] : each.shape,
  }));
  const same = parameters.every(({ shape }, i) => shape === composition.parameters[i]!.shape);
  return same ? undefined : { ...composition, parameters };
};
