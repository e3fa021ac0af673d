/** Reduces a composition as long as it fails in the same way. */
import { modelOf } from "./chain.ts";
import { type Comparison, compare, type Failure } from "./compare.ts";
import type {
  Action,
  Composition,
  GradientSpec,
  ParameterSpec,
  RuleSpec,
  StepAction,
} from "./composition.ts";
import { judge } from "./refusals.ts";

/** A list without one of its elements, for each element. */
const withoutOne = <T>(list: readonly T[]): T[][] =>
  list.map((_, index) => list.filter((__, other) => other !== index));

const replaceAt = <T>(list: readonly T[], index: number, value: T): T[] =>
  list.map((each, at) => (at === index ? value : each));

/** Slightly smaller rules. */
function smallerRules(rule: RuleSpec): RuleSpec[] {
  if ("part" in rule) {
    const names = Object.keys(rule.options);
    const fewer = withoutOne(names).map((kept) => ({
      ...rule,
      options: Object.fromEntries(kept.map((name) => [name, rule.options[name]!])),
    }));
    const plain = names.flatMap((name) => {
      const value = rule.options[name]!;
      if (typeof value === "object")
        return [{ ...rule, options: { ...rule.options, [name]: value.from } }];
      return typeof value === "number" && value !== 1
        ? [{ ...rule, options: { ...rule.options, [name]: 1 } }]
        : [];
    });
    const other =
      rule.part === "sgd"
        ? []
        : [{ part: "sgd", options: { lr: 1 }, ...(rule.added && { added: true }) }];
    return [...other, ...fewer, ...plain];
  }
  if ("chain" in rule) {
    return [
      ...(rule.chain.length === 1 ? [rule.chain[0]!] : []),
      ...withoutOne(rule.chain)
        .filter(({ length }) => length > 0)
        .map((chain) => ({ chain })),
      ...rule.chain.flatMap((link, index) =>
        smallerRules(link).map((smaller) => ({ chain: replaceAt(rule.chain, index, smaller) })),
      ),
    ];
  }
  if ("masked" in rule) {
    return [rule.rule, ...smallerRules(rule.rule).map((smaller) => ({ ...rule, rule: smaller }))];
  }
  if ("branches" in rule) {
    const { branches, otherwise } = rule;
    return [
      ...branches.map((branch) => branch.rule),
      otherwise,
      ...branches.flatMap((branch, index) =>
        smallerRules(branch.rule).map((smaller) => ({
          ...rule,
          branches: replaceAt(branches, index, { ...branch, rule: smaller }),
        })),
      ),
      ...smallerRules(otherwise).map((smaller) => ({ ...rule, otherwise: smaller })),
    ];
  }
  return [];
}

/** A rule without a parameter, whose branches may become empty; undefined if nothing is left of it. */
function ruleWithout(rule: RuleSpec, name: string): RuleSpec | undefined {
  if ("chain" in rule)
    return { chain: rule.chain.flatMap((each) => ruleWithout(each, name) ?? []) };
  if ("masked" in rule) {
    const masked = rule.masked.filter((each) => each !== name);
    const inside = ruleWithout(rule.rule, name);
    return masked.length === 0 || inside === undefined ? undefined : { masked, rule: inside };
  }
  if ("branches" in rule) {
    const branches = rule.branches.flatMap(({ match, rule: branch }) => {
      const kept = match.filter((each) => each !== name);
      const inside = ruleWithout(branch, name);
      return kept.length === 0 || inside === undefined ? [] : [{ match: kept, rule: inside }];
    });
    const otherwise = ruleWithout(rule.otherwise, name) ?? rule.otherwise;
    return branches.length === 0 ? otherwise : { branches, otherwise };
  }
  return rule;
}

const mapSteps = ({ actions }: Composition, change: (action: StepAction) => StepAction): Action[] =>
  actions.map((action) => ("step" in action ? change(action) : action));

function withoutParameter(composition: Composition, name: string): Composition[] {
  const rule = ruleWithout(composition.rule, name);
  if (rule === undefined || composition.parameters.length === 1) return [];
  const groups = composition.groups
    .map(({ match, ...rest }) => ({ ...rest, match: match.filter((each) => each !== name) }))
    .filter(({ match }) => match.length > 0);
  const actions = mapSteps(composition, (action) => {
    const { [name]: _, ...step } = action.step;
    const whole = Object.entries(step).map(([key, each]) => [
      key,
      "of" in each && each.of === name ? { of: key } : each,
    ]);
    return { ...action, step: Object.fromEntries(whole) as StepAction["step"] };
  });
  const parameters = composition.parameters.filter((each) => each.name !== name);
  return [{ ...composition, rule, groups, actions, parameters }];
}

const changeGradient = (
  composition: Composition,
  name: string,
  change: (gradient: GradientSpec) => GradientSpec,
): Action[] =>
  mapSteps(composition, (action) => {
    const given = action.step[name];
    return given === undefined
      ? action
      : { ...action, step: { ...action.step, [name]: change(given) } };
  });

/** Reduces one parameter to one or two elements, with its gradients. */
function withShape(composition: Composition, spec: ParameterSpec, shape: number[]): Composition {
  const length = shape.reduce((a, b) => a * b, 1);
  const changed = { ...spec, shape, start: spec.start.slice(0, length) };
  const parameters = composition.parameters.map((each) => (each === spec ? changed : each));
  const actions = changeGradient(composition, spec.name, (gradient) => {
    if ("of" in gradient) return gradient;
    const values = gradient.values.slice(0, length);
    return "rows" in gradient
      ? { rows: [0], values: values.slice(0, length / (shape[0] ?? 1)) }
      : { ...gradient, values };
  });
  return { ...composition, parameters, actions };
}

