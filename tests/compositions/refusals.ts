/** Judges which compositions must be refused at binding, and which have undefined semantics. */
import { modelOf } from "./chain.ts";
import {
  addsSomething,
  beforeAddition,
  type Composition,
  type Instance,
  type RuleSpec,
  resolve,
} from "./composition.ts";

/** `refused` with the reason; `open` if the semantics do not define the outcome. */
export type Verdict =
  | { readonly verdict: "right" }
  | { readonly verdict: "refused" | "open"; readonly why: string };

const right: Verdict = { verdict: "right" };
const refused = (why: string): Verdict => ({ verdict: "refused", why });
const open = (why: string): Verdict => ({ verdict: "open", why });

/** The first verdict that is not right; an open one makes the whole open. */
function firstOf(verdicts: readonly Verdict[]): Verdict {
  const wrong = verdicts.filter(({ verdict }) => verdict !== "right");
  return wrong.find(({ verdict }) => verdict === "open") ?? wrong[0] ?? right;
}

/** After Schedule-Free, whose evaluated weights are computed from the parameters, no part may move these. */
function judgeScheduleFree(parts: readonly Instance[]): Verdict {
  const models = parts.map(({ spec }) => modelOf(spec.part));
  const from = models.findIndex(({ evaluatesOfP }) => evaluatesOfP);
  const at = models.findIndex(({ writes }, index) => writes === "p" && index > from);
  if (from < 0 || at < 0) return right;
  const why = `${parts[at]!.name} stands behind ${parts[from]!.name}`;
  // It could be right if an average is evaluated instead.
  return models.some(({ writes }) => writes === "keeps") ? open(why) : refused(why);
}

/** Judges the parts of one parameter, in their order. */
function judgeChain(parts: readonly Instance[]): Verdict {
  const models = parts.map(({ spec }) => modelOf(spec.part));
  const optimizers = [...models.keys()].filter((index) => models[index]!.optimizer);
  if (optimizers.length === 0) return open("there is no optimizer");
  const [first] = optimizers as [number];
  const makesDirection = optimizers.every((index) => models[index]!.writes === "u");
  const lastDirection = models.findLastIndex(({ writes }) => writes === "u");
  const name = (index: number) => parts[index]!.name;
  const verdicts = models.map((model, index): Verdict => {
    const behind = models.slice(index + 1);
    if (model.writes === "g") {
      return behind.some(({ readsGradient }) => readsGradient)
        ? right
        : refused(`nothing reads ${name(index)}`);
    }
    if (model.optimizer && index > first) {
      return makesDirection
        ? refused(`${name(index)} discards ${name(first)}`)
        : open("two optimizers");
    }
    if (model.writes === "u" && !model.optimizer) {
      if (index < first) return refused(`${name(index)} stands before the optimizer`);
      return makesDirection ? right : refused(`${name(index)} has no direction`);
    }
    if ((model.writes === "p" || model.writes === "keeps") && !model.optimizer) {
      if (index < first) return refused(`${name(index)} stands before the optimizer`);
      return index < lastDirection ? open("a part between an optimizer and its direction") : right;
    }
    return right;
  });
  return firstOf([...verdicts, judgeScheduleFree(parts)]);
}

/** Judges global projections of weights, some of which are averages. */
function judgeBalls(instances: readonly Instance[]): Verdict {
  const averaged = new Set<string>();
  for (const [index, { spec, takers, name }] of instances.entries()) {
    const model = modelOf(spec.part);
    if (model.evaluation) for (const taker of takers) averaged.add(taker);
    if (spec.part !== "projectL2Ball" || !spec.options["global"]) continue;
    const isSome = (count: number) => count > 0 && count < takers.length;
    // A later average is evaluated instead, unchanged.
    const later = instances.slice(index + 1).filter((each) => modelOf(each.spec.part).evaluation);
    const groups = [[...averaged], ...later.map((each) => each.takers)];
    if (groups.some((names) => isSome(takers.filter((taker) => names.includes(taker)).length))) {
      return open(`${name} is of averages and of others`);
    }
  }
  return right;
}

/** Judges patterns that match no parameter. */
function judgeMatches(rule: RuleSpec, names: readonly string[]): Verdict {
  const none = refused("a pattern fits no parameter");
  const among = (match: readonly string[]) => names.filter((name) => match.includes(name));
  if ("chain" in rule) return firstOf(rule.chain.map((each) => judgeMatches(each, names)));
  if ("masked" in rule) {
    const mask = among(rule.masked);
    return mask.length === 0 ? none : judgeMatches(rule.rule, mask);
  }
  if ("branches" in rule) {
    const taken = rule.branches.map(({ match }) => among(match));
    if (taken.some((some) => some.length === 0)) return none;
    const rest = names.filter((name) => !taken.flat().includes(name));
    return firstOf([
      ...rule.branches.map((branch, index) => judgeMatches(branch.rule, taken[index]!)),
      rest.length === 0 ? right : judgeMatches(rule.otherwise, rest),
    ]);
  }
  return right;
}

/** Judges overrides that no parameter of a group has, or that could mean two parts. */
function judgeGroups({ groups }: Composition, instances: readonly Instance[]): Verdict {
  return firstOf(
    groups.flatMap(({ match, overrides }) => {
      if (match.length === 0) return [refused("a group fits no parameter")];
      return Object.keys(overrides).map((override): Verdict => {
        const meant = instances.filter(({ name, spec }) => {
          const options = Object.keys(modelOf(spec.part).options);
          return options.some((option) => override === option || override === `${name}.${option}`);
        });
        const taken = meant.filter(({ takers }) => takers.some((taker) => match.includes(taker)));
        if (meant.length > 1) return open(`${override} may be of ${meant.length} parts`);
        return taken.length === 0 ? refused(`no parameter of the group takes ${override}`) : right;
      });
    }),
  );
}

/** Judges calls that should throw, and would not. */
function judgeFlaws({ actions, wrapper }: Composition, instances: readonly Instance[]): Verdict {
  const taken = instances.filter(({ takers }) => takers.length > 0);
  const possible = {
    loss: taken.some(({ spec }) => modelOf(spec.part).readsLoss),
    schedule: taken.some(({ spec }) =>
      Object.values(spec.options).some((value) => typeof value === "object"),
    ),
  };
  const wrong = actions.some((action) => {
    const flaw = "step" in action ? action.flaw : undefined;
    if (flaw !== "loss" && flaw !== "schedule") return false;
    return !possible[flaw] || wrapper !== undefined;
  });
  const saved = actions.findIndex((action) => "save" in action);
  const back = actions.findIndex((action) => "restore" in action && action.restore === "back");
  if (back >= 0 && (saved < 0 || saved > back)) return open("nothing was saved to go back to");
  return wrong ? open("a call that need not throw") : right;
}

/** Judges missing gradients in calls that should not throw. */
function judgeGradients(
  { actions, parameters }: Composition,
  frozen: ReadonlySet<string>,
): Verdict {
  const first = parameters.filter(({ name, added }) => !added && !frozen.has(name));
  const given = actions.every(
    (action) => !("step" in action) || first.every(({ name }) => name in action.step),
  );
  const flawed = actions.some((action) => "step" in action && action.flaw);
  if (flawed && first.length === 0) return open("a call that need not throw");
  return given ? right : open("a gradient is missing");
}

function judgeNow(composition: Composition): Verdict {
  const names = composition.parameters.map(({ name }) => name);
  const { instances, frozen } = resolve(composition.rule, names);
  const chains = names
    .filter((name) => !frozen.has(name))
    .map((name) => judgeChain(instances.filter(({ takers }) => takers.includes(name))));
  return firstOf([
    ...chains,
    judgeBalls(instances),
    judgeMatches(composition.rule, names),
    judgeGroups(composition, instances),
    judgeFlaws(composition, instances),
    judgeGradients(composition, frozen),
  ]);
}

/** Whether a composition may be bound. */
export function judge(composition: Composition): Verdict {
  if (!addsSomething(composition)) return judgeNow(composition);
  // What is refused only later is not refused by `optimize`.
  const verdicts = [judgeNow(beforeAddition(composition)), judgeNow(composition)];
  return verdicts.every(({ verdict }) => verdict === "right") ? right : open("an addition");
}