function smallerParameters(composition: Composition): Composition[] {
  return composition.parameters.flatMap((spec): Composition[] => {
    const shapes = [[1], [2], [1, 2], [2, 2]].filter(
      (shape) => shape.reduce((a, b) => a * b, 1) < spec.start.length,
    );
    const changed = (change: Partial<ParameterSpec>): Composition => ({
      ...composition,
      parameters: composition.parameters.map((each) =>
        each === spec ? { ...spec, ...change } : each,
      ),
    });
    const values = Array.from({ length: 8 }, (_, i) => i + 1);
    const plain = (gradient: GradientSpec): GradientSpec =>
      "form" in gradient && gradient.values.length <= 8
        ? { values: values.slice(0, gradient.values.length), form: "array" }
        : gradient;
    return [
      ...shapes.map((shape) => withShape(composition, spec, shape)),
      ...(spec.place === "foreign" ? [] : [changed({ place: "foreign" })]),
      ...(spec.type === "float64" ? [] : [changed({ type: "float64" })]),
      ...(spec.start.length <= 8 ? [changed({ start: values.slice(0, spec.start.length) })] : []),
      changed({ start: spec.start.map(() => 0) }),
      { ...composition, actions: changeGradient(composition, spec.name, plain) },
      {
        ...composition,
        actions: changeGradient(composition, spec.name, (each) =>
          "form" in each ? { ...each, form: "array" } : each,
        ),
      },
    ];
  });
}

function smallerSettings(composition: Composition): Composition[] {
  const { wrapper, ...plain } = composition;
  const each: Composition[] =
    wrapper && "each" in wrapper ? [{ ...plain, wrapper: { accumulate: wrapper.accumulate } }] : [];
  return [
    ...(wrapper ? [plain, ...each] : []),
    ...withoutOne(composition.groups).map((groups) => ({ ...composition, groups })),
    ...composition.groups.flatMap((group, index) =>
      withoutOne(Object.entries(group.overrides)).map((kept) => ({
        ...composition,
        groups: replaceAt(composition.groups, index, {
          ...group,
          overrides: Object.fromEntries(kept),
        }),
      })),
    ),
    ...(composition.zeroGradients ? [{ ...composition, zeroGradients: false }] : []),
    ...(composition.nonFinite === "throw" ? [] : [{ ...composition, nonFinite: "throw" as const }]),
    {
      ...composition,
      actions: mapSteps(composition, (action) => ({ ...action, own: false })),
    },
    {
      ...composition,
      actions: mapSteps(composition, (action) => ({ ...action, loss: 1 })),
    },
  ];
}

function* smaller(composition: Composition): Generator<Composition> {
  const { actions } = composition;
  for (const count of [1, 2, 4, 8]) {
    if (count < actions.length) yield { ...composition, actions: actions.slice(0, count) };
  }
  for (const kept of withoutOne(actions)) yield { ...composition, actions: kept };
  for (const { name } of composition.parameters) yield* withoutParameter(composition, name);
  for (const rule of smallerRules(composition.rule)) yield { ...composition, rule };
  yield* smallerSettings(composition);
  yield* smallerParameters(composition);
}

/** A failure without the details that vary: an error's name, a reason to refuse. */
function essence({ kind, message }: Failure): string {
  if (kind === "threw" || kind === "refused") return `${kind} ${message.split(":")[0]}`;
  const rest = kind === "accepted" ? message.replace(/\w+(#\d+)?/g, nameless) : "";
  return `${kind} ${rest}`;
}

const nameless = (word: string): string => (modelOf(word.split("#")[0]!) ? "" : word);

type Check = (composition: Composition) => Comparison | Promise<Comparison>;

/** Whether a composition with a known outcome fails in the same way. */
async function failsAlike(
  composition: Composition,
  before: Failure,
  check: Check,
): Promise<Failure | undefined> {
  try {
    const { verdict } = judge(composition);
    if (verdict !== (before.kind === "accepted" ? "refused" : "right")) return undefined;
    const { failure } = await check(composition);
    return failure && essence(failure) === essence(before) ? failure : undefined;
  } catch {
    // The rest makes no sense.
    return undefined;
  }
}

interface Shrunk {
  readonly composition: Composition;
  readonly failure: Failure;
}

/** The smallest one within so many attempts, for an asynchronous check. */
export async function shrinkBy(
  composition: Composition,
  failure: Failure,
  check: Check,
  attempts: number,
): Promise<Shrunk> {
  let [best, why] = [composition, failure];
  const seen = new Set<string>();
  for (let again = true; again; ) {
    again = false;
    for (const candidate of smaller(best)) {
      const text = JSON.stringify(candidate);
      if (seen.has(text) || seen.size >= attempts) continue;
      seen.add(text);
      const found = await failsAlike(candidate, why, check);
      if (found !== undefined) {
        [best, why, again] = [candidate, found, true];
        break;
      }
    }
  }
  return { composition: best, failure: why };
}

/** The smallest one. */
export const shrink = (composition: Composition, failure: Failure): Promise<Shrunk> =>
  shrinkBy(composition, failure, compare, 1500);
